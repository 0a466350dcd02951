/** What a machine's settings are: read from what was kept, changed one at a time, and as they apply. */

import { withInvisibleShown } from '@tombolo/arm/visible-text';
import {
  type Configuration,
  type ConfigurationKey,
  type ConfigurationValue,
  configurationKeys,
  configurationProperties,
  defaultConfiguration,
  longestList,
} from './configuration-property.ts';
import { AgentFailure } from './failure.ts';

/** What somebody set; the rest is as by default. */
export type Settings = Partial<Configuration>;

/** @param name in any case. @throws AgentFailure 23 */
export const keyNamed = (name: string): ConfigurationKey => {
  const found = configurationKeys.find((key) => key === name.toLowerCase());
  if (found !== undefined) return found;
  throw new AgentFailure(23, `There is no configuration property '${withInvisibleShown(name)}'.`, {
    fix: `Properties: ${configurationKeys.join(', ')}.`,
  });
};

const refused = (key: ConfigurationKey, text: string): AgentFailure =>
  new AgentFailure(
    23,
    // What was meant to be a proxy may have its password in it.
    key === 'proxy.url'
      ? `The value of ${key} is refused: it is no address of a proxy.`
      : `'${withInvisibleShown(text.slice(0, 300))}' is no value of ${key}.`,
    { fix: `Allowed: ${configurationProperties[key].allowed}.` },
  );

/** @throws AgentFailure 23 */
const members = (key: ConfigurationKey, text: string): readonly string[] => {
  const given = text.split(',').map((part) => part.trim());
  if (given.length > longestList)
    throw new AgentFailure(23, `${key} takes ${longestList} values at most; these are ${given.length}.`);
  return given.map((part) => {
    const read = configurationProperties[key].read(part);
    if (typeof read === 'string') return read;
    throw refused(key, part);
  });
};

/** Allow/None beside others would let them in or not, depending on who reads it. */
const withoutContradiction = (key: ConfigurationKey, list: readonly string[]): readonly string[] => {
  if (list.length > longestList)
    throw new AgentFailure(23, `${key} takes ${longestList} values at most; these would be ${list.length}.`);
  const none = list.some((entry) => entry.toLowerCase() === 'allow/none');
  if (!none || (key === 'extensions.allowlist' && list.length === 1)) return list;
  throw new AgentFailure(27, `Allow/None in ${key} contradicts the other values: ${list.join(', ')}.`, {
    fix: 'Give Allow/None alone, to extensions.allowlist.',
  });
};

const unique = (list: readonly string[]): readonly string[] =>
  list.filter((entry, at) => list.findIndex((other) => other.toLowerCase() === entry.toLowerCase()) === at);

export type ListChange = 'replace' | 'add' | 'remove';

/** One value as it will be kept. @throws AgentFailure 23, 27 */
const changedValue = (
  key: ConfigurationKey,
  before: ConfigurationValue,
  text: string,
  change: ListChange,
): ConfigurationValue => {
  const property = configurationProperties[key];
  if (property.type !== 'list') {
    if (change !== 'replace')
      throw new AgentFailure(23, `${key} has one value: --${change} is for properties that have several.`, {
        fix: `Leave --${change} out.`,
      });
    const value = property.read(text.trim());
    if (value === undefined) throw refused(key, text);
    return value;
  }
  const old = before as readonly string[];
  // An empty value takes all away, as `config clear` does.
  const given = text.trim() === '' && change === 'replace' ? [] : members(key, text);
  if (change === 'replace') return withoutContradiction(key, unique(given));
  if (change === 'add') return withoutContradiction(key, unique([...old, ...given]));
  const gone = given.map((entry) => entry.toLowerCase());
  return old.filter((entry) => !gone.includes(entry.toLowerCase()));
};

