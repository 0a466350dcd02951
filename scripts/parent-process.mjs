/** Ends this process when the one that started it is gone, however it went: nobody is left to end it otherwise. */

import { readFileSync } from 'node:fs';

const end = () => process.kill(process.pid, 'SIGTERM');

/** For processes that `run` started: the kernel closes the channel with its other end, at SIGKILL too. */
export const endWithParent = () => {
  if (!process.channel) return;
  process.once('disconnect', end);
  // The channel alone keeps nobody alive.
  process.channel.unref();
};

const parentOf = (pid) => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
};

/** npm, and the shell that it may have put between: they give no channel, so they are looked at once a second. */
export const endWithNpm = () => {
  if (process.env.npm_lifecycle_event === undefined || process.platform !== 'linux') return;
  const parent = process.ppid;
  const grandparent = parentOf(parent);
  const look = setInterval(() => {
    if (process.ppid === parent && parentOf(parent) === grandparent) return;
    clearInterval(look);
    end();
  }, 1_000);
  look.unref();
};

/** Who reads our output has seen enough (`tombolo status | head -3`): we end as the system's own programs do, by SIGPIPE's code. */
export const endWithReader = () => {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(141);
    });
};
