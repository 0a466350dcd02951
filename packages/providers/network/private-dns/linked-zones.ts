/** What R7 is judged by: where something resolves in a zone, the networks that are linked to it, and the names that these need. */

import { type ArmError, type Settings, sameId } from '@tombolo/arm';
import type { ArmRecordName } from '@tombolo/dns-records';
import {
  concernsArc,
  findRegion,
  type LinkedNetwork,
  type Member,
  members,
  refuseHiddenNames,
  regionsServedBy,
  zoneWarnings,
} from '@tombolo/private-link';
import {
  nameOf,
  objectAt,
  objectsAt,
  parentIdOf,
  propertiesOf,
  referenceAt,
  stringAt,
} from '@tombolo/store/document';
import type { Claim, Document, ListQuery, StoreReader } from '@tombolo/store/port';
import { refusalError } from '../../rule-refusal.ts';
import { linkOfNetworkKey } from '../network-links.ts';
import { isIdOf, types } from '../types.ts';

/** Of claims that say the regions whose names a network needs. */
export const namesOfNetworkKeys = (networkId: string): string => `names of ${networkId.toLowerCase()} `;

/** Every endpoint of a network holds one: names follow the region of its scope (R4). */
export const namesOfNetworkClaim = (networkId: string, region: string, endpointId: string): Claim => ({
  key: `${namesOfNetworkKeys(networkId)}${region}`,
  value: region,
  holder: endpointId,
});

/**
 * Networks of one zone that a write looks at, where Azure links up to a thousand: each asks for two claims and its network, in the
 * one round trip that a write has left for it, and a warning names three of them anyway.
 */
const mostLinks = 100;

const linksOfZone = (zoneId: string): ListQuery => ({
  type: types.zoneLink,
  under: zoneId,
  limit: mostLinks,
});

const answeringTypes = ['A', 'AAAA', 'CNAME'] as const;

/** A type at which an address is found. */
export const isAddress = (record: ArmRecordName): boolean =>
  answeringTypes.some((answering) => answering === record);

const recordsOfZone = (zoneId: string): readonly ListQuery[] =>
  answeringTypes.map((record) => ({ type: `${types.zone}/${record}`, under: zoneId }));

/** Everything that a change of the zone is judged by, and that its id leads to. */
export const readsOfZone = (zoneId: string, settings: Settings): { readonly lists?: readonly ListQuery[] } =>
  concernsArc(nameOf(zoneId), settings.suffixes)
    ? { lists: [linksOfZone(zoneId), ...recordsOfZone(zoneId)] }
    : {};

/** Does somebody who asks for an address get one? */
export const isAnswering = (record: Pick<Document, 'body'>): boolean => {
  const properties = propertiesOf(record);
  return (
    objectsAt(properties, 'aRecords').length > 0 ||
    objectsAt(properties, 'aaaaRecords').length > 0 ||
    stringAt(objectAt(properties, 'cnameRecord'), 'cname') !== undefined
  );
};

/** Relative to their zone. */
export const answeringNames = (records: readonly Document[]): readonly string[] =>
  records.filter(isAnswering).map(({ id }) => nameOf(id));

/** The record sets of a zone at which addresses are found. */
export const loadAnswering = async (store: StoreReader, zoneId: string): Promise<readonly Document[]> =>
  (await Promise.all(recordsOfZone(zoneId).map((query) => store.list(query)))).flat();

const membersOfRegions = (regions: readonly string[], settings: Settings): readonly Member[] => {
  const all = regions.flatMap((name) => {
    const region = findRegion(name);
    return region ? members(region, settings.suffixes) : [];
  });
  return [...new Map(all.map((member) => [member.fqdn, member])).values()];
};

/**
 * The names that machines of the network ask for: those of its scope's region; without an endpoint there, those of the
 * regions that the zone answers for; and of its own region as long as nothing says which it will be.
 */
export const loadNeeded = async (
  store: StoreReader,
  settings: Settings,
  networkId: string,
  zoneName: string,
  records: readonly Document[],
): Promise<readonly Member[]> => {
  const [claims, network] = await Promise.all([
    store.claimsUnder(namesOfNetworkKeys(networkId)),
    store.get(networkId),
  ]);
  const scopes = claims.map(({ value }) => value);
  const served =
    scopes.length > 0
      ? scopes
      : regionsServedBy(zoneName, answeringNames(records), settings.regions, settings.suffixes);
  return membersOfRegions(served.length > 0 ? served : [String(network?.body.location)], settings);
};

/** A zone before a write that takes records out of it. */
export interface LinkedZoneState {
  readonly zoneId: string;
  readonly records: readonly Document[];
  readonly networks: readonly LinkedNetwork[];
}

/** Zones that have nothing to do with Arc are left out. `known`: what is needed, by lower-case network. */
export const loadLinkedZones = async (
  store: StoreReader,
  settings: Settings,
  zoneIds: readonly string[],
  known: ReadonlyMap<string, Promise<readonly Member[]>> = new Map(),
): Promise<readonly LinkedZoneState[]> =>
  Promise.all(
    zoneIds
      .filter((zoneId) => concernsArc(nameOf(zoneId), settings.suffixes))
      .map(async (zoneId) => {
        const [links, records] = await Promise.all([
          store.list(linksOfZone(zoneId)),
          loadAnswering(store, zoneId),
        ]);
        const networks = links.map(async (link): Promise<LinkedNetwork> => {
          const networkId = networkOf(link);
          const [needed, linked] = await Promise.all([
            known.get(networkId.toLowerCase()) ??
              loadNeeded(store, settings, networkId, nameOf(zoneId), records),
            loadLinkIds(store, networkId),
          ]);
          const besides = besidesOf(linked, zoneId);
          return { networkId, redirectsToPublic: redirects(link), members: needed, besides };
        });
        return { zoneId, records, networks: await Promise.all(networks) };
      }),
  );

/** The links by which a network resolves. */
export const loadLinkIds = async (store: StoreReader, networkId: string): Promise<readonly string[]> =>
  ((await store.claim(linkOfNetworkKey(networkId)))?.holders ?? []).filter((holder) =>
    isIdOf(holder, types.zoneLink),
  );

/** Names of the zones of these links but this one. */
export const besidesOf = (linkIds: readonly string[], zoneId: string): readonly string[] =>
  linkIds
    .map(parentIdOf)
    .filter((other) => !sameId(other, zoneId))
    .map(nameOf);

export const networkOf = (link: Document): string => referenceAt(propertiesOf(link), 'virtualNetwork') ?? '';

export const redirects = (link: Document): boolean =>
  stringAt(propertiesOf(link), 'resolutionPolicy') === 'NxDomainRedirect';

/** R7: what to say of the records that a write takes away. Refused with strict DNS. */
export const warningsOfLoss = (
  zones: readonly LinkedZoneState[],
  goneIds: readonly string[],
  strictDns: boolean,
): readonly string[] | ArmError => {
  const gone = new Set(goneIds.map((id) => id.toLowerCase()));
  const warnings = zones.flatMap(({ zoneId, records, networks }) => {
    const kept = records.filter(({ id }) => !gone.has(id.toLowerCase()));
    return zoneWarnings({ zoneId, before: answeringNames(records), after: answeringNames(kept), networks });
  });
  const refusal = strictDns ? refuseHiddenNames(warnings) : undefined;
  return refusal ? refusalError(refusal) : warnings.map(({ message }) => message);
};
