/** Whether the gate depends on who else runs here: two at once, again and again, beside a quickstart and a loop on every core. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { outcomeOf, tableOf } from './neighbours-report.mjs';
import { withChannel } from './parent-process.mjs';
import { noteEndingSignal, root } from './project-node.mjs';

const help = `npm run neighbours [-- PART…] [--times N]

Makes clean clones of what is committed here, and runs the gate (or those of its parts) in two of them at once.

  --times N   how often (5)`;

const { values, positionals: parts } = parseArgs({
  allowPositionals: true,
  options: { times: { type: 'string', default: '5' }, help: { type: 'boolean', short: 'h', default: false } },
});
const times = Number(values.times);
if (values.help || !Number.isInteger(times) || times < 1) {
  console.log(help);
  process.exit(values.help ? 0 : 2);
}

const scratch = mkdtempSync(join(tmpdir(), 'tombolo-neighbours-'));
const logs = join(root, '.cache', 'neighbours');
mkdirSync(logs, { recursive: true });
const running = new Set();
const signalled = noteEndingSignal();
const abort = () => {
  for (const child of running) child.kill('SIGTERM');
};
for (const name of ['SIGTERM', 'SIGHUP', 'SIGINT']) process.on(name, abort);

/** What `npm run` said of this clone is not true of theirs. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) =>
      !/^(TOMBOLO_|npm_(package_|lifecycle_|command$|config_(local_|global_)?prefix$)|INIT_CWD$)/.test(name),
  ),
);

/** A program of ours: with the channel it ends when this process is gone. */
const start = (args, { cwd = root, log } = {}) => {
  const output = log ? 'pipe' : 'ignore';
  const child = spawn(process.execPath, args, {
    cwd,
    ...withChannel({ stdio: ['ignore', output, output], env }),
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  if (log) {
    const file = createWriteStream(join(logs, log));
    for (const stream of [child.stdout, child.stderr]) stream.pipe(file, { end: false });
    child.once('close', () => file.end());
  }
  return child;
};

const end = async (child) => {
  if (!running.has(child)) return;
  const ended = once(child, 'close');
  child.kill('SIGTERM');
  await ended;
};

const clone = async (name) => {
  const path = join(scratch, name);
  const git = spawn('git', ['clone', '--quiet', '--no-hardlinks', root, path], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(git, 'close');
  if (code !== 0) throw new Error(`${root} could not be cloned`);
  return path;
};

const busy = () =>
  start([
    '-e',
    `process.on('disconnect', () => process.exit());
    new (require('node:worker_threads').Worker)('for (;;);', { eval: true });`,
  ]);

/** With what everybody's has: the ports that are taken first, and the clone's own state. */
const quickstart = async () => {
  const cwd = await clone('quickstart');
  const child = start(['scripts/with-setup.mjs', 'apps/tombolo/bin.mjs', 'quickstart', '--json'], {
    cwd,
    log: 'quickstart.log',
  });
  const said = await Promise.race([once(child.stdout, 'data'), once(child, 'close').then(() => undefined)]);
  if (said === undefined && signalled() === undefined)
    throw new Error(`the quickstart ended; see ${join(logs, 'quickstart.log')}`);
  return child;
};

const gate = async (round, name, cwd) => {
  const began = Date.now();
  const log = `${round}-${name}.log`;
  const child = start(['scripts/with-setup.mjs', 'scripts/gate.mjs', ...parts], { cwd, log });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const [code] = await once(child, 'close');
  return { round, name, code, ms: Date.now() - began, log: join(logs, log), ...outcomeOf(text) };
};

const gates = [];
try {
  console.error('Making three clones…');
  const [one, two] = await Promise.all(['one', 'two'].map(clone));
  console.error('Starting a quickstart…');
  await quickstart();
  for (let core = 0; core < availableParallelism(); core += 1) busy();
  for (let round = 1; round <= times && signalled() === undefined; round += 1) {
    console.error(`Round ${round} of ${times}: two gates at once…`);
    gates.push(...(await Promise.all([gate(round, 'one', one), gate(round, 'two', two)])));
  }
} finally {
  await Promise.all([...running].map(end));
  await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
}
for (const line of tableOf(gates)) console.log(line);
process.exit(signalled() ?? (gates.every(({ code }) => code === 0) ? 0 : 1));
