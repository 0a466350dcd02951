/** Effective routes of a subnet's interfaces, and the one that an address takes (Learn: virtual-networks-udr-overview). */

import { intersects } from '@tombolo/ip/range-set';
import { addressSet, ipv6, type Prefix, placedPrefix, placedPrefixes } from './address.ts';
import { type EndpointPolicies, routesReachEndpoints } from './endpoint-policies.ts';
import type { TagResolver } from './surroundings.ts';

export interface UserRoute {
  readonly name: string;
  /** A prefix or a service tag. */
  readonly addressPrefix: string;
  /** VirtualNetworkGateway, VnetLocal, Internet, VirtualAppliance, None. */
  readonly nextHopType: string;
  readonly nextHopIpAddress?: string;
}

export interface RouteTable {
  readonly id: string;
  readonly disableBgpRoutePropagation: boolean;
  readonly routes: readonly UserRoute[];
}

/** A private endpoint whose /32 reaches the subnet: of its own network or a peered one. */
export interface EndpointRoute {
  readonly address: string;
  /** `privateEndpointNetworkPolicies` of the endpoint's own subnet. */
  readonly policies: EndpointPolicies;
  /** The address space of the endpoint's own network. */
  readonly network: readonly string[];
}

export interface RoutingSurroundings {
  readonly virtualNetwork: readonly string[];
  readonly peerings?: readonly { readonly prefixes: readonly string[]; readonly global: boolean }[];
  /** What a gateway announces, by BGP. */
  readonly gateway?: readonly { readonly prefix: string; readonly nextHopIpAddress?: string }[];
  readonly routeTable?: RouteTable | undefined;
  readonly endpoints?: readonly EndpointRoute[];
  readonly resolveTag?: TagResolver;
}

/** `EffectiveRoute` of the published contract. */
export interface EffectiveRoute {
  readonly name?: string;
  readonly source: 'Default' | 'User' | 'VirtualNetworkGateway';
  readonly state: 'Active' | 'Invalid';
  /** One prefix; a route by a service tag has all of the tag's. */
  readonly addressPrefix: readonly string[];
  readonly nextHopType: string;
  readonly nextHopIpAddress: readonly string[];
  readonly disableBgpRoutePropagation: boolean;
}

/** Private ranges go nowhere unless a network has them. */
const nowhere = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'];

const contains = (outer: Prefix, inner: Prefix): boolean =>
  outer.range.first <= inner.range.first && inner.range.last <= outer.range.last;

const read = (texts: readonly string[]): readonly Prefix[] =>
  texts.flatMap((text) => placedPrefix(text) ?? []);

interface Candidate extends Omit<EffectiveRoute, 'addressPrefix' | 'state'> {
  readonly prefixes: readonly Prefix[];
  /** A smaller one wins where prefixes are equal: own routes, BGP, the platform's. */
  readonly rank: 0 | 1 | 2;
  /** Invalid whatever else there is. */
  readonly void?: boolean;
}

