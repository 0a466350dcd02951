/** From a pattern of the tables to the names behind it, where a source says them: region table, members, allow-list. */

import type { CloudProfile } from '@tombolo/private-link';
import { discoveryCall, isInstallation, members, relayNamespace } from '@tombolo/private-link';
import { isPattern, matchHost } from './host-pattern.ts';
import type { RegionName } from './region.ts';

type NameSource = 'literal' | 'parameter' | 'region' | 'member' | 'endpoint' | 'allow-list';

export interface ExpandedName {
  readonly name: string;
  readonly source: NameSource;
  /** False: the name has a regional code in it that only a third party's script says. */
  readonly verified: boolean;
  /** Of a private endpoint. */
  readonly memberName?: string;
  readonly addresses?: readonly string[];
}

export interface Expansion {
  readonly names: readonly ExpandedName[];
  /** What still has to be allowed as a pattern; absent: `names` is everything. */
  readonly pattern?: string;
  /** Why a pattern is left. */
  readonly note?: string;
}

/** A member as the private endpoint itself lists it (`customDnsConfigs`). */
export interface EndpointMember {
  readonly fqdn: string;
  readonly addresses: readonly string[];
}

export interface ExpansionSources {
  readonly suffixes: CloudProfile['suffixes'];
  /** Of an installation with names and ports of its own. */
  readonly profile?: CloudProfile;
  readonly region?: RegionName;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly endpointMembers?: readonly EndpointMember[];
  /** What the notification host answered for the region. */
  readonly allowList?: readonly string[];
}

/**
 * The members that a scope of the region has. Towards Azure a name whose code is unknown is left out: ours would be nobody's
 * there; an installation gives its own names, and so knows them all.
 */
const memberNames = (
  region: RegionName,
  { suffixes, profile }: Pick<ExpansionSources, 'suffixes' | 'profile'>,
): readonly ExpandedName[] => {
  const own = profile !== undefined && isInstallation(profile);
  return members(region, suffixes)
    .filter((member) => own || member.made === undefined)
    .map((member) => ({
      name: member.fqdn,
      source: 'member',
      verified:
        own || !(member.memberName === 'HybridCompute.Server' && region.his?.evidence === 'third-party'),
      memberName: member.memberName,
    }));
};

/** The relay namespace of an installation, which has one a region; which ones Azure has no source says. */
const relayName = ({ region, suffixes, profile }: ExpansionSources): string | undefined =>
  region !== undefined && profile !== undefined && isInstallation(profile)
    ? relayNamespace(region.name, suffixes)
    : undefined;

/** One text a value: addresses are given with `+` between them. */
const filledIn = (host: string, sources: ExpansionSources): readonly string[] => {
  const name = /\{([a-z-]+)\}/.exec(host)?.[1];
  const values = name === undefined ? undefined : sources.parameters?.[name]?.split('+');
  return values === undefined ? [host] : values.map((value) => host.replace(`{${name}}`, value));
};

const substitute = (host: string, sources: ExpansionSources): { text: string; source: NameSource } => {
  const withParameters = host.replace(
    /\{([a-z-]+)\}/g,
    (whole, name: string) => sources.parameters?.[name] ?? whole,
  );
  const { region } = sources;
  const text = region === undefined ? withParameters : withParameters.replaceAll('<region>', region.name);
  if (withParameters !== host) return { text, source: 'parameter' };
  return { text, source: text === host ? 'literal' : 'region' };
};

const missing = (text: string): string | undefined => {
  const parameter = /\{([a-z-]+)\}/.exec(text)?.[1];
  if (parameter !== undefined) return `only the reader knows ${parameter}: give it as a parameter`;
  return text.includes('<region>') ? 'give the region' : undefined;
};

const distinct = (names: readonly ExpandedName[]): readonly ExpandedName[] =>
  names.filter((entry, index) => names.findIndex((other) => other.name === entry.name) === index);

/**
 * The names that a host of the tables stands for. With `privately` they are the private endpoint's, and complete when the
 * endpoint itself was given or all codes of its region were seen.
 */
export const expandHost = (host: string, privately: boolean, sources: ExpansionSources): Expansion => {
  const values = filledIn(host, sources);
  if (values.length > 1) {
    const names = values.flatMap((value) => expandHost(value, privately, sources).names);
    return { names: names.map((entry) => ({ ...entry, source: 'parameter' })) };
  }
  const { text, source } = substitute(host, sources);
  if (!isPattern(text)) return { names: [{ name: text, source, verified: true }] };
  const note = missing(text);
  if (note !== undefined) return { names: [], pattern: text, note };

  const covered = (name: string): boolean => matchHost(text, name) !== undefined;
  if (privately && sources.endpointMembers !== undefined) {
    const names = sources.endpointMembers
      .filter((member) => covered(member.fqdn.toLowerCase()))
      .map(
        ({ fqdn, addresses }): ExpandedName => ({
          name: fqdn.toLowerCase(),
          source: 'endpoint',
          verified: true,
          addresses,
        }),
      );
    return names.length > 0
      ? { names }
      : {
          names,
          pattern: text,
          note: 'the private endpoint has no member of this name: its zones are incomplete',
        };
  }
  const relay = relayName(sources);
  if (relay !== undefined && text.startsWith('azgn') && covered(relay))
    return { names: [{ name: relay, source: 'region', verified: true }] };
  const allowed = (sources.allowList ?? [])
    .map((name) => name.toLowerCase())
    .filter(covered)
    .map((name): ExpandedName => ({ name, source: 'allow-list', verified: true }));
  const known =
    sources.region === undefined
      ? []
      : memberNames(sources.region, sources).filter((entry) => covered(entry.name));
  const names = distinct([...allowed, ...known]);
  if (allowed.length > 0) return { names };
  if (known.length === 0) return { names, pattern: text, note: 'no source says the names behind it' };
  if (!privately) {
    return { names, pattern: text, note: 'over the public route there may be more names than these' };
  }
  const complete = known.every((entry) => entry.verified) && known.length === behind(covered, sources);
  return complete ? { names } : { names, pattern: text, note: unseenCodes(sources) };
};

/** How many members of the region have names of this pattern, their codes known or not. */
const behind = (covered: (name: string) => boolean, { region, suffixes }: ExpansionSources): number =>
  region === undefined ? 0 : members(region, suffixes).filter((member) => covered(member.fqdn)).length;

const unseenCodes = ({ region, suffixes }: ExpansionSources): string =>
  `codes of the region are unknown, or from a third party only: ask the private endpoint for its names${
    region === undefined ? '' : `, or ${discoveryCall(region, suffixes)}`
  }`;
