/** The settings of a machine (`config`): one table of their keys, what each may be, what it is where nobody set it, and what it does. */

import { proxyBypassGroups } from '@tombolo/requirements/lists/proxy-bypass';

/** What is kept for each key; what is written to disk are the strings, numbers and booleans themselves. */
export interface Configuration {
  readonly 'incomingconnections.enabled': boolean;
  readonly 'incomingconnections.ports': readonly string[];
  readonly 'connection.type': 'direct' | 'gateway';
  readonly 'proxy.url': string;
  readonly 'proxy.bypass': readonly string[];
  readonly 'extensions.allowlist': readonly string[];
  readonly 'extensions.blocklist': readonly string[];
  readonly 'guestconfiguration.enabled': boolean;
  readonly 'extensions.enabled': boolean;
  readonly 'config.mode': 'full' | 'monitor';
  readonly 'guestconfiguration.agent.cpulimit': number;
  readonly 'extensions.agent.cpulimit': number;
}

export type ConfigurationKey = keyof Configuration;
export type ConfigurationValue = string | number | boolean | readonly string[];

export interface ConfigurationProperty {
  readonly type: 'text' | 'list' | 'boolean' | 'number';
  readonly default: ConfigurationValue;
  /** Said to people: in `config info`, and where a value is refused. */
  readonly allowed: string;
  /** The version of azcmagent that brought it; the earliest that is documented or was seen. */
  readonly since: string;
  readonly preview?: boolean;
  readonly does: string;
  /** One value (of a list: one member) as it is kept; undefined: refused. */
  readonly read: (text: string) => string | number | boolean | undefined;
}

/** Entries of a list are few, whoever makes it. */
export const longestList = 100;

const oneOf =
  (...names: readonly string[]) =>
  (text: string): string | undefined =>
    names.find((name) => name.toLowerCase() === text.toLowerCase());

const truth = (text: string): boolean | undefined =>
  ({ true: true, false: false })[text.toLowerCase() as 'true' | 'false'];

const whole =
  (least: number, most: number) =>
  (text: string): number | undefined => {
    const number = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
    return number >= least && number <= most ? number : undefined;
  };

const port = (text: string): string | undefined => {
  const number = whole(1, 65_535)(text);
  return number === undefined ? undefined : String(number);
};

/** `Publisher/Type`; where lists meet what is asked for, the case does not count. */
const extension = (text: string): string | undefined =>
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}\/[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(text) ? text : undefined;

/** `http://name:password@host:port`; host alone is needed, and there is no path, which no proxy has. */
const proxyAddress =
  /^https?:\/\/(?:[^\s/\\?#@]*@)?(?:[a-z0-9](?:[a-z0-9._-]{0,252})|\[[0-9a-f:.]{2,45}\])(?::(\d{1,5}))?\/?$/i;

const proxyUrl = (text: string): string | undefined => {
  const found = text.length > 2000 ? null : proxyAddress.exec(text);
  return found === null || Number(found[1] ?? 80) > 65_535 ? undefined : text.replace(/\/$/, '');
};

const bypassGroups = [...new Set(proxyBypassGroups.map(({ group }) => group))];

const cpuLimit = {
  type: 'number',
  default: 5,
  allowed: 'a whole number of percent from 1 to 100',
  since: '1.39',
  read: whole(1, 100),
} as const;

const switched = { type: 'boolean', default: true, allowed: 'true or false', read: truth } as const;
const extensions = {
  type: 'list',
  default: [],
  since: '1.16',
  read: extension,
} as const;

/** In the order of azcmagent's `config list`. */
export const configurationProperties: Readonly<Record<ConfigurationKey, ConfigurationProperty>> = {
  'incomingconnections.enabled': {
    ...switched,
    preview: true,
    since: '1.35 or earlier',
    does: 'Whether connections that come by the service (SSH, Windows Admin Center) are let in.',
  },
  'incomingconnections.ports': {
    type: 'list',
    default: [],
    preview: true,
    allowed: 'ports from 1 to 65535, separated by commas',
    since: '1.13',
    does: 'The ports of this machine that connections by the service may reach.',
    read: port,
  },
  'connection.type': {
    type: 'text',
    default: 'direct',
    allowed: 'direct or gateway',
    since: '1.48 or earlier',
    does: 'Whether the services are reached directly or by an Arc gateway.',
    read: oneOf('direct', 'gateway'),
  },
  'proxy.url': {
    type: 'text',
    default: '',
    allowed: 'http://HOST:PORT, with a name and a password in front of HOST where the proxy asks for them',
    since: '1.13',
    does: 'The proxy of outbound connections; goes before the variable HTTPS_PROXY.',
    read: proxyUrl,
  },
  'proxy.bypass': {
    type: 'list',
    default: [],
    allowed: `${bypassGroups.join(', ')}, separated by commas`,
    since: '1.15',
    does: 'The groups of services that are reached without the proxy, as private endpoints are.',
    read: oneOf(...bypassGroups),
  },
  'extensions.allowlist': {
    ...extensions,
    allowed: 'PUBLISHER/TYPE, separated by commas, or Allow/None',
    does: 'The extensions that may be installed; none: all. Allow/None lets no extension in.',
  },
  'extensions.blocklist': {
    ...extensions,
    allowed: 'PUBLISHER/TYPE, separated by commas',
    does: 'The extensions that may not be installed, whatever the allowlist says.',
  },
  'guestconfiguration.enabled': {
    ...switched,
    since: '1.16',
    does: 'Whether machine configuration policies are evaluated here.',
  },
  'extensions.enabled': {
    ...switched,
    since: '1.48 or earlier',
    does: 'Whether extensions are handled here at all; what is installed stays.',
  },
  'config.mode': {
    type: 'text',
    default: 'full',
    allowed: 'full or monitor',
    since: '1.18',
    does: 'monitor: only extensions that observe and protect, no guest configuration, no incoming connections.',
    read: oneOf('full', 'monitor'),
  },
  'guestconfiguration.agent.cpulimit': {
    ...cpuLimit,
    does: 'How much of the CPU evaluating machine configuration may take.',
  },
  'extensions.agent.cpulimit': {
    ...cpuLimit,
    does: 'How much of the CPU handling extensions may take.',
  },
};

export const configurationKeys = Object.keys(configurationProperties) as readonly ConfigurationKey[];

export const defaultConfiguration = Object.fromEntries(
  // The function forgets which key has which type.
  configurationKeys.map((key) => [key, configurationProperties[key].default]),
) as unknown as Configuration;