const candidatesOf = (around: RoutingSurroundings): readonly Candidate[] => {
  const table = around.routeTable;
  const disableBgpRoutePropagation = table?.disableBgpRoutePropagation ?? false;
  const system = (prefix: string, nextHopType: string): Candidate => ({
    source: 'Default',
    prefixes: read([prefix]),
    nextHopType,
    nextHopIpAddress: [],
    disableBgpRoutePropagation: false,
    rank: 2,
  });
  const local = [
    ...around.virtualNetwork.map((prefix) => system(prefix, 'VnetLocal')),
    ...(around.peerings ?? []).flatMap(({ prefixes, global }) =>
      prefixes.map((prefix) => system(prefix, global ? 'VNetGlobalPeering' : 'VNetPeering')),
    ),
  ];
  const localPrefixes = local.flatMap(({ prefixes }) => prefixes);
  const hasIpv6 = intersects(addressSet(around.virtualNetwork), ipv6);
  const platform = [
    system('0.0.0.0/0', 'Internet'),
    ...(hasIpv6 ? [system('::/0', 'Internet')] : []),
    ...nowhere.map((prefix) => system(prefix, 'None')),
  ].filter(({ prefixes }) => !localPrefixes.some((own) => own.text === prefixes[0]!.text));
  const announced: readonly Candidate[] = disableBgpRoutePropagation
    ? []
    : (around.gateway ?? []).map(({ prefix, nextHopIpAddress }) => ({
        source: 'VirtualNetworkGateway',
        prefixes: read([prefix]),
        nextHopType: 'VirtualNetworkGateway',
        nextHopIpAddress: nextHopIpAddress === undefined ? [] : [nextHopIpAddress],
        disableBgpRoutePropagation: false,
        rank: 1,
        // Networks and peerings are preferred to BGP, even to its more specific routes.
        void: read([prefix]).some((inner) => localPrefixes.some((outer) => contains(outer, inner))),
      }));
  const own: readonly Candidate[] = (table?.routes ?? []).map((route) => {
    const literal = placedPrefix(route.addressPrefix);
    const prefixes = literal
      ? [literal]
      : placedPrefixes(addressSet(around.resolveTag?.(route.addressPrefix) ?? []));
    return {
      name: route.name,
      source: 'User',
      prefixes,
      nextHopType: route.nextHopType,
      nextHopIpAddress: route.nextHopIpAddress === undefined ? [] : [route.nextHopIpAddress],
      disableBgpRoutePropagation,
      rank: 0,
      // A tag of which the prefixes are not known routes nothing here.
      void: prefixes.length === 0,
    };
  });
  const ownPrefixes = own.flatMap(({ prefixes }) => prefixes);
  const endpoints = (around.endpoints ?? []).map((endpoint): Candidate => {
    const route = system(endpoint.address, 'InterfaceEndpoint');
    return { ...route, void: isInvalidated(endpoint, route.prefixes, ownPrefixes) };
  });
  return [...local, ...platform, ...announced, ...endpoints, ...own];
};

/**
 * Where the endpoint's subnet lets routes reach its endpoints, an own route within the endpoint's network's address
 * space, that space included, takes the place of the /32; a wider one (0.0.0.0/0) does not.
 */
const isInvalidated = (
  endpoint: EndpointRoute,
  [address]: readonly Prefix[],
  own: readonly Prefix[],
): boolean =>
  routesReachEndpoints(endpoint.policies) &&
  address !== undefined &&
  own.some(
    (route) => contains(route, address) && read(endpoint.network).some((space) => contains(space, route)),
  );

/** All routes of the subnet, those that another takes the place of as Invalid; own routes last. */
export const effectiveRoutes = (around: RoutingSurroundings): readonly EffectiveRoute[] => {
  const candidates = candidatesOf(around);
  const best = new Map<string, number>();
  for (const { prefixes, rank, void: isVoid } of candidates) {
    if (isVoid) continue;
    for (const { text } of prefixes) best.set(text, Math.min(rank, best.get(text) ?? rank));
  }
  return candidates.flatMap((candidate): readonly EffectiveRoute[] => {
    const { prefixes, rank, void: isVoid = false, ...route } = candidate;
    const active = prefixes.some(({ text }) => best.get(text) === rank);
    return [
      {
        ...route,
        state: isVoid || !active ? 'Invalid' : 'Active',
        addressPrefix: prefixes.map(({ text }) => text),
      },
    ];
  });
};

/** The route that an address takes: the longest prefix among those that are Active, then own before BGP before the platform's. */
export const selectRoute = (
  routes: readonly EffectiveRoute[],
  address: string,
): EffectiveRoute | undefined => {
  const wanted = placedPrefix(address);
  if (!wanted) return undefined;
  const rank = { User: 0, VirtualNetworkGateway: 1, Default: 2 } as const;
  const fitting = routes
    .filter(({ state }) => state === 'Active')
    .flatMap((route) =>
      read(route.addressPrefix)
        .filter((prefix) => contains(prefix, wanted))
        .map((prefix) => ({ route, length: prefix.length })),
    );
  fitting.sort(
    (left, right) => right.length - left.length || rank[left.route.source] - rank[right.route.source],
  );
  return fitting[0]?.route;
};
