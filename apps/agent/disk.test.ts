/** A state directory without room, or that cannot be written: one sentence, its code, and everything as it was. */

import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { directoryOfFile } from '@tombolo/testkit/ends-with-file';

interface Outcome {
  readonly command: string;
  readonly code: number;
  readonly stderr: string;
  readonly asBefore: boolean;
}

const able = process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0;
const program = fileURLToPath(new URL('./disk-program.testkit.ts', import.meta.url));
const guid = '00000000-0000-4000-8000-000000000001';

test('connect, config set and run on a full and on a read-only disk', {
  skip: !able && 'needs root and a mount namespace',
}, async () => {
  const connect = ['-i', 'an-app', '-t', guid, '-s', guid, '-g', 'rg', '-n', 'lamp', '-l', 'japaneast'];
  const { stdout } = await promisify(execFile)('unshare', [
    ...['--mount', process.execPath, program, directoryOfFile()],
    ...connect,
  ]);
  const { full, readOnly, kept } = JSON.parse(stdout) as Record<'full' | 'readOnly', readonly Outcome[]> & {
    readonly kept: readonly string[];
  };
  assert.deepEqual(kept, ['configuration.json']);
  for (const [outcomes, code, says] of [
    [full, 1, /AZCM0001.*: Nothing can be written to '[^']+': no space is left there\./],
    [readOnly, 18, /AZCM0018.*: Nothing can be written to '[^']+': its file system is read-only\./],
  ] as const)
    for (const { command, code: is, stderr, asBefore } of outcomes) {
      assert.equal(is, code, `${command}: ${stderr}`);
      assert.match(stderr, says, command);
      assert.equal(stderr.match(/AZCM/g)?.length, 1, stderr);
      assert.ok(asBefore, command);
    }
});
