import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hostsOrder, proveNames } from './resolution.ts';

describe('the order of name services', () => {
  const cases: readonly (readonly [string, readonly string[] | undefined, RegExp | undefined])[] = [
    ['hosts: files dns', ['files', 'dns'], undefined],
    ['passwd: files\nhosts:\tfiles mymachines dns # as usual', ['files', 'mymachines', 'dns'], undefined],
    ['hosts: dns files', ['dns', 'files'], /puts dns before files/],
    ['hosts: dns [!UNAVAIL=return] files', ['dns', 'files'], /puts dns before files/],
    [
      'hosts: resolve [!UNAVAIL=return] files myhostname dns',
      ['resolve', 'files', 'myhostname', 'dns'],
      /ReadEtcHosts/,
    ],
    // A comment goes to the end of the line, whatever is in it.
    ['hosts: files # \u2028 dns', ['files'], undefined],
    ['hosts: myhostname files dns', ['myhostname', 'files', 'dns'], undefined],
    ['hosts: dns', ['dns'], /has no 'files'/],
    ['# hosts: dns\npasswd: files', undefined, undefined],
  ];
  for (const [text, sources, problem] of cases)
    test(JSON.stringify(text), () => {
      const order = hostsOrder(text);
      assert.deepEqual(order?.sources, sources);
      if (problem) assert.match(order!.problem!, problem);
      else assert.equal(order?.problem, undefined);
    });
});

test('a name holds if the system answers with the block and nothing else', async () => {
  const answers: Readonly<Record<string, readonly string[]>> = {
    same: ['10.0.0.1'],
    less: ['10.0.0.2'],
    more: ['10.0.0.1', '192.0.2.1'],
    other: ['192.0.2.1'],
  };
  const wanted = new Map([
    ['same', ['10.0.0.1']],
    ['less', ['10.0.0.1', '10.0.0.2']],
    ['more', ['10.0.0.1']],
    ['other', ['10.0.0.1']],
    ['none', ['10.0.0.1']],
  ]);
  const proofs = await proveNames(wanted, async (name) => {
    const found = answers[name];
    if (!found) throw new Error('ENOTFOUND');
    return found;
  });
  assert.deepEqual(
    proofs.map(({ name, holds }) => [name, holds]),
    [
      ['same', true],
      ['less', true],
      ['more', false],
      ['other', false],
      ['none', false],
    ],
  );
});
