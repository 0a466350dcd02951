import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { flowText, parseFlow } from './flow.ts';

const problem = (text: string): string => {
  const read = parseFlow(text);
  assert.ok('problem' in read, JSON.stringify(read));
  return read.problem;
};
const again = (text: string): string => {
  const read = parseFlow(text);
  assert.ok(!('problem' in read), JSON.stringify(read));
  return flowText(read);
};

describe('the forms of a flow', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['tcp 10.0.0.4:* -> AzureResourceManager:443', 'tcp 10.0.0.4:* -> AzureResourceManager:443'],
    ['TCP 10.0.0.4 -> 10.0.0.5', 'tcp 10.0.0.4:* -> 10.0.0.5:*'],
    ['  out   udp   10.0.0.4:1-2->10.0.0.5:53  ', 'udp 10.0.0.4:1-2 -> 10.0.0.5:53'],
    ['tcp a:1  ->  b:2', 'tcp a:1 -> b:2'],
    ['Outbound any * -> *', 'any *:* -> *:*'],
    ['inbound * 10.0.0.4 -> 10.0.0.0/24', 'in any 10.0.0.4:* -> 10.0.0.0/24:*'],
    ['IN   esp 10.0.0.4 -> 10.0.0.5', 'in esp 10.0.0.4:* -> 10.0.0.5:*'],
    ['ah 10.0.0.4 -> 10.0.0.5', 'ah 10.0.0.4:* -> 10.0.0.5:*'],
    ['tcp [fd00::4] -> [fd00::/48]:443', 'tcp [fd00::4]:* -> [fd00::/48]:443'],
    ['icmp fd00::4 -> fd00::5', 'icmp [fd00::4]:* -> [fd00::5]:*'],
  ];
  for (const [text, canonical] of cases) test(text, () => assert.equal(again(text), canonical));
});

describe('what is no flow is told with what is wrong', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['sctp a:1 -> b:2', "'sctp' is no protocol: Tcp, Udp, Icmp, Esp, Ah, or * for any"],
    ['tcp 10.0.0.400:1 -> b:1', "source '10.0.0.400' is no address, prefix, service tag or *"],
    ['tcp a:1 -> b.:1', "destination 'b.' is no address, prefix, service tag or *"],
    ['tcp -a:1 -> b:1', "source '-a' is no address, prefix, service tag or *"],
    ['tcp a:99999 -> b:1', "source port '99999' is no port, range or *"],
    ['tcp a:1 -> b:2-1', "destination port '2-1' is no port, range or *"],
  ];
  for (const [text, expected] of cases) test(text, () => assert.equal(problem(text), expected));

  const form = 'write it like "tcp 10.0.0.4:* -> AzureResourceManager:443"; IPv6 in brackets: [fd00::4]:*';
  for (const text of [
    'tcp a:1 b:2',
    'tcp a:1 -> b:2 c',
    'x tcp a:1 -> b:2',
    'tcp a:https -> b:2',
    'tcp a:1 -> b:https',
    'tcp x[fd00::4]:1 -> b:2',
    'tcp [fd00::4]:1x -> b:2',
    'tcp a:1 -> [fd00::4]]:2',
  ])
    test(text, () => assert.equal(problem(text), `'${text}' is no flow: ${form}`));

  test('of a text that is long only the beginning is shown; one that is too long is not judged as a shorter one', () => {
    const flow = (length: number): string => 'tcp a:1 -> '.padEnd(length, 'b');
    assert.notEqual('problem' in parseFlow(flow(1_024)), true);
    for (const text of [flow(1_025), 'x'.repeat(2_000)])
      assert.equal(problem(text), `'${text.slice(0, 80)}…' is no flow: it has more than 1024 characters`);
    assert.equal(problem(`tcp a:x${'x'.repeat(200)} -> b`).length, 80 + `'' is no flow: ${form}`.length);
    assert.match(problem(`tcp a:1 ${' '.repeat(1_024)}-> b:2`), /is no flow/);
  });
});
