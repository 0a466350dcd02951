/** What the agent knows of its work, on disk: one file for each piece, replaced whole before the next step is taken. */

import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { wholeFiles } from '../whole-file.ts';
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
  /** Processes of it have this, and a generation, in their environment. */
  markerOf(kind: WorkKind, name: string): string;
}

/** ARM compares names without their case; so does whoever looks for the file. */
const stem = (kind: WorkKind, name: string): string => `${kind}.${name.toLowerCase()}`;

export const openWorkFiles = async (stateDirectory: string): Promise<WorkFiles> => {
  const path = join(stateDirectory, 'work');
  await mkdir(path, { recursive: true, mode: 0o700 });
  const write = wholeFiles(path);
  const read = async (name: string): Promise<readonly WorkState[]> => {
    try {
      const state = JSON.parse(await readFile(join(path, name), 'utf8')) as WorkState;
      return state.format === 1 ? [state] : [];
    } catch {
      // Damaged: the service still wants it, and says so again.
      return [];
    }
  };
  const directoryOf = (kind: WorkKind, name: string): string => join(path, `${stem(kind, name)}.d`);
  return {
    all: async () => {
      const names = (await readdir(path)).filter((name) => !name.startsWith('.') && name.endsWith('.json'));
      return (await Promise.all(names.map(read))).flat();
    },
    write: (state) => write(`${stem(state.kind, state.name)}.json`, JSON.stringify(state, undefined, 2)),
    forget: async (kind, name) => {
      await rm(directoryOf(kind, name), { recursive: true, force: true });
      await rm(join(path, `${stem(kind, name)}.json`), { force: true });
    },
    directoryOf,
    markerOf: (kind, name) => createHash('sha256').update(directoryOf(kind, name)).digest('hex').slice(0, 24),
  };
};
