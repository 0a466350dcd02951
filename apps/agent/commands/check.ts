/** `check` */

import { writeFileSync } from 'node:fs';
import { AgentFailure, checkConnectivity, chooseProxy, selectProfile } from '@tombolo/agent';
import {
  checkDocument,
  checkJUnit,
  checkText,
  type ExtensionChoice,
  extensionChoices,
  isFailure,
} from '@tombolo/connectivity-check';
import {
  type AddCommand,
  type CommandHost,
  type CommonFlags,
  consoleOf,
  newCommand,
  numberOf,
  readerOf,
} from '../command.ts';

interface CheckFlags extends CommonFlags {
  readonly cloud?: string;
  readonly cloudProfile?: string;
  readonly location?: string;
  readonly extensions?: string;
  readonly enablePlsCheck?: boolean;
  readonly includeAll?: boolean;
  readonly timeout: string;
  readonly junit?: string;
}

const extensionsOf = (text: string | undefined): { readonly extensions?: ExtensionChoice } => {
  if (text === undefined) return {};
  const found = extensionChoices.find((choice) => choice === text.toLowerCase());
  if (found !== undefined) return { extensions: found };
  throw new AgentFailure(23, `--extensions '${text}' is none of ${extensionChoices.join(', ')}.`);
};

const writeReport = (file: string, text: string): void => {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    throw new AgentFailure(19, `The report '${file}' cannot be written: ${(error as Error).message}.`, {
      fix: 'Name a file that is not there yet, in a directory that you may write.',
    });
  }
};

/** What the machine is connected to is checked, where nothing else is asked for. */
const check = async (flags: CheckFlags, host: CommandHost): Promise<void> => {
  const { result, progress, debug, info } = consoleOf(flags, host);
  const chosen = extensionsOf(flags.extensions);
  const seconds = numberOf('--timeout', flags.timeout, 1, 300, 'a number of seconds from 1 to 300');
  const state = readerOf(flags, host);
  const asked = flags.cloud !== undefined || flags.cloudProfile !== undefined;
  const connected = asked ? undefined : await state.readConnected();
  const profile = connected?.profile ?? selectProfile(flags);
  const location = flags.location ?? connected?.location;
  const configuration = await state.readConfiguration();
  const proxy = chooseProxy(
    { url: configuration['proxy.url'], bypass: configuration['proxy.bypass'] },
    host.surroundings.env,
    profile,
  );
  if (location === undefined)
    info('WARN    Without --location the names of a region are patterns, which cannot be tried.');
  const { checked, notes } = await checkConnectivity({
    ...{ profile, proxy, progress, debug, ...chosen },
    privateLink: flags.enablePlsCheck ?? connected?.privateLinkScope !== undefined,
    includeAll: flags.includeAll ?? false,
    timeoutMs: seconds * 1000,
    ...(location === undefined ? {} : { location }),
  });
  if (flags.junit !== undefined) writeReport(flags.junit, checkJUnit(checked));
  result(checkDocument(checked), () => checkText(checked, notes));
  if (checked.some(isFailure)) host.exitWith(26);
};

export const addCheck: AddCommand = (host) => {
  newCommand(host.program, 'check', 'can this machine reach what it has to? Before connecting, too', [
    'check --location japaneast',
    'check -l japaneast --enable-pls-check --extensions sql --json',
    'check --cloud-profile site.json -l japaneast --junit check.xml',
  ])
    .option('--cloud <name>', 'AzureCloud, AzureUSGovernment or AzureChinaCloud')
    .option('--cloud-profile <file>', 'the cloud profile of an installation')
    .option('-l, --location <region>', 'region, e.g. japaneast')
    .option('-e, --extensions <which>', 'also what extensions need: all or sql')
    .option('-p, --enable-pls-check', 'the names of a private link scope have to be private')
    .option('--include-all', 'also what the machine works without')
    .option('--timeout <seconds>', 'for each endpoint; all are tried at once', '10')
    .option('--junit <file>', 'also a JUnit report, a case an endpoint')
    .action((flags: CheckFlags) => check(flags, host));
};
