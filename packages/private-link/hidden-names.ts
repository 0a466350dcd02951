/** R7: which names of Arc a private DNS zone takes from the networks that are linked to it without answering them. */

import { nameOf } from '@tombolo/store/document';
import type { CloudSuffixes } from './cloud-profile.ts';
import { type Member, members } from './members.ts';
import type { Refusal } from './refusals.ts';
import { refuse } from './refusals.ts';
import { findRegion } from './regions.ts';
import { sameZoneName } from './zone-link.ts';

const key = (name: string): string => name.toLowerCase().replace(/\.$/, '');

/** Relative to the zone, `@` for its own name; undefined: not in it. */
const relativeTo = (name: string, zone: string): string | undefined => {
  if (sameZoneName(name, zone)) return '@';
  const end = `.${key(zone)}`;
  return key(name).endsWith(end) ? key(name).slice(0, -end.length) : undefined;
};

/** Can names of Arc be in a zone of this name? It has a service's suffix, or is above or below one. */
export const concernsArc = (zoneName: string, suffixes: CloudSuffixes): boolean =>
  [suffixes.his, suffixes.guestConfiguration, suffixes.kubernetesConfiguration].some(
    (suffix) => relativeTo(suffix, zoneName) !== undefined || relativeTo(zoneName, suffix) !== undefined,
  );

/** One name a service that no other region has. */
const regional = ({ memberName }: Member): boolean =>
  memberName === 'HybridCompute.Server' ||
  memberName.startsWith('GuestConfig.AgentService.') ||
  memberName === 'HybridCompute.K8sConfiguration';

/** The regions of which a zone answers names of their own: it is there for the scopes of these. */
export const regionsServedBy = (
  zoneName: string,
  answers: readonly string[],
  regions: readonly string[],
  suffixes: CloudSuffixes,
): readonly string[] => {
  const present = new Set(answers.map((name) => name.toLowerCase()));
  return regions.filter((name) => {
    const region = findRegion(name);
    const own = region ? members(region, suffixes).filter(regional) : [];
    return own.some(({ fqdn, privateLinkName }) =>
      [fqdn, privateLinkName].some((asked) => present.has(relativeTo(asked, zoneName) ?? '')),
    );
  });
};

/**
 * Where a member's name ends in this zone, relative to it; undefined: another zone, or nobody private, has it. The
 * public name is asked first, its CNAME leads to the private-link name, and the longest zone of the network has each.
 */
const askedOf = (zoneName: string, besides: readonly string[], member: Member): string | undefined => {
  for (const name of [member.fqdn, member.privateLinkName]) {
    const here = relativeTo(name, zoneName);
    const longer = besides.some(
      (other) =>
        relativeTo(name, other) !== undefined && (here === undefined || other.length > zoneName.length),
    );
    if (longer) return undefined;
    if (here !== undefined) return here;
  }
  return undefined;
};

/** RFC 4592: a wildcard answers for all names below its own place. */
const answered = (name: string, present: ReadonlySet<string>): boolean => {
  if (present.has(name) || name === '@') return present.has(name);
  const labels = name.split('.');
  return labels.some((_, index) => present.has(['*', ...labels.slice(index + 1)].join('.')));
};

/** A network as it is linked to the zone. */
export interface LinkedNetwork {
  readonly networkId: string;
  /** The link's `resolutionPolicy` is `NxDomainRedirect`: a missing record is asked for in public. */
  readonly redirectsToPublic: boolean;
  /** What its machines ask for: the names of its scope's region (R4). */
  readonly members: readonly Member[];
  /** The same before the write; default: as after it. */
  readonly membersBefore?: readonly Member[];
  /** Names of the other zones that it is linked to. */
  readonly besides?: readonly string[];
  /** The same before the write; default: as after it. */
  readonly besidesBefore?: readonly string[];
}

/** What a write does to a zone; names are relative to it, and something resolves at each. */
export interface ZoneChange {
  readonly zoneId: string;
  /** Absent: it was not linked. */
  readonly before?: readonly string[];
  readonly after: readonly string[];
  readonly networks: readonly LinkedNetwork[];
}

