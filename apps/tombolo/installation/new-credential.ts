/** What a principal is to sign in with: the options of the commands that make it, and the request that they become. */

import { accessSync, constants, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { JsonObject } from '@tombolo/store/port';
import { type Command, Option } from 'commander';
import { CommandError } from '../shell/command-error.ts';
import { valued, wholeNumber } from '../shell/values.ts';
import { withSecretFile } from './secret-file.ts';

export interface CredentialFlags {
  readonly certificate?: string;
  readonly secretFile?: string;
  readonly days: number;
}

export const addCredentialOptions = (command: Command): Command =>
  command
    .addOption(new Option('--certificate <file>', 'PEM certificate to sign in with, instead of a secret'))
    .addOption(
      new Option('--secret-file <file>', 'write the secret to this file (0600) instead of showing it'),
    )
    .addOption(
      valued('--days <number>', 'how long the secret is good, up to 3650', wholeNumber(1, 3_650), 365),
    );

type Ask = (given: JsonObject) => Promise<JsonObject>;

/**
 * Asks for a new secret, or with the certificate; resolves to the answer, without the secret where a file has it now.
 * @throws CommandError InvalidArgument at once, before anything is made: a secret that cannot be written is lost
 */
export const newCredential = (flags: CredentialFlags): ((ask: Ask) => Promise<JsonObject>) => {
  const { secretFile, days } = flags;
  const given = {
    days,
    ...(flags.certificate === undefined ? {} : { certificate: readCertificate(flags.certificate) }),
  };
  if (secretFile === undefined) return (ask) => ask(given);
  if (flags.certificate !== undefined)
    throw new CommandError(
      'InvalidArgument',
      'With --certificate there is no secret that --secret-file could take.',
      'Leave one of them out.',
    );
  checkFolder(secretFile);
  return async (ask) => {
    const { clientSecret, ...shown } = await withSecretFile(secretFile, (random) =>
      ask({ ...given, random }),
    );
    return shown;
  };
};

const checkFolder = (file: string): void => {
  try {
    accessSync(dirname(resolve(file)), constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new CommandError(
      'InvalidArgument',
      `The secret cannot be written to ${file}: ${(error as Error).message}. Nothing was asked of the server.`,
      'Name a file in a folder that is there and that this user can write.',
    );
  }
};

const readCertificate = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandError(
      'InvalidArgument',
      `The certificate cannot be read: ${(error as Error).message}.`,
      'Name a PEM file that this user can read.',
    );
  }
};
