/** What a test file opens ends with the file, whichever of its tests failed; what still holds its process then is named, and fails it. */

import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach } from 'node:test';
import { endChild, killTree } from './processes.ts';

/** Only what hangs takes so long, on the busiest machine too: nothing is left to be done. */
const heldLimitMs = Number(process.env.HELD_OPEN_LIMIT_MS ?? 30_000);

interface Opened {
  readonly end: () => unknown;
  /** Instead of {@link end} where the process goes at once: in step, without waiting. */
  readonly abandon?: () => void;
}
const opened = new Set<Opened>();
const directories = new Set<string>();

/** Ends with the file; `abandon` is what is done where the process goes at once. */
export const endsWithFile = (end: () => unknown, abandon?: () => void): void => {
  opened.add(abandon === undefined ? { end } : { end, abandon });
};

/** SIGTERM after the tests; what does not obey is killed, with all that it started. Nothing waits for a child that ended before. */
export const childOfFile = <Child extends ChildProcess>(child: Child): Child => {
  endsWithFile(
    () => endChild(child),
    () => killTree(child),
  );
  return child;
};

/** A directory that is removed after everything else has ended. */
export const directoryOfFile = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'tombolo-test-'));
  directories.add(path);
  return path;
};

const removeDirectories = () => {
  for (const path of directories) rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  directories.clear();
};

// For the whole file, whichever of its tests are run. It is the only one: no hook that comes after it delays what it waits for.
after(async () => {
  const faults = (await Promise.allSettled([...opened].map(async ({ end }) => end()))).filter(
    (outcome) => outcome.status === 'rejected',
  );
  removeDirectories();
  // A process that nothing holds ends before that, without noticing.
  setTimeout(() => {
    console.error(
      `All tests of the file have ended, and it is held open by: ${process.getActiveResourcesInfo().join(', ')}`,
    );
    process.exit(1);
  }, heldLimitMs).unref();
  if (faults.length > 0)
    throw new AggregateError(
      faults.map(({ reason }) => reason),
      'The file did not end cleanly',
    );
});

const abandonAll = (): void => {
  for (const { abandon } of opened) abandon?.();
  removeDirectories();
};
process.once('exit', abandonAll);
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => process.exit(1));

// What fails at the top of a file is thrown on by node:test, and such a process tells nobody of its exit.
let loading = true;
beforeEach(() => {
  loading = false;
});
process.on('uncaughtExceptionMonitor', () => {
  if (loading) abandonAll();
});
