/** Processes by their id, as /proc knows them: who lives, who started whom. */

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';

// A bound for what hangs; two gates at once on a small machine may take many times what one takes alone.
const stopLimitMs = 60_000;

/** SIGTERM; what does not obey is killed, with all that it started. */
export const endChild = async (child: ChildProcess): Promise<void> => {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => killTree(child), stopLimitMs);
  await ended;
  clearTimeout(late);
};

/** At once, in step, with all that it started. */
export const killTree = (child: ChildProcess): void => {
  if (hasEnded(child)) return;
  for (const pid of [...descendants(child.pid!), child.pid!]) signal(pid, 'SIGKILL');
};

/** Or has never begun. */
const hasEnded = ({ pid, exitCode, signalCode }: ChildProcess): boolean =>
  pid === undefined || exitCode !== null || signalCode !== null;

/** Sends a signal; false where the process is gone. */
export const signal = (pid: number, name: NodeJS.Signals): boolean => {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
};

/** Stopped by a signal: it has its sockets, and does nothing. */
export const isStopped = (pid: number): boolean => statOf(pid)?.state === 'T';

const statOf = (pid: number | string): { parent: number; state: string } | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', parent = ''] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(parent), state };
  } catch {
    return undefined;
  }
};

export const parentOf = (pid: number): number | undefined => statOf(pid)?.parent;

/** A zombie is dead: it only waits for its parent to look. */
export const isAlive = (pid: number): boolean => {
  const stat = statOf(pid);
  return stat !== undefined && stat.state !== 'Z';
};

export const commandLineOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
};

/** Children and their children. */
export const descendants = (pid: number): number[] => {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && statOf(name)?.parent === pid)
    .map(Number)
    .filter(isAlive);
  return children.flatMap((child) => [child, ...descendants(child)]);
};
