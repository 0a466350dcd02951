/** From ARM bodies to what stands around a subnet or an interface, in the terms in which groups and routes are judged. */

import {
  type Members,
  objectAt,
  objectsAt,
  parentIdOf,
  propertiesIn,
  referenceAt,
  stringAt,
  stringsAt,
} from '@tombolo/store/document';
import { type Application, appliedGroups } from './endpoint-policies.ts';
import type { EndpointRoute, RouteTable, RoutingSurroundings } from './route.ts';
import type { SecurityGroup } from './security-rule.ts';
import type { Surroundings, TagResolver } from './surroundings.ts';

/** What was found there: bodies as ARM shows them, each with its `id`. */
export interface Neighbourhood {
  readonly subnet: Members;
  readonly network: Members;
  /** Absent: the subnet as such is judged. */
  readonly networkInterface?: Members | undefined;
  readonly subnetGroup: SecurityGroup | undefined;
  readonly interfaceGroup?: SecurityGroup | undefined;
  readonly routeTable: RouteTable | undefined;
  /** Peerings of the network that are {@link isConnected}, with the networks at their other ends. */
  readonly peerings: readonly { readonly peering: Members; readonly remote: Members }[];
  /** Interfaces of private endpoints, at least those in these networks. */
  readonly interfaces: readonly Members[];
  /** The subnets of those interfaces. */
  readonly subnets: readonly Members[];
  /** The private endpoints of those interfaces. */
  readonly endpoints: readonly Members[];
  readonly applicationSecurityGroups: readonly Members[];
}

export interface AroundSubnet {
  readonly application: Application;
  readonly surroundings: Surroundings;
  readonly routing: RoutingSurroundings;
}

export const isConnected = (peering: Members): boolean => propertiesIn(peering).peeringState === 'Connected';

/** @param routes the table's own, each with `name` and `properties` */
export const routeTableOf = (table: Members, routes: readonly Members[]): RouteTable => ({
  id: stringAt(table, 'id') ?? '',
  disableBgpRoutePropagation: propertiesIn(table).disableBgpRoutePropagation === true,
  routes: routes.map((route) => {
    const properties = propertiesIn(route);
    const nextHopIpAddress = stringAt(properties, 'nextHopIpAddress');
    return {
      name: stringAt(route, 'name') ?? '',
      addressPrefix: stringAt(properties, 'addressPrefix') ?? '',
      nextHopType: stringAt(properties, 'nextHopType') ?? '',
      ...(nextHopIpAddress === undefined ? {} : { nextHopIpAddress }),
    };
  }),
});

const configurationsOf = (networkInterface: Members): readonly Members[] =>
  objectsAt(propertiesIn(networkInterface), 'ipConfigurations').map(propertiesIn);

/** The id of the subnet in which an interface stands; '' where it says none. */
export const subnetOfInterface = (networkInterface: Members): string =>
  configurationsOf(networkInterface).map((entry) => referenceAt(entry, 'subnet'))[0] ?? '';

/** The id of the network of a subnet. */
export const networkOfSubnet = (subnetId: string): string => parentIdOf(subnetId);

const addressesOf = (networkInterface: Members): readonly string[] =>
  configurationsOf(networkInterface).flatMap((entry) => stringAt(entry, 'privateIPAddress') ?? []);

const spaceOf = (network: Members): readonly string[] =>
  stringsAt(objectAt(propertiesIn(network), 'addressSpace'), 'addressPrefixes');

/** Ids compare without regard to case. */
const byId = (bodies: readonly Members[]): ReadonlyMap<string, Members> =>
  new Map(bodies.map((body) => [(stringAt(body, 'id') ?? '').toLowerCase(), body]));

const endpointRoutes = (found: Neighbourhood): readonly EndpointRoute[] => {
  const networks = byId([found.network, ...found.peerings.map(({ remote }) => remote)]);
  const subnets = byId(found.subnets);
  return found.interfaces.flatMap((networkInterface) => {
    const subnetId = subnetOfInterface(networkInterface).toLowerCase();
    const network = networks.get(networkOfSubnet(subnetId));
    if (!network) return [];
    const subnet = subnets.get(subnetId);
    const policies = subnet && stringAt(propertiesIn(subnet), 'privateEndpointNetworkPolicies');
    return addressesOf(networkInterface).map((address) => ({ address, policies, network: spaceOf(network) }));
  });
};

/** Members of each application security group: interfaces of the private endpoints that name it. */
const groupMembers = (found: Neighbourhood): ReadonlyMap<string, readonly string[]> => {
  const members = new Map<string, string[]>(
    [...byId(found.applicationSecurityGroups).keys()].map((id) => [id, []]),
  );
  const endpoints = byId(found.endpoints);
  for (const networkInterface of found.interfaces) {
    const reference = referenceAt(propertiesIn(networkInterface), 'privateEndpoint') ?? '';
    const endpoint = endpoints.get(reference.toLowerCase());
    for (const { id } of endpoint ? objectsAt(propertiesIn(endpoint), 'applicationSecurityGroups') : [])
      members.get(String(id).toLowerCase())?.push(...addressesOf(networkInterface));
  }
  return members;
};

/** Which groups apply, what their words mean, and which routes there are. */
export const aroundSubnet = (found: Neighbourhood, resolveTag?: TagResolver): AroundSubnet => {
  const { subnet, network, networkInterface, routeTable, peerings } = found;
  const virtualNetwork = spaceOf(network);
  const resolving = resolveTag === undefined ? {} : { resolveTag };
  const inTag = ({ peering }: { readonly peering: Members }): boolean =>
    propertiesIn(peering).allowVirtualNetworkAccess !== false;
  return {
    application: appliedGroups({
      subnetGroup: found.subnetGroup,
      interfaceGroup: found.interfaceGroup,
      isPrivateEndpoint:
        networkInterface !== undefined &&
        referenceAt(propertiesIn(networkInterface), 'privateEndpoint') !== undefined,
      policies: stringAt(propertiesIn(subnet), 'privateEndpointNetworkPolicies'),
    }),
    surroundings: {
      virtualNetwork,
      peered: peerings.filter(inTag).flatMap(({ remote }) => spaceOf(remote)),
      userRoutes: routeTable?.routes.map(({ addressPrefix }) => addressPrefix) ?? [],
      applicationSecurityGroups: groupMembers(found),
      ...resolving,
    },
    routing: {
      virtualNetwork,
      peerings: peerings.map(({ remote }) => ({
        prefixes: spaceOf(remote),
        global: remote.location !== network.location,
      })),
      routeTable,
      endpoints: endpointRoutes(found),
      ...resolving,
    },
  };
};
