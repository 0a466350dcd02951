/** What the agent knows of its work, on disk: one file for each piece, replaced whole before the next step is taken. */

import { createHash } from 'node:crypto';
import { watch } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeAbandoned, wholeFiles } from '../whole-file.ts';
import type { Instruction, WorkKind, WorkReport } from './work.ts';

export interface WorkState {
  readonly format: 1;
  /** Whose work it was: another machine's is none of ours. It stays where the resource is moved. */
  readonly vmId: string;
  readonly kind: WorkKind;
  readonly name: string;
  readonly generation: string;
  /**
   * `accepted`: nothing has run, all of it may be done again. `begun`: something may have run, and is not run again.
   * `removing`: as often as needed. `ended`: the report says what came of it.
   */
  readonly step: 'accepted' | 'begun' | 'removing' | 'ended';
  readonly instruction?: Instruction;
  /** `publisher/type`, also when it has ended. */
  readonly handler?: string;
  readonly startTime?: string;
  readonly report?: WorkReport;
  /** The service has the report. */
  readonly told: boolean;
}

export interface WorkFiles {
  all(): Promise<readonly WorkState[]>;
  write(state: WorkState): Promise<void>;
  /** Of the kind and name, with its directory. */
  forget(kind: WorkKind, name: string): Promise<void>;
  directoryOf(kind: WorkKind, name: string): string;
  /** By a command of the machine: the daemon is told by a file beside. */
  askRemoval(kind: WorkKind, name: string): Promise<void>;
  /** What commands have asked for and nobody has done. */
  askedRemovals(): Promise<readonly string[]>;
  doneRemoval(stem: string): Promise<void>;
  /** Calls back when something in the directory changes. */
  watch(changed: () => void, signal: AbortSignal): void;
  /** Processes of it have this, and a generation, in their environment. */
  markerOf(kind: WorkKind, name: string): string;
}

/** ARM compares names without their case; so does whoever looks for the file. */
const stem = (kind: WorkKind, name: string): string => `${kind}.${name.toLowerCase()}`;

export const removalSuffix = '.remove';

const readOne = async (file: string): Promise<readonly WorkState[]> => {
  try {
    const state = JSON.parse(await readFile(file, 'utf8')) as WorkState;
    return state.format === 1 ? [state] : [];
  } catch {
    // Damaged: the service still wants it, and says so again.
    return [];
  }
};

/** For who changes nothing: none where there is no directory. */
export const readWork = async (stateDirectory: string): Promise<readonly WorkState[]> => {
  const path = join(stateDirectory, 'work');
  const names = await readdir(path).catch(() => [] as string[]);
  const own = names.filter((name) => !name.startsWith('.') && name.endsWith('.json'));
  return (await Promise.all(own.map((name) => readOne(join(path, name))))).flat();
};

export const openWorkFiles = async (stateDirectory: string): Promise<WorkFiles> => {
  const path = join(stateDirectory, 'work');
  await mkdir(path, { recursive: true, mode: 0o700 });
  await removeAbandoned(path);
  const write = wholeFiles(path);
  const directoryOf = (kind: WorkKind, name: string): string => join(path, `${stem(kind, name)}.d`);
  return {
    all: () => readWork(stateDirectory),
    write: (state) => write(`${stem(state.kind, state.name)}.json`, JSON.stringify(state, undefined, 2)),
    forget: async (kind, name) => {
      await rm(directoryOf(kind, name), { recursive: true, force: true });
      await rm(join(path, `${stem(kind, name)}.json`), { force: true });
    },
    directoryOf,
    askRemoval: (kind, name) => write(`${stem(kind, name)}${removalSuffix}`, ''),
    askedRemovals: async () =>
      (await readdir(path))
        .filter((name) => !name.startsWith('.') && name.endsWith(removalSuffix))
        .map((name) => name.slice(0, -removalSuffix.length)),
    doneRemoval: (asked) => rm(join(path, `${asked}${removalSuffix}`), { force: true }),
    watch: (changed, signal) => {
      watch(path, { signal }, changed).on('error', () => {});
    },
    markerOf: (kind, name) => createHash('sha256').update(directoryOf(kind, name)).digest('hex').slice(0, 24),
  };
};
