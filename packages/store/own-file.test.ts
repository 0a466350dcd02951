import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readOwnFile } from './own-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'tombolo-own-file-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('a file is read, through a link too; what is none is refused by its path, and nobody waits for it', () => {
  const path = (name: string): string => join(folder, name);
  writeFileSync(path('file'), 'text');
  symlinkSync(path('file'), path('link'));
  assert.equal(spawnSync('mkfifo', [path('pipe')]).status, 0);
  assert.equal(readOwnFile(path('link')).toString(), 'text');
  for (const none of [path('pipe'), folder, '/dev/zero'])
    assert.throws(() => readOwnFile(none), { message: new RegExp(`${none} is no regular file`) });
  assert.throws(() => readOwnFile(path('missing')), { code: 'ENOENT' });
});
