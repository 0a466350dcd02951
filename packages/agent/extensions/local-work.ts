/** What the commands of the machine see of extensions, and how they remove one: at once, or by the daemon that runs. */

import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { AgentFailure } from '../failure.ts';
import type { StateReader } from '../state-directory.ts';
import { endMarked } from './marked-processes.ts';
import { openWorkFiles, readWork, removalSuffix } from './work-files.ts';

export interface ListedExtension {
  readonly name: string;
  /** `publisher/type`. */
  readonly handler: string;
  readonly version: string;
  readonly status: string;
  readonly message: string;
}

export const listExtensions = async ({
  path,
}: Pick<StateReader, 'path'>): Promise<readonly ListedExtension[]> =>
  (await readWork(path))
    .filter(({ kind }) => kind === 'extensions')
    .map(({ name, handler = '', step, report }) => ({
      name,
      handler,
      version: report?.handlerVersion ?? '',
      status: report?.phase ?? step,
      message: report?.message ?? '',
    }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));

/** A script may take its time to end. */
const patienceMs = 60_000;
const lookEveryMs = 50;

export interface LocalRemoval {
  readonly state: Pick<StateReader, 'path' | 'daemon'>;
  /** Absent: all. */
  readonly name?: string;
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

/**
 * Of what the service still wants, the daemon's next poll brings it back, as azcmagent's does.
 * @throws AgentFailure 23 where there is none of the name, 2 where the daemon does not get to it
 */
export const removeExtensions = async ({ state, name, wait }: LocalRemoval): Promise<readonly string[]> => {
  const there = (await listExtensions(state)).map((each) => each.name);
  const wanted =
    name === undefined ? there : there.filter((each) => each.toLowerCase() === name.toLowerCase());
  if (name !== undefined && wanted.length === 0)
    throw new AgentFailure(23, `This machine has no extension '${name}'.`, {
      fix: there.length === 0 ? 'It has none.' : `It has: ${there.join(', ')}.`,
    });
  if (wanted.length === 0) return [];
  const files = await openWorkFiles(state.path);
  if ((await state.daemon()) === undefined) {
    for (const each of wanted) {
      await endMarked(`${files.markerOf('extensions', each)}.`);
      await files.forget('extensions', each);
    }
    return wanted;
  }
  for (const each of wanted) await files.askRemoval('extensions', each);
  for (const each of wanted) {
    const asked = join(state.path, 'work', `extensions.${each.toLowerCase()}${removalSuffix}`);
    const waiting = (): Promise<boolean> =>
      access(asked).then(
        () => true,
        () => false,
      );
    for (let waited = 0; await waiting(); waited += lookEveryMs) {
      if (waited >= patienceMs)
        throw new AgentFailure(2, `The daemon has not removed '${each}' within ${patienceMs / 1000} s.`, {
          fix: 'It does as soon as it can; ./tombolo-agent extension list shows it.',
        });
      await wait(lookEveryMs);
    }
  }
  return wanted;
};
