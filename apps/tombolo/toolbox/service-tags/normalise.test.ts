/** One rule for a list that has host bits, whoever reads it: refused, and `--normalise` is what the refusal says it is. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runInProcess } from '../../commands/command-line.testkit.ts';

const folder = mkdtempSync(join(tmpdir(), 'tombolo-normalise-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const write = (name: string, document: object): string => {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(document));
  return path;
};
const list = write('tags.json', {
  changeNumber: 7,
  cloud: 'Public',
  values: ['AzureActiveDirectory', 'AzureArcInfrastructure'].map((name) => ({
    name,
    id: name,
    properties: { region: '', addressPrefixes: ['192.0.2.1/24'] },
  })),
});
const group = write('nsg.json', { name: 'nsg', location: 'japaneast', securityRules: [] });
const servers = ['--product', 'servers', '--region', 'japaneast'];
const state = ['--state', join(folder, 'state')];
const commands: readonly (readonly string[])[] = [
  ['service-tags', 'import', list, '--keep-only', '--directory', join(folder, 'kept'), ...state],
  ['service-tags', 'diff', list, list, '--directory', join(folder, 'kept'), ...state],
  ['firewall', 'export', '--format', 'nftables', ...servers, '--service-tags', list, ...state],
  ['firewall', 'diff', list, list, ...servers, ...state],
  ['firewall', 'check', '--file', group, '--service-tags', list, ...state],
];

for (const words of commands)
  test(words.slice(0, 2).join(' '), async () => {
    const refused = await runInProcess(...words);
    assert.equal(refused.code, 2, refused.out);
    assert.match(refused.err, /192\.0\.2\.1\/24.*has host bits set[\s\S]*--normalise/);
    const cleared = await runInProcess(...words, '--normalise');
    assert.ok(cleared.code === 0 || cleared.code === 9, cleared.err);
  });
