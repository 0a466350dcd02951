/** How much processor time the processes of a running server have taken, as /proc counts it. */

import { readdirSync, readFileSync } from 'node:fs';
import { type ProcessName, processNames, runningProcess, type StateDirectory } from './state-directory.ts';

/** Clock ticks a second: USER_HZ, which Linux shows to programs of every architecture that Node runs on (proc_pid_stat(5)). */
const ticks = 100;

/** User and system time so far, without that of children; seconds. Throws where the process is gone, or /proc is not there. */
export const processorSecondsOf = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticks;
};

/** Those that live now. */
export const childrenOf = (pid: number): readonly number[] =>
  readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );

/** The process that runs with that configuration below the supervisor. */
const named = (state: StateDirectory, children: readonly number[], name: ProcessName): number | undefined =>
  children.find((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      .split('\0')
      .includes(`${state.of(name)}/configuration.json`),
  );

/** Seconds by process; empty where they cannot be known: another system than Linux, another user's server. */
export const processorTimes = (state: StateDirectory): Readonly<Partial<Record<ProcessName, number>>> => {
  try {
    const children = childrenOf(runningProcess(state) ?? 0);
    return Object.fromEntries(
      processNames.flatMap((name) => {
        const pid = named(state, children, name);
        return pid === undefined ? [] : [[name, processorSecondsOf(pid)]];
      }),
    );
  } catch {
    return {};
  }
};
