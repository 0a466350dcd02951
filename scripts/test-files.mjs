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

/** A test that was cancelled has failed. */
const told = ({ passed, failed, cancelled, skipped }) => ({ passed, failed: failed + cancelled, skipped });
/** By the file's absolute path: from the start of its process to its end, and what its tests came to. */
const files = new Map(
  paths.map((path) => [resolve(path), { path, ms: 0, counts: { passed: 0, failed: 0, skipped: 0 } }]),
);
const add = (file, more) => {
  const { counts } = files.get(file);
  for (const key of Object.keys(counts)) counts[key] += more[key] ?? 0;
};
/** The runner's own test around a file, which has the file's path for its name. */
const isAround = ({ name, file }) => file !== undefined && file === resolve(name);

/** Below what a file's tests have said, whose they were: the files of all parts are in one queue. */
const withNames = async function* (events) {
  for await (const event of events) {
    yield event;
    const { file } = event.data;
    if (event.type !== 'test:summary' || file === undefined) continue;
    yield { type: 'test:diagnostic', data: { nesting: 0, level: 'info', message: files.get(file).path } };
  }
};

run({ files: paths, concurrency: Number(concurrency), signal: ending.signal, timeout: longestFileMs })
  .on('test:complete', (event) => {
    if (isAround(event)) files.get(event.file).ms = event.details.duration_ms;
  })
  // The file itself counts where it has no tests, or where something beside them failed: its process died, say.
  .on('test:pass', (event) => isAround(event) && add(event.file, { passed: 1 }))
  .on('test:fail', (event) => isAround(event) && add(event.file, { failed: 1 }))
  .on('test:summary', ({ file, success, counts }) => {
    if (file !== undefined) return add(file, told(counts));
    process.exitCode = success && !ending.signal.aborted ? 0 : 1;
    // For who started this one.
    if (process.connected) process.send({ counts: told(counts), files: [...files.values()] });
  })
  .compose(withNames)
  .compose(new spec())
  .pipe(process.stdout);
