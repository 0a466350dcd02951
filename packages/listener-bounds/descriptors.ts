/** How many connections the process's descriptors allow: accept fails in silence where there are none left. */

import { readdirSync, readFileSync } from 'node:fs';
import type { ConnectionBounds } from './bound-connections.ts';

/** Files, databases, sockets to the other processes: what a process needs beside its clients. */
const reserved = 64;

/** The soft limit of this process (`ulimit -n`); undefined where the system does not say. */
export const descriptorLimit = (
  read: () => string = () => readFileSync('/proc/self/limits', 'utf8'),
): number | undefined => {
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(read())?.[1];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
};

/** How many there are now; Infinity where not one more can be had; undefined where the system does not say. */
export const openDescriptors = (
  list: () => readonly string[] = () => readdirSync('/proc/self/fd'),
): number | undefined => {
  try {
    return list().length;
  } catch (error) {
    return ['EMFILE', 'ENFILE'].includes((error as NodeJS.ErrnoException).code ?? '') ? Infinity : undefined;
  }
};

/**
 * At most `wanted`, and three quarters of what the descriptors leave; one source takes at most a quarter of that, so that
 * there is room for others.
 * @param each descriptors of one connection
 */
export const connectionBounds = (wanted: number, limit = descriptorLimit(), each = 1): ConnectionBounds => {
  const total = Math.max(
    4,
    Math.min(wanted, limit === undefined ? wanted : Math.floor(((limit - reserved) * 0.75) / each)),
  );
  return { total, perSource: Math.max(1, Math.floor(total / 4)) };
};
