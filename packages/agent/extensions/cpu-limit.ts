/** `extensions.agent.cpulimit`: a control group (cgroups(7), version 2) for what a piece of work runs, where there can be one. */

import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

/** Microseconds (cgroup-v2, "cpu.max"). */
const periodUs = 100_000;

export type CpuLimit =
  | {
      readonly limited: true;
      /** What it starts from then on is in the group, too. */
      readonly enter: (pid: number) => Promise<void>;
      /** Ends all that is in the group, whatever it has made of its session and its environment. */
      readonly end: () => Promise<void>;
      readonly close: () => Promise<void>;
    }
  | { readonly limited: false; readonly why: string };

export interface CpuLimitOptions {
  readonly name: string;
  /** Of all processors. */
  readonly percent: number;
  /** Where the hierarchy is mounted. */
  readonly root: string;
}

const groupOf = (root: string, name: string): string => join(root, `tombolo-agent-${name}`);

/** All of it at once (cgroup-v2, "cgroup.kill"): it forks no faster. Where there is none, there is nothing to end. */
export const endGroup = async ({ root, name }: Pick<CpuLimitOptions, 'root' | 'name'>): Promise<void> => {
  await writeFile(join(groupOf(root, name), 'cgroup.kill'), '1', { flag: 'r+' }).catch(() => {});
};

/** Never in the way: where there is no limit, it says why. */
export const openCpuLimit = async ({ name, percent, root }: CpuLimitOptions): Promise<CpuLimit> => {
  if (percent >= 100) return { limited: false, why: 'extensions.agent.cpulimit is 100' };
  const controllers = await readFile(join(root, 'cgroup.controllers'), 'utf8').catch(() => '');
  if (!controllers.split(/\s+/).includes('cpu'))
    return { limited: false, why: 'there is no control group (version 2) with a CPU controller here' };
  const group = groupOf(root, name);
  try {
    await mkdir(group, { recursive: true });
    const quota = Math.max(1_000, Math.round((percent / 100) * periodUs * availableParallelism()));
    await writeFile(join(group, 'cpu.max'), `${quota} ${periodUs}`);
  } catch (error) {
    await rmdir(group).catch(() => {});
    return { limited: false, why: `no control group can be made: ${(error as NodeJS.ErrnoException).code}` };
  }
  return {
    limited: true,
    enter: (pid) => writeFile(join(group, 'cgroup.procs'), String(pid)),
    end: () => endGroup({ root, name }),
    // What was left running on purpose keeps its group.
    close: () => rmdir(group).catch(() => {}),
  };
};
