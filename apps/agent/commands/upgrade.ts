/** `upgrade` */

import { agentVersion, createAgentClient, selectProfile, type Upgrade, upgradeAgent } from '@tombolo/agent';
import type { Help } from 'commander';
import {
  type AddCommand,
  type CommandHost,
  type CommonFlags,
  consoleOf,
  newCommand,
  readerOf,
} from '../command.ts';

type Flags = CommonFlags & { readonly version?: string; readonly cloudProfile?: string };

const inWords = ({ version, upgraded, from, file, steps }: Upgrade, help: Help): string => {
  const [first, ...others] = steps;
  const lines = [first, ...others].flatMap((step) =>
    step === undefined ? [] : [help.boxWrap(`- ${step}`, 78).replaceAll('\n', '\n  ')],
  );
  if (upgraded) return [`The agent was ${from} and is ${version} now: ${file}`, ...lines].join('\n');
  return lines.length === 0
    ? `The agent is version ${version} already.`
    : [`The agent is version ${version}; nothing was downloaded:`, ...lines].join('\n');
};

const upgrade = async (flags: Flags, host: CommandHost): Promise<void> => {
  const { env, program } = host.surroundings;
  const { debug, info, result } = consoleOf(flags, host);
  const state = readerOf(flags, host);
  const profile =
    flags.cloudProfile === undefined
      ? (await state.readConnected())?.profile
      : selectProfile({ cloudProfile: flags.cloudProfile });
  const client =
    profile &&
    createAgentClient({
      ...{ profile, configuration: await state.readConfiguration(), env, debug },
      onNotice: (message) => info(`WARN    ${message}`),
    });
  try {
    const source = profile && client ? { profile, client } : undefined;
    // Node is in the program itself.
    const architecture = program === process.execPath ? process.arch : undefined;
    const done = await upgradeAgent({
      ...{ version: agentVersion, wanted: flags.version, program, architecture, source },
    });
    result(done, () => inWords(done, host.program.createHelp()));
  } finally {
    client?.release();
  }
};

export const addUpgrade: AddCommand = (host) => {
  newCommand(host.program, 'upgrade', 'to the agent that the installation hands out', [
    'upgrade',
    'upgrade --version 1.67 --cloud-profile site.json',
  ])
    .option('--version <major.minor>', 'the version that is wanted (default: the newest)')
    .option('--cloud-profile <file>', 'of the installation, where the machine is not connected')
    .option('--cloud <name>', 'taken, and without effect: what is here is no package of a cloud')
    .option('--background', 'taken, and without effect: nothing is shown in windows')
    .action((flags: Flags) => upgrade(flags, host));
};
