/** Which requests go by the HTTP proxy (R19): the setting before the variables, and what goes past it. */

import type { CloudProfile } from '@tombolo/private-link';
import { type ProxyBypassGroup, proxyBypassGroups } from '@tombolo/requirements/lists/proxy-bypass';
import { AgentFailure } from './failure.ts';

/** `config get proxy.url`, `config get proxy.bypass`. */
export interface ProxySettings {
  readonly url?: string;
  /** Names of groups, in any case. */
  readonly bypass?: readonly string[];
}

type BypassGroup = ProxyBypassGroup['group'];
const bypassGroups: readonly BypassGroup[] = proxyBypassGroups.map(({ group }) => group);

export interface ProxyChoice {
  /** Without user and password. */
  readonly address: URL;
  /** `Proxy-Authorization` (RFC 7617), for the proxy alone. */
  readonly authorization?: string;
  /** Without them, for people. */
  readonly shown: string;
  /** Whether a request to this host goes by it. */
  readonly carries: (host: string, port: number) => boolean;
}

const asUrl = (text: string, where: string): URL => {
  // As curl and azcmagent read `proxy:3128`.
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  // The text is not shown: there may be a password in it.
  if (url === null || url.hostname === '')
    throw new AgentFailure(23, `${where} is no URL of a proxy, e.g. http://proxy.example:3128.`);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new AgentFailure(23, `${where} has the scheme '${url.protocol}'; a proxy is http: or https:.`);
  return url;
};

/** @throws AgentFailure 23 */
const authorizationOf = ({ username, password }: URL, where: string): string | undefined => {
  if (username === '' && password === '') return undefined;
  try {
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return `Basic ${Buffer.from(pair).toString('base64')}`;
  } catch {
    throw new AgentFailure(23, `User and password in ${where} are not percent-encoded (a % itself is %25).`);
  }
};

/** A proxy's address for people and files that others read. */
const shownProxy = ({ protocol, host }: URL): string => `${protocol}//${host}`;

/** Which variable counts: the lower-case one first, as in curl. */
const variable = (env: NodeJS.ProcessEnv, name: string): readonly [string, string] | undefined => {
  for (const key of [name.toLowerCase(), name]) {
    const value = env[key]?.trim();
    if (value) return [key, value];
  }
  return undefined;
};

const bare = (host: string): string => host.toLowerCase().replace(/^\[|\]$|\.$/g, '');
const isBelow = (host: string, suffix: string): boolean => host === suffix || host.endsWith(`.${suffix}`);
const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('127.');

/** `example.com` and all below it, `.example.com` what is below it only, `host:port`, an address, `*`. */
const matchesEntry = (entry: string, host: string, port: number): boolean => {
  const [, name = '', only] = /^(.*?)(?::(\d{1,5}))?$/.exec(entry) ?? [];
  if (only !== undefined && Number(only) !== port) return false;
  if (name === '*') return true;
  const suffix = name.replace(/^\*?\./, '');
  return suffix === name ? isBelow(host, bare(name)) : host.endsWith(`.${bare(suffix)}`);
};

const escaped = (text: string): string => text.replace(/[.*+?^$()|[\]\\{}]/g, '\\$&');
/** `<region>` and `{workspace-id}` stand for one label. */
const asPattern = (host: string): RegExp =>
  new RegExp(
    `(?:^|\\.)${host
      .split(/<[^<>]+>|\{[^{}]+\}/)
      .map(escaped)
      .join('[^.]+')}$`,
  );

type Naming = Pick<CloudProfile, 'suffixes' | 'resourceManager' | 'activeDirectory'>;

/** The hosts of a group: azcmagent's of the public cloud, and what the profile calls the same services. */
const hostsOf = (group: BypassGroup, profile: Naming): readonly string[] => {
  const known = proxyBypassGroups.filter((entry) => entry.group === group).flatMap(({ hosts }) => hosts);
  const { his, guestConfiguration } = profile.suffixes;
  const own: Partial<Record<BypassGroup, readonly string[]>> = {
    AAD: [new URL(profile.activeDirectory).hostname],
    ARM: [new URL(profile.resourceManager).hostname],
    Arc: [his, guestConfiguration],
  };
  return [...known, ...(own[group] ?? [])];
};

/** @throws AgentFailure 23 for a name that is no group */
const checkedBypass = (names: readonly string[]): readonly BypassGroup[] =>
  names.map((name) => {
    const group = bypassGroups.find((known) => known.toLowerCase() === name.trim().toLowerCase());
    if (group) return group;
    throw new AgentFailure(
      23,
      `proxy.bypass '${name.slice(0, 64)}' is no group: ${bypassGroups.join(', ')}.`,
    );
  });

/** Undefined: no proxy. @throws AgentFailure 23 */
export const chooseProxy = (
  settings: ProxySettings,
  env: NodeJS.ProcessEnv,
  profile: Naming,
): ProxyChoice | undefined => {
  const [where, text] = settings.url
    ? (['proxy.url', settings.url] as const)
    : (variable(env, 'HTTPS_PROXY') ?? []);
  if (where === undefined || text === undefined) return undefined;
  const url = asUrl(text, where);
  const groups = checkedBypass(settings.bypass ?? []);
  const past = groups.flatMap((group) => hostsOf(group, profile)).map(asPattern);
  const direct = (variable(env, 'NO_PROXY')?.[1] ?? '')
    .split(/[\s,]+/)
    .filter(Boolean)
    .slice(0, 1_000);
  const authorization = authorizationOf(url, where);
  return {
    address: new URL(`${url.protocol}//${url.host}`),
    ...(authorization === undefined ? {} : { authorization }),
    shown: shownProxy(url),
    carries: (name, port) => {
      const host = bare(name);
      // What stands on this machine no proxy reaches.
      if (isLoopback(host)) return false;
      return (
        !past.some((pattern) => pattern.test(host)) &&
        !direct.some((entry) => matchesEntry(entry.toLowerCase(), host, port))
      );
    },
  };
};
