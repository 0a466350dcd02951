/** `tombolo backup` and `tombolo restore`: everything of an installation in one file, keys included. */

import { accessSync, chmodSync, constants, existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { connectToServer } from '../installation/server-connection.ts';
import { inStateDirectory } from '../installation/state-directory.ts';
import { restoreBackup } from '../server/restore.ts';
import { type AddCommand, helpText, jsonOption, stateOption } from '../shell/command.ts';
import { CommandError } from '../shell/command-error.ts';
import { shellWord } from '../shell/shell-word.ts';

export const addBackup: AddCommand = (program, runner) =>
  program
    .command('backup <file>')
    .description(
      'write a consistent copy of a running installation, its certificate authority included, to a new file (0600)',
    )
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        notes: ['The file holds private keys: keep it as you keep them.'],
        exits: {
          0: 'written',
          2: 'the file is there already, in the state directory or in no folder',
          5: 'not running',
          8: 'the file could not be written',
        },
        examples: ['./tombolo backup /secure/tombolo-2026-11-22.db'],
      }),
    )
    .action((file: string, options: { state: string; json?: boolean }) =>
      runner(options.json === true, async (output) => {
        const path = resolve(file);
        if (existsSync(path))
          throw new CommandError('InvalidArgument', `${path} is there already.`, 'Name a new file.');
        checkFolder(path);
        const server = connectToServer(options.state);
        if (liesIn(server.state.path, path))
          throw new CommandError(
            'InvalidArgument',
            `${path} is in the state directory that it would be a backup of.`,
            'Name a file elsewhere, at best on another disk: what takes the installation would take its backup.',
          );
        const written = await server.ask('POST', '/backup', { path });
        chmodSync(path, 0o600);
        output.result(written, () => `wrote ${path} (feed ${written.through})`);
        return 0;
      }),
    );

/** The server writes the file, as the same user. */
const checkFolder = (path: string): void => {
  const folder = dirname(path);
  try {
    if (!statSync(folder).isDirectory()) throw new Error('it is no folder');
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new CommandError(
      'InvalidArgument',
      `The backup cannot be written into ${folder}: ${(error as Error).message}.`,
      'Name a file in a folder that is there and that this user may write.',
    );
  }
};

/** By whatever links either is named. */
const liesIn = (directory: string, file: string): boolean => {
  const parent = dirname(file);
  return !/^\.\.(\/|$)/.test(relative(realpathSync(directory), realpathSync(parent)));
};

export const addRestore: AddCommand = (program, runner) =>
  program
    .command('restore <file>')
    .description(
      'make a state directory from a backup; followers notice by its new epoch and start from a snapshot',
    )
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        notes: [
          'The directory has to be empty or missing, or hold a stopped installation and --force given. The backup is copied beside what',
          'is there and checked before anything is replaced: a restore that fails, or is cut off, leaves the installation as it was.',
        ],
        exits: { 0: 'restored', 2: 'no backup or no --force', 3: 'state directory', 4: 'it runs' },
        examples: ['./tombolo restore /secure/tombolo-2026-11-22.db --state /var/lib/tombolo'],
      }),
    )
    .option('--force', 'replace the store of a stopped installation')
    .action((file: string, options: { state: string; force?: boolean; json?: boolean }) =>
      runner(options.json === true, async (output) => {
        const { path, epoch } = await inStateDirectory(options.state, async (state) => ({
          path: state.path,
          ...(await restoreBackup(resolve(file), state, options.force === true)),
        }));
        output.result(
          { state: path, epoch },
          () => `restored ${path}; start it with: ./tombolo up --state ${shellWord(path)}`,
        );
        return 0;
      }),
    );
