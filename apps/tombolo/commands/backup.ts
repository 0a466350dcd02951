/** `tombolo backup` and `tombolo restore`: everything of an installation in one file, keys included. */

import { chmodSync, copyFileSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { renewEpoch } from '@tombolo/store';
import { CommandError } from '../command-error.ts';
import { installationOfBackup } from '../control/installation-document.ts';
import { connectToServer } from '../server-connection.ts';
import { openStateDirectory, runningProcess, writePrivateFile } from '../state-directory.ts';
import { type AddCommand, jsonOption, stateOption } from './command.ts';

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
      '\nThe file holds private keys: keep it as you keep them.\n\nExit codes: 0 written, 2 the file is there already, 5 not running, 8 the file could not be written.\n\nExamples:\n  tombolo backup /secure/tombolo-2026-11-22.db',
    )
    .action((file: string, options: { state: string; json?: boolean }) =>
      runner(options.json === true, async (output) => {
        const path = resolve(file);
        if (existsSync(path))
          throw new CommandError('InvalidArgument', `${path} is there already.`, 'Name a new file.');
        const written = await connectToServer(options.state).ask('POST', '/backup', { path });
        chmodSync(path, 0o600);
        output.result(written, () => `wrote ${path} (feed ${written.through})`);
        return 0;
      }),
    );

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
      '\nThe directory has to be empty or missing, or hold a stopped installation and --force given.\n\nExit codes: 0 restored, 2 no backup or no --force, 3 state directory, 4 it runs.\n\nExamples:\n  tombolo restore /secure/tombolo-2026-11-22.db --state /var/lib/tombolo',
    )
    .option('--force', 'replace the store of a stopped installation')
    .action((file: string, options: { state: string; force?: boolean; json?: boolean }) =>
      runner(options.json === true, async (output) => {
        if (!existsSync(file))
          throw new CommandError(
            'InvalidArgument',
            `${file} is not there.`,
            'Name a file that "tombolo backup" wrote.',
          );
        const restored = restoreInto(file, options.state, options.force === true);
        output.result(
          restored,
          () => `restored ${restored.state}; start it with: tombolo up --state ${restored.state}`,
        );
        return 0;
      }),
    );

const restoreInto = (file: string, directory: string, force: boolean): { state: string; epoch: string } => {
  const installation = installationOfBackup(file);
  const state = openStateDirectory(directory);
  const holder = runningProcess(state);
  if (holder !== undefined)
    throw new CommandError('AlreadyRunning', `Process ${holder} runs on ${state.path}.`, 'Stop it first.');
  const store = join(state.of('control'), 'store.db');
  if (existsSync(store) && !force)
    throw new CommandError(
      'InvalidArgument',
      `${state.path} holds an installation.`,
      'Add --force to replace its store, or name another directory.',
    );
  for (const name of readdirSync(state.of('control')))
    if (name.startsWith('store.db')) rmSync(join(state.of('control'), name));
  copyFileSync(file, store);
  chmodSync(store, 0o600);
  // Of another installation, or of another time: the operator gets a new secret at the next start.
  rmSync(state.file('credentials.json'), { force: true });
  const epoch = renewEpoch(store);
  writePrivateFile(state.file('installation.json'), `${JSON.stringify(installation, null, 2)}\n`);
  return { state: state.path, epoch };
};
