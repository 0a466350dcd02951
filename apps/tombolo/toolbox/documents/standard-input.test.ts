/** `-` is standard input wherever a command takes a document of Azure's from a file. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { asAz, createAnswers } from '@tombolo/azure-documents/documents.testkit';

const bin = fileURLToPath(new URL('../../bin.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tombolo-standard-input-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const piped = (input: string, ...words: readonly string[]) =>
  spawnSync(process.execPath, [bin, ...words], {
    input,
    encoding: 'utf8',
    env: { ...process.env, NODE_NO_WARNINGS: '1', TOMBOLO_STATE: join(folder, 'state') },
  });

const answers = await createAnswers();
const endpoint = JSON.stringify(asAz(answers.endpoint));
const group = JSON.stringify(asAz(answers.securityGroup));
const tags = JSON.stringify(answers.serviceTags);
const groupFile = join(folder, 'nsg.json');
writeFileSync(groupFile, group);
const servers = ['--product', 'servers', '--region', 'japaneast'];

const commands: readonly (readonly [string, readonly string[], RegExp])[] = [
  [endpoint, ['dns', 'export', '--format', 'bind', '--file', '-'], /10\.0\.1\.4/],
  [
    endpoint,
    ['requirements', 'list', ...servers, '--connectivity', 'private-endpoint', '--file', '-'],
    /10\.0\.1\.4/,
  ],
  [group, ['firewall', 'check', '--file', '-'], /AllowAADOutboundAccess .* is as it should be/],
  [tags, ['firewall', 'check', '--file', groupFile, '--service-tags', '-'], /Public 7, of standard input/],
  [tags, ['firewall', 'export', '--format', 'json', ...servers, '--service-tags', '-'], /192\.0\.2\.0/],
  [
    tags,
    ['service-tags', 'import', '-', '--keep-only', '--directory', join(folder, 'kept')],
    /Public │ 7 .* standard input/,
  ],
];

for (const [input, words, shows] of commands)
  test(`${words.slice(0, 2).join(' ')} … ${words.slice(2).at(-1)}`, () => {
    const { stdout, stderr, status } = piped(input, ...words);
    assert.ok(status === 0 || status === 9, `${status}: ${stderr}`);
    assert.match(stdout, shows);
  });

test('what cannot be read there is said of standard input', () => {
  for (const [input, why] of [
    ['', /standard input: It is empty/],
    ['{"a', /standard input: It ends in the middle/],
    ['{}', /standard input/],
  ] as const) {
    const { status, stderr } = piped(input, 'dns', 'export', '--format', 'bind', '--file', '-');
    assert.equal(status, 2);
    assert.match(stderr, why);
  }
});
