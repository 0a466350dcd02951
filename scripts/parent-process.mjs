/** Ends this process when the one that started it is gone, however it went, and when nobody reads its output any more. */

import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { basename } from 'node:path';

const end = () => process.kill(process.pid, 'SIGTERM');

/** In the environment of what `withChannel` starts, until it has seen it. */
const promise = 'TOMBOLO_PARENT_CHANNEL';

/** What a script of ours is started with, so that {@link endWithParent} works in it. */
export const withChannel = ({ stdio, env }) => ({
  stdio: [...stdio, 'ipc'],
  env: { ...env, [promise]: 'yes' },
});

/**
 * For processes that have a channel to who started them: the kernel closes it with its other end, at SIGKILL too. Where it was
 * closed before this process could look, it ends at once.
 */
export const endWithParent = () => {
  const promised = process.env[promise] !== undefined;
  delete process.env[promise];
  if (process.connected) {
    process.once('disconnect', end);
    // The channel alone keeps nobody alive.
    process.channel.unref();
  } else if (promised) end();
};

const read = (pid, name) => {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
};

const parentOf = (pid) => {
  const stat = read(pid, 'stat');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
};

/** Its title (`npm start`, all in one word), or its script. */
const isNpm = (pid) => {
  const [title = '', script = ''] = read(pid, 'cmdline').split('\0');
  return /^(npm|npx)( |$)/.test(title) || /^(npm|npx)(-cli)?(\.c?js)?$/.test(basename(script));
};

/** Those above us up to npm, which may have put a shell between; empty where no npm is there. */
const upToNpm = () => {
  const parent = process.ppid;
  if (isNpm(parent)) return [parent];
  const grandparent = parentOf(parent);
  return isNpm(grandparent) ? [parent, grandparent] : [];
};

/** npm and npx give no channel, and the kernel tells nobody whose parent has ended: they are looked at once a second. */
export const endWithNpm = () => {
  if (process.env.npm_lifecycle_event === undefined || process.platform !== 'linux') return;
  const [parent, npm] = upToNpm();
  if (parent === undefined) return;
  const look = setInterval(() => {
    if (process.ppid === parent && (npm === undefined || parentOf(parent) === npm)) return;
    clearInterval(look);
    end();
  }, 1_000);
  look.unref();
};

/** What a shell tells of a program that SIGPIPE ended. */
const brokenPipe = 128 + constants.signals.SIGPIPE;

/**
 * Who reads our results has seen enough (`tombolo status | head -3`): we end as the system's own programs do. What we say on
 * standard error may be lost: that is no reason to end, least of all for a server.
 */
export const endWithReader = () => {
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error) => {
    if (error.code === 'EPIPE') process.exit(brokenPipe);
    console.error(`Standard output cannot be written: ${error.message}.`);
    process.exit(1);
  });
};