export interface ZoneWarning {
  readonly rule: 'R7';
  /** `other-zone`: no zone of a private link, but above or below the names. */
  readonly kind: 'empty-zone' | 'incomplete-zone' | 'other-zone';
  readonly zone: string;
  readonly networks: readonly string[];
  /** Public names that machines of these networks no longer resolve privately. */
  readonly names: readonly string[];
  /** What such a name gives there. */
  readonly effect: 'NXDOMAIN' | 'public address';
  readonly message: string;
}

const hidden = (
  zoneId: string,
  answers: readonly string[],
  wanted: readonly Member[],
  besides: readonly string[],
): readonly string[] => {
  const present = new Set(answers.map((name) => name.toLowerCase()));
  return wanted
    .filter((member) => {
      const name = askedOf(nameOf(zoneId), besides, member);
      return name !== undefined && !answered(name, present);
    })
    .map(({ fqdn }) => fqdn);
};

/** As many as a header has room for. */
const mostNetworks = 3;

const networksText = (ids: readonly string[]): string => {
  const shown = ids.slice(0, mostNetworks).map((id) => `'${id}'`);
  const more = ids.length > mostNetworks ? ` and ${ids.length - mostNetworks} more` : '';
  return `virtual network${ids.length > 1 ? 's' : ''} ${shown.join(', ')}${more}`;
};

const kindOf = ({ zoneId, after }: ZoneChange, wanted: readonly Member[]): ZoneWarning['kind'] => {
  if (!wanted.some(({ zone }) => sameZoneName(zone, nameOf(zoneId)))) return 'other-zone';
  return after.length === 0 ? 'empty-zone' : 'incomplete-zone';
};

const whatIsWrong = {
  'empty-zone': 'is empty',
  'incomplete-zone': 'is incomplete',
  'other-zone': 'takes names of Azure Arc and does not have them',
} as const;

/**
 * R7: the names that linked networks resolve no longer once this is written; what they did not resolve before is not
 * said again. One warning for the networks that lose the same names.
 */
export const zoneWarnings = (change: ZoneChange): readonly ZoneWarning[] => {
  const { zoneId, before, after, networks } = change;
  const lost = networks.flatMap((network) => {
    const { members: wanted, membersBefore = wanted, besides = [], besidesBefore = besides } = network;
    const already = new Set(before ? hidden(zoneId, before, membersBefore, besidesBefore) : []);
    const names = hidden(zoneId, after, wanted, besides).filter((name) => !already.has(name));
    return names.length === 0 ? [] : [{ network, names }];
  });
  const alike = Map.groupBy(lost, ({ network, names }) => `${network.redirectsToPublic} ${names.join()}`);
  return [...alike.values()].map((group): ZoneWarning => {
    const { network, names } = group[0]!;
    const effect = network.redirectsToPublic ? 'public address' : 'NXDOMAIN';
    const kind = kindOf(change, network.members);
    const ids = group.map((each) => each.network.networkId);
    const message =
      `Zone '${zoneId}' linked to ${networksText(ids)} ${whatIsWrong[kind]}: ` +
      `there ${names.join(', ')} ${effect === 'NXDOMAIN' ? 'do not resolve' : 'resolve to public addresses'}. ` +
      "Write the records (a zone group on the private endpoint does) or remove the zone's link.";
    return { rule: 'R7', kind, zone: zoneId, networks: ids, names, effect, message };
  });
};

/**
 * R7 with --strict-dns: what would only be warned about is refused. Names that become public are what
 * NxDomainRedirect was asked for.
 */
export const refuseHiddenNames = (warnings: readonly ZoneWarning[]): Refusal | undefined => {
  const hurt = warnings.find(({ effect }) => effect === 'NXDOMAIN');
  return (
    hurt &&
    refuse('R7', 'LinkedZoneIncomplete', `With --strict-dns this is refused: ${hurt.message}`, hurt.zone)
  );
};
