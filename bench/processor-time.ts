/** How much processor time and memory a process takes, from /proc. */

import { readdirSync, readFileSync } from 'node:fs';
import { childrenOf, processorSecondsOf } from '../apps/tombolo/installation/service-processes.ts';

/** User and system time so far, of the process and its children; seconds. */
export const processorSeconds = (pid: number): number =>
  childrenOf(pid).reduce((sum, child) => sum + processorSeconds(child), processorSecondsOf(pid));

/** The process whose command line contains these words; undefined where none has. */
export const processWith = (...words: readonly string[]): number | undefined =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return words.every((word) => line.includes(word));
      } catch {
        return false;
      }
    });

/** What of the process is in memory now; megabytes of 10^6 bytes. */
export const residentMegabytes = (pid: number): number => {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return (Number(kilobytes) * 1024) / 1e6;
};
