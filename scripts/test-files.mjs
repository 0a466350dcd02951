/** Runs test files by Node's own runner, as `node --test` does, and ends them when the process that started this one is gone. */

import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { endWithParent } from './parent-process.mjs';

endWithParent();
/** Only what hangs: the slowest file takes some minutes on a busy machine. */
const longestFileMs = 20 * 60_000;
const [concurrency, ...files] = process.argv.slice(2);
const ending = new AbortController();
for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) process.on(signal, () => ending.abort());
// Unless the summary of all says otherwise: an end without one is no success.
process.exitCode = 1;
run({ files, concurrency: Number(concurrency), signal: ending.signal, timeout: longestFileMs })
  .on('test:summary', ({ file, success }) => {
    if (file === undefined) process.exitCode = success && !ending.signal.aborted ? 0 : 1;
  })
  .compose(new spec())
  .pipe(process.stdout);
