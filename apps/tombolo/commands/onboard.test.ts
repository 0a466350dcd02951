import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { described } from '@tombolo/azure-documents/sample-endpoint.testkit';
import { runInProcess } from './command-line.testkit.ts';

const folder = mkdtempSync(join(tmpdir(), 'tombolo-onboard-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const guid = 'aaaaaaaa-0000-4000-8000-000000000001';
const cloud = ['--cloud', 'AzureCloud', '-s', guid, '-t', guid, '-g', 'arc', '-l', 'japaneast'];
const scope = `/subscriptions/${guid}/resourceGroups/g/providers/Microsoft.HybridCompute/privateLinkScopes/s`;
const endpoint = join(folder, 'endpoint.json');
writeFileSync(endpoint, JSON.stringify(described));

describe('tombolo onboard, for a real cloud and without an installation', () => {
  test('a script downloads from Microsoft’s own name, and nothing of ours is in it', async () => {
    for (const os of ['linux', 'windows']) {
      const { code, out } = await runInProcess('onboard', 'script', '--os', os, ...cloud, '-i', guid);
      assert.equal(code, 0);
      assert.match(out, /^\$?origin ?= ?'https:\/\/gbl\.his\.arc\.azure\.com'\r?$/m);
      assert.match(out, new RegExp(`/azcmagent-${os}`));
      assert.doesNotMatch(out, /tombolo/i);
    }
  });

  test('with the private endpoint’s document the script looks for its addresses', async () => {
    const { out } = await runInProcess(
      ...['onboard', 'script', '--os', 'linux', ...cloud, '--private-link-scope', scope, '--file', endpoint],
    );
    assert.match(out, /check_name 'gbl\.his\.arc\.azure\.com' '10\.0\.1\.4'\n/);
    assert.doesNotMatch(out, /check_name 'japaneast\.dp\./);
  });

  test('tags of places are there, empty where nothing was said of them, or left out', async () => {
    const tagged = async (...more: readonly string[]) =>
      /^tags=(.*)$/m.exec(
        (await runInProcess('onboard', 'script', '--os', 'linux', ...cloud, ...more)).out,
      )?.[1];
    assert.equal(
      await tagged('--tag', 'City=Osaka', '--tag', 'Own=a=b'),
      `'Datacenter=,StateOrDistrict=,CountryOrRegion=,City=Osaka,Own='\\''a=b'\\'''`,
    );
    assert.equal(await tagged('--no-location-tags'), undefined);
  });

  test('a role is a new folder, and a script a new file: neither goes over what is there', async () => {
    const role = join(folder, 'role');
    const make = () =>
      runInProcess('onboard', 'bundle', '--as', 'ansible', ...cloud, '--folder', role, '--json');
    const { code, out } = await make();
    assert.equal(code, 0, out);
    assert.deepEqual(JSON.parse(out).files, ['tasks/main.yml', 'files/onboard.sh']);
    assert.equal((await make()).code, 2);
    assert.deepEqual(readdirSync(folder).toSorted(), ['endpoint.json', 'role']);
    const file = join(folder, 'role', 'files', 'onboard.sh');
    assert.equal((await runInProcess('onboard', 'script', '--os', 'linux', ...cloud, '--out', file)).code, 2);
    assert.match(readFileSync(file, 'utf8'), /^#!\/usr\/bin\/env bash\n/);
    assert.equal(statSync(file).mode & 0o777, 0o644);
  });

  for (const [what, words] of [
    ['a service principal without its id', ['--os', 'linux', ...cloud, '--auth', 'secret']],
    ['no subscription', ['--os', 'linux', '--cloud', 'AzureCloud', '-g', 'arc', '-l', 'japaneast']],
    ['a region of another cloud', ['--os', 'linux', ...cloud.slice(0, -1), 'usgovvirginia']],
    ['Group Policy for Linux', ['--os', 'linux', '--as', 'group-policy', ...cloud]],
    ['cloud-init for Windows', ['--os', 'windows', '--as', 'cloud-init', ...cloud]],
    ['an endpoint without a scope', ['--os', 'linux', ...cloud, '--file', endpoint]],
  ] as const)
    test(`${what} is refused, and says what to do`, async () => {
      const { code, out } = await runInProcess('onboard', 'script', ...words, '--json');
      assert.equal(code, 2);
      const { error } = JSON.parse(out);
      assert.equal(error.code, 'InvalidArgument');
      assert.ok(error.fix.length > 10);
    });
});
