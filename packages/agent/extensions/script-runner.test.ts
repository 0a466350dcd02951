import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runScript } from './script-runner.ts';

const cwd = mkdtempSync(join(tmpdir(), 'tombolo-script-runner-'));
after(() => rmSync(cwd, { recursive: true }));

/** A control group as the kernel's, as far as these tests see it. */
const group = (enter: (pid: number) => void, end = (): void => {}) => ({
  limited: true as const,
  enter: async (pid: number) => enter(pid),
  end: async () => end(),
  close: async () => {},
});
const sh = (text: string): [string, ...string[]] => ['/bin/sh', '-c', text];

test('what is stopped while it enters its group is ended', { timeout: 30_000 }, async () => {
  const stop = new AbortController();
  const limit = group(() => stop.abort());
  const run = { command: sh('sleep 600'), cwd, timeoutMs: 600_000 };
  const result = await runScript(run, { marker: 'entering', limit, signal: stop.signal });
  assert.equal(result.ended, 'stopped');
});

test('nothing runs before it is in its group, and what got away otherwise ends with the group', async () => {
  const before: boolean[] = [];
  const file = join(cwd, 'pid');
  const limit = group(
    () => {
      // As long as other programs take from their beginning to their end.
      for (let count = 0; count < 3; count += 1) spawnSync('/bin/sh', ['-c', 'true']);
      before.push(existsSync(file));
    },
    () => process.kill(Number(readFileSync(file, 'utf8')), 'SIGKILL'),
  );
  // Neither in its session nor with its environment.
  const away = `setsid env -i /bin/sh -c 'echo $$ >${file}; exec sleep 600' & wait`;
  const { signal } = new AbortController();
  const run = { command: sh(away), cwd, timeoutMs: 1_000 };
  const { ended } = await runScript(run, { marker: 'away', limit, signal });
  assert.deepEqual([ended, before], ['timed-out', [false]]);
  // Gone, or left for whoever began it to take note of.
  const stat = `/proc/${readFileSync(file, 'utf8').trim()}/stat`;
  assert.ok(!existsSync(stat) || /\) Z /.test(readFileSync(stat, 'utf8')));
});
