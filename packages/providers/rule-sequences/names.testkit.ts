/** The oracle's own idea of names: what machines of a network ask for, and which linked zone leaves them without an answer (R4, R7). */

import { networkPlaces, type RegionKey, zoneNames } from './command.testkit.ts';

/** Records of each region's scope, by zone; what is the same in all regions stands first. */
const table: Readonly<Record<RegionKey, Readonly<Record<string, readonly string[]>>>> = {
  japaneast: {
    'privatelink.his.arc.azure.com': ['gbl', 'je', 'japan-ats'],
    'privatelink.guestconfiguration.azure.com': ['agentserviceapi', 'japaneast-gas'],
    'privatelink.dp.kubernetesconfiguration.azure.com': ['japaneast'],
  },
  westeurope: {
    'privatelink.his.arc.azure.com': ['gbl', 'weu', 'tombolo-westeurope-ats'],
    'privatelink.guestconfiguration.azure.com': ['agentserviceapi', 'westeurope-gas'],
    'privatelink.dp.kubernetesconfiguration.azure.com': ['westeurope'],
  },
};
/** By these a zone shows which region's scope it serves. */
const telling: Readonly<Record<RegionKey, readonly string[]>> = {
  japaneast: ['je', 'japaneast-gas', 'japaneast'],
  westeurope: ['weu', 'westeurope-gas', 'westeurope'],
};
const regions: readonly RegionKey[] = ['japaneast', 'westeurope'];

export const namesOf = (region: RegionKey, zoneName: string): readonly string[] =>
  table[region][zoneName] ?? [];

const his = 'privatelink.his.arc.azure.com';

/** What a zone has to answer, were it asked; a zone above has the public names. */
const askedIn = (region: RegionKey, zone: string): readonly string[] =>
  namesOf(region, zone === 'arc' ? his : zoneNames[zone]!);

export interface NamesState {
  readonly endpoints: ReadonlyMap<string, { readonly network: string; readonly names: RegionKey }>;
  readonly zones: ReadonlyMap<string, ReadonlyMap<string, { readonly value: string }>>;
  readonly links: ReadonlyMap<string, { readonly network: string; readonly redirect: boolean }>;
}

const answering = (state: NamesState, zone: string): ReadonlySet<string> =>
  new Set([...(state.zones.get(zone) ?? [])].filter(([, { value }]) => value !== '').map(([name]) => name));

/** Of the scopes to which the network has endpoints; else of those that the zone serves; else of the network's region. */
const wantedRegions = (state: NamesState, network: string, zone: string): readonly RegionKey[] => {
  const own = [...state.endpoints.values()].filter((endpoint) => endpoint.network === network);
  if (own.length > 0) return [...new Set(own.map(({ names }) => names))];
  const there = answering(state, zone);
  const inZone = (region: RegionKey) =>
    askedIn(region, zone).filter((name) => telling[region].includes(name));
  const served = regions.filter((region) => inZone(region).some((name) => there.has(name)));
  return served.length > 0 ? served : [networkPlaces[network]!.region];
};

/** The public name is asked first: where that is in a zone of the network, nobody asks the private-link zone. */
const isAsked = (state: NamesState, network: string, zone: string): boolean =>
  zoneNames[zone] !== his ||
  ![...state.links].some(([key, link]) => key.startsWith('arc/') && link.network === network);

/** `link name`: what is asked for there and not found. */
const unanswered = (
  state: NamesState,
  wanted: (network: string, zone: string) => readonly RegionKey[],
): ReadonlyMap<string, string> =>
  new Map(
    [...state.links].flatMap(([key, { network, redirect }]) => {
      const zone = key.split('/')[0]!;
      const there = answering(state, zone);
      const names = new Set(wanted(network, zone).flatMap((region) => askedIn(region, zone)));
      return [...names]
        .filter((name) => !there.has(name) && isAsked(state, network, zone))
        .map((name): [string, string] => [
          `${key} ${name}`,
          `hidden ${zone} ${network} ${name} ${redirect ? 'public' : 'NXDOMAIN'}`,
        ]);
    }),
  );

/**
 * What a write newly leaves without an answer. It is judged by what networks needed before it, and by what an endpoint
 * that is new says; a link that is written says all that its zone lacks.
 */
export const hiddenNames = (before: NamesState, after: NamesState, link?: string): readonly string[] => {
  const isNew = after.endpoints.size > before.endpoints.size;
  const needed = isNew ? after : before;
  const were = unanswered(before, (network, zone) => wantedRegions(before, network, zone));
  const are = unanswered(after, (network, zone) => wantedRegions(needed, network, zone));
  return [...are].flatMap(([key, fact]) =>
    (link === undefined ? !were.has(key) : key.startsWith(`${link} `)) ? [fact] : [],
  );
};
