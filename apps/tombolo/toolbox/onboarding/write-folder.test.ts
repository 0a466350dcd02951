import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CommandError } from '../../shell/command-error.ts';
import { writeFolder } from './write-folder.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tombolo-write-folder-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

test('a folder is written whole with its modes, or nothing of it is left', () => {
  const path = join(scratch, 'bundle');
  writeFolder(path, [
    { name: 'a/b.sh', content: 'b', mode: 0o755 },
    { name: 'c', content: new Uint8Array([1]), mode: 0o600 },
  ]);
  assert.deepEqual(readdirSync(path).toSorted(), ['a', 'c']);
  assert.deepEqual(
    ['a/b.sh', 'c'].map((name) => statSync(join(path, name)).mode & 0o777),
    [0o755, 0o600],
  );

  const halfway = [
    { name: 'a', content: '', mode: 0o644 },
    { name: 'a/b', content: '', mode: 0o644 },
  ];
  assert.throws(() => writeFolder(join(scratch, 'half'), halfway), CommandError);
  mkdirSync(join(scratch, 'there'));
  writeFileSync(join(scratch, 'there', 'mine'), '');
  assert.throws(() => writeFolder(join(scratch, 'there'), []), CommandError);
  assert.deepEqual(readdirSync(join(scratch, 'there')), ['mine']);
  assert.deepEqual(readdirSync(scratch).toSorted(), ['bundle', 'there']);
});
