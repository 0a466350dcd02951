/** Processes that a piece of work has started, wherever they went: all of them have its marker in their environment. */

import { readdir, readFile } from 'node:fs/promises';

/** Forks may be faster than one look. */
const looks = 5;

export const markerName = 'TOMBOLO_WORK';

const marked = async (entry: string): Promise<readonly number[]> => {
  const all = await readdir('/proc').catch(() => [] as string[]);
  const own = String(process.pid);
  const found = await Promise.all(
    all
      .filter((name) => /^\d+$/.test(name) && name !== own)
      .map(async (pid) => {
        // Of another user's processes it cannot be read: they are none of ours.
        const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
        return environment.split('\0').some((each) => each.startsWith(entry)) ? [Number(pid)] : [];
      }),
  );
  return found.flat();
};

/** Kills every process whose marker starts so, until none is left. */
export const endMarked = async (markers: string): Promise<void> => {
  for (let look = 0; look < looks; look += 1) {
    const pids = await marked(`${markerName}=${markers}`);
    if (pids.length === 0) return;
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {}
    }
  }
};
