/** Runs test files by Node's own runner, as `node --test` does, and ends them when the process that started this one is gone. */

import { resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { endWithParent } from './parent-process.mjs';

endWithParent();
/** Only what hangs: the slowest file takes some minutes on a busy machine. */
const longestFileMs = 20 * 60_000;
const [concurrency, ...paths] = process.argv.slice(2);
const ending = new AbortController();
for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) process.on(signal, () => ending.abort());
// Unless the summary of all says otherwise: an end without one is no success.
process.exitCode = 1;
/** From the start of its process to its end. */
const files = [];
/** For who started this one: `{counts, files}`. A test that was cancelled has failed. */
const tell = ({ passed, failed, cancelled, skipped }) => {
  if (process.connected) process.send({ counts: { passed, failed: failed + cancelled, skipped }, files });
};
run({ files: paths, concurrency: Number(concurrency), signal: ending.signal, timeout: longestFileMs })
  .on('test:complete', ({ name, file, details }) => {
    // The runner's own test around a file has the file's path for its name.
    if (file !== undefined && file === resolve(name)) files.push({ path: name, ms: details.duration_ms });
  })
  .on('test:summary', ({ file, success, counts }) => {
    if (file !== undefined) return;
    process.exitCode = success && !ending.signal.aborted ? 0 : 1;
    tell(counts);
  })
  .compose(new spec())
  .pipe(process.stdout);
