/** What the four processes share: their configuration, their log, readiness, a clean end. */

import { readOwnFile } from '@tombolo/store/own-file';
import type { ProcessName } from '../../installation/state-directory.ts';
import { createLog, type Log } from '../../shell/log.ts';
import type { ProcessConfiguration } from '../server.ts';
import { watchDescriptors } from './descriptor-watch.ts';
import { diskFault, waitsForDisk } from './disk-fault.ts';

export interface Child {
  readonly settings: ProcessConfiguration;
  readonly log: Log;
  /** Prometheus text that every process has. */
  readonly metrics: () => string;
  /** Tells the supervisor; `stop` is run at SIGTERM, or when the supervisor is gone. */
  readonly ready: (stop: () => Promise<void>) => void;
}

/** Longest clean end; the supervisor kills after 10 s. */
const graceMs = 8_000;

export const startChild = (name: ProcessName): Child => {
  const path = process.argv[2];
  if (path === undefined)
    throw new Error(`${name} is started by "./tombolo up", with the path of its configuration`);
  // Sockets and databases too are for this user only.
  process.umask(0o077);
  const settings = JSON.parse(readOwnFile(path).toString('utf8')) as ProcessConfiguration;
  const log = createLog(name);
  let stop: () => Promise<void> = async () => {};
  let ending = false;
  let isReady = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(0), graceMs).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log('stop failed', { error });
        process.exit(1);
      },
    );
  };
  // A log that nobody reads any more is no reason to end.
  process.stderr.on('error', () => {});
  process.on('SIGTERM', end);
  // Ctrl-C reaches the whole process group; the supervisor decides the order.
  process.on('SIGINT', () => {});
  process.on('SIGHUP', () => {});
  process.on('disconnect', end);
  // It may have gone while this process was being loaded, when nobody listened yet.
  if (!process.connected) process.exit(0);
  process.on('unhandledRejection', (error) => {
    log('unhandled rejection', { error });
    process.exit(1);
  });
  // Before it is ready this is what stops it: who started it is told in its words.
  process.on('uncaughtException', (error) => {
    const fault = isReady ? undefined : diskFault(error);
    if (fault === undefined) log('uncaught exception', { error });
    else log('waits for the disk', { cause: fault });
    const code = fault === undefined ? 1 : waitsForDisk;
    if (process.connected) process.send?.({ failed: fault ?? error.message }, () => process.exit(code));
    else process.exit(code);
  });
  return {
    settings,
    log,
    metrics: watchDescriptors({ log, now: Date.now }).metrics,
    ready: (stopper) => {
      stop = stopper;
      isReady = true;
      log('ready');
      process.send?.({ ready: true });
    },
  };
};
