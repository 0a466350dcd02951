import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { followerFile } from './follower-file.ts';
import { SIDES } from './follower-file-writer.testkit.ts';
import { scratchDirectory } from './scratch-directory.testkit.ts';

const scratch = scratchDirectory();
const WRITER = fileURLToPath(new URL('./follower-file-writer.testkit.ts', import.meta.url));

test('a follower killed with SIGKILL keeps the whole of what it persisted, and no half of what it did not', async () => {
  const path = scratch('killed.db');
  for (const lines of [1, 7, 23, 50]) {
    const child = spawn(process.execPath, [WRITER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    let last = 0;
    let seen = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      last = Number(line);
      if (++seen === lines) child.kill('SIGKILL');
    }
    const state = followerFile(path)(['T/a'], (error) => assert.fail(String(error)));
    const through = state.cursor!.through;
    assert.ok(through >= last, `${last} was persisted, ${through} is there`);
    const documents = [...state.documents()];
    assert.deepEqual(documents.map(({ id }) => id).sort(), [...SIDES].sort());
    assert.ok(documents.every(({ version }) => version === through));
    state.close();
  }
});