/** In monitor mode these are Microsoft's choice; which extensions it has is not published: those that observe and protect. */
const monitorMode = {
  'incomingconnections.enabled': false,
  'extensions.allowlist': [
    'Microsoft.Azure.Monitor/AzureMonitorLinuxAgent',
    'Microsoft.Azure.Monitor/AzureMonitorWindowsAgent',
    'Microsoft.Azure.Monitoring.DependencyAgent/DependencyAgentLinux',
    'Microsoft.Azure.Monitoring.DependencyAgent/DependencyAgentWindows',
    'Microsoft.Azure.AzureDefenderForServers/MDE.Linux',
    'Microsoft.Azure.AzureDefenderForServers/MDE.Windows',
  ],
  'extensions.blocklist': [],
  'guestconfiguration.enabled': false,
} as const satisfies Settings;

/** As it applies: what is set over the defaults, and the mode over both. What was set comes back with full mode. */
export const effectiveConfiguration = (settings: Settings): Configuration => {
  const set = { ...defaultConfiguration, ...settings };
  return set['config.mode'] === 'monitor' ? { ...set, ...monitorMode } : set;
};

/** @throws AgentFailure 27 */
const checkMode = (settings: Settings, key: ConfigurationKey): void => {
  if (settings['config.mode'] !== 'monitor' || !(key in monitorMode)) return;
  throw new AgentFailure(27, `${key} cannot be changed while config.mode is monitor: the mode decides it.`, {
    fix: 'Run ./tombolo-agent config set config.mode full first.',
  });
};

export interface Change {
  readonly settings: Settings;
  readonly before: ConfigurationValue;
  readonly after: ConfigurationValue;
}

/** @throws AgentFailure 23, 27 */
export const setProperty = (
  settings: Settings,
  key: ConfigurationKey,
  text: string,
  change: ListChange,
): Change => {
  checkMode(settings, key);
  const before = settings[key] ?? configurationProperties[key].default;
  const after = changedValue(key, before, text, change);
  return { settings: { ...settings, [key]: after }, before, after };
};

/** @throws AgentFailure 27 */
export const clearProperty = (settings: Settings, key: ConfigurationKey): Change => {
  checkMode(settings, key);
  const { [key]: before = configurationProperties[key].default, ...rest } = settings;
  return { settings: rest, before, after: configurationProperties[key].default };
};

/** What a file holds, as it was written here or by hand. @throws AgentFailure 19 with `where` in it */
export const settingsOf = (content: unknown, where: string): Settings => {
  const unusable = (why: string): AgentFailure =>
    new AgentFailure(19, `'${where}' cannot be used: ${why}.`, {
      fix: 'Mend the value, or remove the file: then all settings are as by default.',
    });
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw unusable('it is no JSON object');
  // What is not known may be a later version's, and stays unread.
  const known = Object.entries(content).filter(([key]) => configurationKeys.includes(key as never));
  return Object.fromEntries(
    known.map(([name, value]) => {
      const key = name as ConfigurationKey;
      const list = configurationProperties[key].type === 'list';
      if (list && !(Array.isArray(value) && value.every((entry) => typeof entry === 'string')))
        throw unusable(`${key} is no list of texts`);
      if (!list && !['string', 'number', 'boolean'].includes(typeof value))
        throw unusable(`${key} has several values`);
      try {
        return [key, changedValue(key, [], list ? (value as string[]).join(',') : String(value), 'replace')];
      } catch (error) {
        throw unusable((error as Error).message.replace(/\.$/, ''));
      }
    }),
  );
};

/** The address of a proxy without its password; `read` of proxy.url lets an `@` stand nowhere else. */
const withoutPassword = (url: string): string =>
  url.replace(/^(https?:\/\/[^/@:]*):[^/@]*@/i, '$1:[redacted]@');

/** As azcmagent prints it; a proxy's password is nobody's to read. */
export const printedValue = (value: ConfigurationValue): string =>
  typeof value === 'object' ? `[${value.join(', ')}]` : withoutPassword(String(value));
