/** Says when the disk of the state directory is nearly full, before the store has to refuse writes. */

import { statfs } from 'node:fs/promises';
import { createBites } from '@tombolo/listener-bounds';
import { systemTimers, type Timers } from '@tombolo/store';
import { gauge } from './metrics-text.ts';

export interface DiskWatchOptions {
  readonly path: string;
  readonly log: (event: string, fields: Readonly<Record<string, unknown>>) => void;
  readonly now: () => number;
  /** Bytes that this user may still write there; undefined where the system does not say. */
  readonly free?: (path: string) => Promise<number | undefined>;
  readonly timers?: Timers;
}

export interface DiskWatch {
  /** Prometheus text. */
  readonly metrics: () => string;
}

const lookEveryMs = 10_000;
/** What a busy installation writes in some minutes: the store's log alone grows to 64 MB. */
const littleBytes = 256 * 1024 * 1024;

const freeBytes = async (path: string): Promise<number | undefined> => {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch {
    return undefined;
  }
};

/** Looks once at the start and every 10 s; logs at most once a minute. */
export const watchDisk = async (options: DiskWatchOptions): Promise<DiskWatch> => {
  const { path, free = freeBytes, timers = systemTimers } = options;
  let left: number | undefined;
  const bites = createBites(options.now, () =>
    options.log('disk is nearly full', {
      path,
      freeBytes: left,
      fix: 'Free space on it, or move the state directory; once it is full, writes are refused.',
    }),
  );
  const look = async (): Promise<void> => {
    left = await free(path);
    if (left !== undefined && left < littleBytes) bites.add('disk');
  };
  await look();
  timers.every(lookEveryMs, () => void look());
  return {
    metrics: () =>
      left === undefined
        ? ''
        : gauge('state_free_bytes', 'What can still be written on the disk of the state directory.', left),
  };
};
