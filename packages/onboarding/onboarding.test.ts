import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { linuxScript, type Onboarding, OnboardingProblem } from './index.ts';
import { ofInstallation, sample } from './onboarding.testkit.ts';

const refusals: readonly (readonly [what: string, change: Partial<Onboarding>, says: RegExp])[] = [
  ['a subscription', { subscriptionId: 'x' }, /subscription 'x' is no GUID/],
  ['a group', { resourceGroup: 'a/b' }, /'a\/b' is no name of a resource group/],
  ['a machine', { resourceName: 'a b' }, /'a b' is no name of a machine/],
  ['a region of another cloud', { location: 'usgovvirginia' }, /'usgovvirginia' is no region of AzureCloud/],
  ['a tag name', { tags: { 'a,b': '' } }, /tag name 'a,b'/],
  ['a tag value with a quote', { tags: { a: "it's" } }, /value of the tag 'a'/],
  ['a tag twice', { tags: { a: '', A: '' } }, /is there twice/],
  ['a tag with a line feed', { tags: { a: 'x\ny' } }, /a line feed/],
  ['51 tags', { tags: Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`t${at}`, ''])) }, /51 tags/],
  ['a scope', { privateLink: { scopeId: '/x', names: [] } }, /no id of a private link scope/],
  [
    'a password in the proxy',
    { proxy: { url: 'http://me:pw@p:1', bypass: [] } },
    /proxy 'http:\/\/…@p:1' .*without user and password/,
  ],
  ['a bypass group', { proxy: { url: 'http://p:1', bypass: ['All'] } }, /no bypass group 'All'/],
  [
    'a relative file',
    { authentication: { kind: 'token', file: 'token' } },
    /credential file 'token' is no absolute path/,
  ],
];

for (const [what, change, says] of refusals)
  test(`no script is made with ${what} that no agent would take`, () => {
    assert.throws(
      () => linuxScript({ ...sample, ...change }),
      (error) => error instanceof OnboardingProblem && says.test(error.message) && error.fix !== '',
    );
  });

test('the exit codes at the head of a script are those of the documentation', () => {
  const page = readFileSync(new URL('../../docs/onboarding.md', import.meta.url), 'utf8');
  const [, table = ''] = /<!-- script-exits -->\n((?:\|.*\n)+)/.exec(page) ?? [];
  const documented = [...table.matchAll(/^\| (\d+) \| (.+) \|$/gm)].map(
    ([, code, when]) => `${code} ${when}`,
  );
  assert.ok(documented.length > 5);
  const head = [...linuxScript(sample).matchAll(/^# {3}(\d+) +(.+)$/gm)].map(
    ([, code, when]) => `${code} ${when}`,
  );
  assert.deepEqual(
    head.filter((line) => !/^(41|42|44|62) /.test(line)),
    documented,
  );
});

test('an installation’s agent has no way to ask somebody to sign in', () => {
  assert.throws(
    () => linuxScript({ ...ofInstallation(), authentication: { kind: 'device-code' } }),
    /cannot sign in by device-code/,
  );
});
