import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { arcOutboundRules } from '@tombolo/firewall/arc-outbound.testkit';

const root = mkdtempSync(join(tmpdir(), 'tombolo-check-'));
after(() => rmSync(root, { recursive: true }));
process.env.COLUMNS = '200';
process.env.TOMBOLO_STATE = join(root, 'none');
// It reads the environment when it is loaded.
const { runInProcess } = await import('../../commands/command-line.testkit.ts');

interface Ran {
  readonly code: number;
  readonly out: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into the outcome and assert what they find.
  readonly json: any;
}
const check = async (...args: readonly string[]): Promise<Ran> => {
  const { code, out } = await runInProcess('firewall', 'check', ...args);
  return { code, out, json: out.startsWith('{') ? JSON.parse(out) : undefined };
};
let written = 0;
const write = (content: unknown): string => {
  written += 1;
  const path = join(root, `${written}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};
const deny = (priority: number) => ({
  name: 'DenyInternet',
  priority,
  direction: 'Outbound',
  access: 'Deny',
  protocol: '*',
  sourceAddressPrefix: '*',
  sourcePortRange: '*',
  destinationAddressPrefix: 'Internet',
  destinationPortRange: '*',
});
/** As `az network nsg show` prints a group: properties at the top level. */
const flat = (...rules: readonly object[]) => ({ name: 'nsg', location: 'japaneast', securityRules: rules });
const arcRules = arcOutboundRules().map(({ name, properties }) => ({ name, ...properties }));

describe('tombolo firewall check of an exported group', () => {
  test('0 where nothing is denied, 9 where something needed is, with the rule that decides', async () => {
    const [open, closed] = await Promise.all([
      check('--file', write(flat(...arcRules)), '--json'),
      check('--file', write(flat(...arcRules, deny(200))), '--json'),
    ]);
    assert.equal(open.code, 0, open.out);
    assert.deepEqual(
      open.json.arcRules[0].rules.map(({ state }: { state: string }) => state),
      ['right', 'right'],
    );
    assert.match(open.json.serviceTags, /by tag name only/);
    assert.equal(closed.code, 9);
    const verdicts = closed.json.needs.map(
      ({ tag, verdict }: { tag: string; verdict: { verdict: string; decidedBy: { name: string } } }) =>
        `${tag} ${verdict.verdict} ${verdict.decidedBy.name}`,
    );
    assert.ok(verdicts.includes('AzureResourceManager Allow AllowAzOutboundAccess'), verdicts.join());
    assert.ok(verdicts.includes('Storage Deny DenyInternet'));
  });

  test('R22: a deny with a smaller number is named, and the priority to give', async () => {
    const { code, out } = await check('--file', write(flat(...arcRules, deny(140))));
    assert.equal(code, 9);
    assert.match(
      out,
      /AllowAADOutboundAccess \(priority 150\) comes after DenyInternet \(priority 140\).*give it priority 139/,
    );
  });

  test('a flow, in one text or in pieces, by name or with addresses', async () => {
    const tags = write({
      changeNumber: 5,
      cloud: 'Public',
      values: [
        {
          name: 'Storage',
          id: 'Storage',
          properties: {
            addressPrefixes: ['20.60.0.0/24'],
            region: '',
            platform: 'Azure',
            systemService: 'AzureStorage',
          },
        },
      ],
    });
    const storageOnly = { ...deny(100), name: 'DenyStorage', destinationAddressPrefix: 'Storage' };
    const file = write(flat(storageOnly));
    const flow = 'tcp 10.0.0.4:* -> 20.60.0.9:443';
    const [named, known, pieces] = await Promise.all([
      check('--file', file, '--flow', flow, '--json'),
      check('--file', file, '--flow', flow, '--service-tags', tags, '--json'),
      check('--file', file, '--destination', 'Storage', '--destination-port', '443', '--json'),
    ]);
    assert.deepEqual([named.code, named.json.verdict.doubts.length], [0, 1]);
    assert.deepEqual([known.code, known.json.verdict.decidedBy.name], [9, 'DenyStorage']);
    assert.match(known.json.serviceTags, /^Public 5/);
    assert.deepEqual([pieces.code, pieces.json.flow.source], [9, 'VirtualNetwork']);
    // The same list by the name under which it is kept.
    const state = join(root, 'kept');
    assert.equal(
      (await runInProcess('service-tags', 'import', tags, '--keep-only', '--state', state)).code,
      0,
    );
    const words = ['--file', file, '--flow', flow, '--service-tags', 'newest', '--state', state];
    const kept = await runInProcess('firewall', 'check', ...words);
    assert.deepEqual(
      [kept.code, /^Service tags: Public 5, as it is kept$/m.test(kept.out)],
      [9, true],
      kept.out,
    );
    // In the list or not is one thing, no list another.
    assert.deepEqual([named.json.lackingTags, known.json.lackingTags], [[], []]);
    const typo = write(flat({ ...storageOnly, name: 'Typo', destinationAddressPrefix: 'Storge' }));
    const [guessed, told] = await Promise.all([
      check('--file', typo, '--flow', flow, '--json'),
      check('--file', typo, '--flow', flow, '--service-tags', tags, '--json'),
    ]);
    assert.deepEqual([guessed.json.verdict.doubts.length, guessed.json.lackingTags], [1, []]);
    assert.deepEqual([told.code, told.json.verdict.doubts], [0, []]);
    assert.deepEqual(
      told.json.lackingTags.map(({ rule, priority, tag }: Record<string, unknown>) => [rule, priority, tag]),
      [['Typo', 100, 'Storge']],
    );
    const literal = write(
      flat({ ...storageOnly, name: 'Literal', destinationAddressPrefix: '20.60.0.0/16' }),
    );
    const [doubtful, sure] = await Promise.all([
      check('--file', literal),
      check('--file', typo, '--service-tags', tags),
    ]);
    assert.match(doubtful.out, /not certain: Literal \(100\)/);
    assert.match(sure.out, /^Typo \(priority 100\) names Storge, which the list of service tags lacks/m);
    assert.doesNotMatch(sure.out, /not certain/);
  });

  test('bad arguments and files: code 2 and what to do', async () => {
    const group = write(flat());
    const nsg = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/n';
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [[], /Nothing is named/],
      [['--file', group, '--nsg', nsg], /More than one/],
      [['--nsg', '/x'], /not the id of a Microsoft.Network\/networkSecurityGroups/],
      [['--file', join(root, 'absent.json')], /cannot be read/],
      [['--file', write('{"name":')], /ends in the middle/],
      [['--file', write([1])], /wanted is a network security group/],
      [['--file', write(flat({ name: 'r' }))], /rule 'r' has no direction/],
      [['--file', group, '--flow', 'nonsense'], /is no flow/],
      [['--file', group, '--flow', 'tcp 10.0.0.4:1 -> 10.0.0.5:99999'], /is no port/],
      [['--file', group, '--flow', 'tcp a:1 -> b:1', '--protocol', 'udp'], /Both --flow and its pieces/],
      [['--file', group, '--service-tags', write('{}')], /wanted is a list of service tags/],
    ];
    const ran = await Promise.all(cases.map(([args]) => check(...args, '--json')));
    for (const [index, { code, json }] of ran.entries()) {
      assert.equal(code, 2, JSON.stringify(json));
      assert.match(json.error.message, cases[index]![1]);
      assert.ok(json.error.fix.length > 0);
    }
    assert.equal((await check('--nsg', nsg, '--json')).code, 5);
  });
});
