/** `extension` */

import { setTimeout as wait } from 'node:timers/promises';
import { AgentFailure, type ListedExtension, listExtensions, removeExtensions } from '@tombolo/agent';
import {
  type AddCommand,
  type CommandHost,
  type CommonFlags,
  consoleOf,
  newCommand,
  readerOf,
  stateOf,
} from '../command.ts';

type RemoveFlags = CommonFlags & { readonly name?: string; readonly all?: boolean };

const line = ({ name, handler, version, status }: ListedExtension): string =>
  [name.padEnd(24), handler.padEnd(44), version.padEnd(10), status].join(' ').trimEnd();

const list = async (flags: CommonFlags, host: CommandHost): Promise<void> => {
  const extensions = await listExtensions(readerOf(flags, host));
  consoleOf(flags, host).result({ extensions }, () =>
    extensions.length === 0 ? 'This machine has no extensions.' : extensions.map(line).join('\n'),
  );
};

const remove = async (flags: RemoveFlags, host: CommandHost): Promise<void> => {
  if ((flags.name === undefined) === !flags.all)
    throw new AgentFailure(23, 'Say which: either --name NAME or --all.');
  const state = await stateOf(flags, host);
  const release = await state.lock('change');
  try {
    const name = flags.name === undefined ? {} : { name: flags.name };
    const removed = await removeExtensions({ state, wait, ...name });
    const again = 'What the service still wants is installed again at the next poll: delete it there, too.';
    consoleOf(flags, host).result({ removed }, () =>
      removed.length === 0 ? 'This machine has no extensions.' : `Removed: ${removed.join(', ')}. ${again}`,
    );
  } finally {
    await release();
  }
};

export const addExtension: AddCommand = (host) => {
  const extension = newCommand(host.program, 'extension', 'the extensions of this machine', [
    'extension list',
    'extension remove --name script',
  ]);
  newCommand(extension, 'list', 'what there is, and what came of it', ['extension list --json']).action(
    (flags: CommonFlags) => list(flags, host),
  );
  newCommand(extension, 'remove', 'end and remove it here, whatever the service says', [
    'extension remove --name script',
    'extension remove --all',
  ])
    .option('--name <name>', 'the one of this name')
    .option('--all', 'all of them')
    .action((flags: RemoveFlags) => remove(flags, host));
};
