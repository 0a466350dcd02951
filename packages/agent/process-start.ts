/** Which process a number means: proc(5) says when it started, so that a number used again is not taken for it. */

import { readFile } from 'node:fs/promises';

/** Field 22 of its stat, clock ticks since the machine started; undefined: there is no such process. */
export const startOf = async (pid: number): Promise<string | undefined> => {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return line?.slice(line.lastIndexOf(')') + 2).split(' ')[19];
};
