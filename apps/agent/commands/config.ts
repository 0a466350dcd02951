/** `config`: the settings of this machine. */

import {
  AgentFailure,
  type Change,
  type ConfigurationKey,
  type ConfigurationValue,
  clearProperty,
  configurationKeys,
  configurationProperties,
  keyNamed,
  printedValue,
  type Settings,
  setProperty,
} from '@tombolo/agent';
import type { Command } from 'commander';
import {
  type AddCommand,
  type CommandHost,
  type CommonFlags,
  consoleOf,
  newCommand,
  readerOf,
  stateOf,
} from '../command.ts';

type SetFlags = CommonFlags & { readonly add?: boolean; readonly remove?: boolean };

/** Azure marks what may still change. */
const label = (key: ConfigurationKey): string =>
  configurationProperties[key].preview ? `${key} (preview)` : key;

/** Of all values a proxy's password alone is secret; JSON does not show it either. */
const shown = (value: ConfigurationValue): ConfigurationValue =>
  typeof value === 'string' ? printedValue(value) : value;

/** One change at a time: two that began with the same settings would lose one. */
const change = async (
  key: ConfigurationKey,
  decide: (settings: Settings) => Change,
  flags: CommonFlags,
  host: CommandHost,
): Promise<void> => {
  const state = await stateOf(flags, host);
  const release = await state.lock('configuration');
  try {
    const { settings, before, after } = decide(await state.readSettings());
    await state.writeSettings(settings);
    consoleOf(flags, host).result({ key, value: shown(after), previous: shown(before) }, () => {
      const former = printedValue(before);
      const previously = former === '' ? '' : ` (previously ${former})`;
      return `Config property ${key} set to value ${printedValue(after)}${previously}`;
    });
  } finally {
    await release();
  }
};

const set = (property: string, value: string, flags: SetFlags, host: CommandHost): Promise<void> => {
  const key = keyNamed(property);
  if (flags.add && flags.remove)
    throw new AgentFailure(23, '--add and --remove exclude each other.', { fix: 'Give one of them.' });
  const how = flags.add ? 'add' : flags.remove ? 'remove' : 'replace';
  return change(key, (settings) => setProperty(settings, key, value, how), flags, host);
};

const clear = (property: string, flags: CommonFlags, host: CommandHost): Promise<void> => {
  const key = keyNamed(property);
  return change(key, (settings) => clearProperty(settings, key), flags, host);
};

const get = async (property: string, flags: CommonFlags, host: CommandHost): Promise<void> => {
  const key = keyNamed(property);
  const value = (await readerOf(flags, host).readConfiguration())[key];
  consoleOf(flags, host).result({ key, value: shown(value) }, () => printedValue(value));
};

/** As wide as azcmagent's, so that what reads its lines reads these. */
const labelWidth = 53;

const list = async (flags: CommonFlags, host: CommandHost): Promise<void> => {
  const configuration = await readerOf(flags, host).readConfiguration();
  const lines = configurationKeys.map((key) =>
    `  ${label(key).padEnd(labelWidth)} : ${printedValue(configuration[key])}`.trimEnd(),
  );
  consoleOf(flags, host).result(
    { localSettings: configurationKeys.map((key) => ({ key, value: shown(configuration[key]) })) },
    () => ['Local Configuration Settings', ...lines].join('\n'),
  );
};

const info = (property: string | undefined, flags: CommonFlags, host: CommandHost): void => {
  const keys = property === undefined ? configurationKeys : [keyNamed(property)];
  const help = host.program.createHelp();
  const described = (key: ConfigurationKey): string => {
    const { does, type, allowed, default: usual, since } = configurationProperties[key];
    const rows = [
      does,
      `Type:    ${type}`,
      `Values:  ${allowed}`,
      `Default: ${printedValue(usual) || 'none'}`,
      `Since:   ${since}`,
    ];
    const wrapped = rows.map((row) => help.boxWrap(row, 76).replaceAll('\n', '\n  '));
    return [label(key), ...wrapped.map((row) => `  ${row}`)].join('\n');
  };
  consoleOf(flags, host).result(
    {
      properties: keys.map((key) => {
        const { read: _, preview = false, ...property } = configurationProperties[key];
        return { key, ...property, preview };
      }),
    },
    () => keys.map(described).join('\n\n'),
  );
};

export const addConfig: AddCommand = (host) => {
  const config = host.program
    .command('config')
    .description('the settings of this machine: get, set, list, clear, info')
    .helpCommand(true)
    .exitOverride();
  const add = (name: string, description: string, ...examples: readonly string[]): Command =>
    newCommand(
      config,
      name,
      description,
      examples.map((example) => `config ${example}`),
    );
  add('get <property>', 'the value of one', 'get config.mode').action(
    (property: string, flags: CommonFlags) => get(property, flags, host),
  );
  add(
    'set <property> <value>',
    'give one a value',
    'set proxy.url http://proxy.example:3128',
    'set extensions.allowlist --add \\\n    Microsoft.Azure.Monitor/AzureMonitorLinuxAgent',
  )
    .option('-a, --add', 'add to the values that are there')
    .option('-r, --remove', 'remove from the values that are there')
    .action((property: string, value: string, flags: SetFlags) => set(property, value, flags, host));
  add('list', 'all, as they apply', 'list --json').action((flags: CommonFlags) => list(flags, host));
  add('clear <property>', 'back to the default', 'clear proxy.url').action(
    (property: string, flags: CommonFlags) => clear(property, flags, host),
  );
  add('info [property]', 'what there is, its values and defaults', 'info extensions.allowlist').action(
    (property: string | undefined, flags: CommonFlags) => info(property, flags, host),
  );
};
