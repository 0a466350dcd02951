/** A file for a secret that is told once: written out before the server is asked, so that no full disk loses what is good by then. */

import { randomBytes } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { secretTextOf } from '@tombolo/identity/secret-text';
import { CommandError } from '../shell/command-error.ts';
import { reservePrivateFile } from './state-directory.ts';

const problem = (file: string, why: string): CommandError =>
  new CommandError(
    'InvalidArgument',
    `The secret cannot be written to ${file}: ${why}. Nothing was asked of the server: what was good stays good.`,
    'Name a file in a folder that is there, has room, and that this user can write.',
  );

const reserve = (file: string, content: string) => {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw problem(file, 'it is a folder');
  try {
    return reservePrivateFile(file, content);
  } catch (error) {
    throw problem(file, (error as Error).message);
  }
};

/** It may have been done all the same: the answer did not come, or the server broke off. */
const isOpen = ({ code }: CommandError): boolean =>
  code === 'NotRunning' || code === 'Failed' || code === 'Timeout';

/**
 * `ask` gives the server what its secret is made of and resolves to whether the secret is now good. The file has its
 * name from then on; what was in it until then stays where the answer is no.
 * @throws what `ask` throws. Where that leaves open whether the secret is good, it stays beside the file, and the message names it
 */
export const withSecretFile = async <T extends { readonly clientSecret?: unknown }>(
  file: string,
  ask: (random: string) => Promise<T>,
): Promise<T> => {
  const random = randomBytes(32);
  const reserved = reserve(file, `${secretTextOf(random)}\n`);
  let answer: T;
  try {
    answer = await ask(random.toString('base64url'));
  } catch (error) {
    if (error instanceof CommandError && !isOpen(error)) {
      rmSync(reserved.path, { force: true });
      throw error;
    }
    throw new CommandError(
      error instanceof CommandError ? error.code : 'Failed',
      `${(error as Error).message} Whether the new secret is good is not known.`,
      `It is in ${reserved.path}: "./tombolo principal show NAME" says whether it is one of the principal's; remove the file where it is not.`,
    );
  }
  if (answer.clientSecret === undefined) {
    rmSync(reserved.path, { force: true });
    return answer;
  }
  try {
    reserved.keep();
  } catch (error) {
    throw new CommandError(
      'Failed',
      `The new secret is good, and ${file} could not be given its name: ${(error as Error).message}.`,
      `It is in ${reserved.path}.`,
    );
  }
  return answer;
};
