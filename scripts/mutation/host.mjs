/**
 * A process that runs test files with one mutant after another switched on. Libraries are loaded once; the workspace's own
 * modules are loaded anew for every run, so that what a mutant left in one of them is not met by the next.
 */

import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runFile } from './harness.mjs';

const [map, cwd] = process.argv.slice(2);
process.argv.splice(2);
const copies = JSON.parse(readFileSync(map, 'utf8'));
const own = new URL('./', import.meta.url).href;
const workspace = pathToFileURL(join(cwd, '/')).href;
const harness = new URL('harness.mjs', own).href;

/** Above it the process is replaced: modules that were loaded are never forgotten. */
const memory = 700 * 2 ** 20;
/** Cleaning up after a failed test takes no longer, or the process is replaced. */
const cleaningMs = 1_000;

let run = 0;
const isOurs = (url) =>
  url.startsWith(workspace) &&
  !url.startsWith(own) &&
  !url.includes('/node_modules/') &&
  /\.[mc]?[jt]s$/.test(url);
const texts = new Map();
const textOf = (url) => {
  const known = texts.get(url);
  if (known !== undefined) return known;
  const text = readFileSync(new URL(copies[url] === undefined ? url : pathToFileURL(copies[url])), 'utf8');
  const stripped = copies[url] === undefined && url.endsWith('.ts') ? stripTypeScriptTypes(text) : text;
  texts.set(url, stripped);
  return stripped;
};

registerHooks({
  resolve: (specifier, context, next) => {
    if (specifier === 'node:test' && context.parentURL !== harness)
      return { url: harness, shortCircuit: true };
    const found = next(specifier, context);
    return isOurs(found.url) ? { ...found, url: `${found.url}?run=${run}` } : found;
  },
  load: (url, context, next) => {
    const [path, query] = url.split('?');
    return query?.startsWith('run=') && isOurs(path)
      ? { format: 'module', source: textOf(path), shortCircuit: true }
      : next(url, context);
  },
});

/** What keeps the process alive: what outlasts a run would disturb the next. */
const heldOpen = ({ timers }) =>
  process
    .getActiveResourcesInfo()
    .filter((kind) => kind !== 'PipeWrap' && kind !== 'Immediate' && (timers || kind !== 'Timeout')).length;

/** The run that is going on; its first word counts. */
let current;
let charged = 0;

const answer = (outcome, { isSpent }) => {
  if (current === undefined) return;
  const { began, state, reason } = current;
  current = undefined;
  // All that was used since the last answer: starting the process is its first run's.
  const { user, system } = process.cpuUsage();
  const used = (user + system) / 1_000;
  const cpuMs = Math.round(used - charged);
  charged = used;
  process.channel.ref();
  process.send({
    outcome,
    reason: reason === undefined ? undefined : `${reason?.stack ?? reason}`.slice(0, 2_000),
    ms: Math.round(performance.now() - began),
    cpuMs,
    hits: state.mutantCoverage?.static ?? {},
    files: state.activeMutant === undefined ? [...texts.keys()].map((url) => fileURLToPath(url)) : [],
    isSpent: isSpent || process.memoryUsage.rss() > memory,
  });
};

const start = async ({ file, mutant, hitLimit }) => {
  run += 1;
  const state = mutant === undefined ? {} : { activeMutant: mutant, hitCount: 0, hitLimit };
  globalThis.__stryker__ = state;
  const own = { began: performance.now(), state };
  current = own;
  let cleaning;
  const noticed = (error) => {
    own.reason ??= error ?? 'failed';
    cleaning ??= setTimeout(() => answer('failed', { isSpent: true }), cleaningMs);
  };
  // A run that waits for what cannot come any more ends, as the process would: see beforeExit.
  process.channel.unref();
  await runFile(() => import(pathToFileURL(join(cwd, file)).href), noticed).catch(noticed);
  if (current !== own) return;
  clearTimeout(cleaning);
  const isRed = own.reason !== undefined;
  // What was closed is gone a few turns of the loop later.
  for (let turn = 0; turn < 5 && heldOpen({ timers: isRed }) > 0; turn += 1)
    await new Promise((resolve) => setImmediate(resolve));
  if (current === own) answer(isRed ? 'failed' : 'passed', { isSpent: heldOpen({ timers: isRed }) > 0 });
};

const stray = (error) => {
  if (current !== undefined) current.reason ??= error ?? 'failed';
  answer('failed', { isSpent: true });
};
process.on('uncaughtException', stray);
process.on('unhandledRejection', stray);
process.on('beforeExit', () => stray('nothing is left that could end it'));
process.on('message', start);
