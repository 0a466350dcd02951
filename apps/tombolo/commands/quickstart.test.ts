import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runInProcess } from './command-line.testkit.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tombolo-quickstart-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

test('the quickstart says at once that its network is none that strict takes', async () => {
  const state = join(scratch, 'state');
  const { code, err } = await runInProcess('quickstart', '--strict', '--state', state);
  assert.deepEqual([code, existsSync(state)], [2, false], err);
  assert.match(err, /127\.0\.0\.0\/8.*strict[\s\S]*up --strict --realize lo/);
});
