/** From ARM bodies to what stands around a subnet or an interface, in the terms in which groups and routes are judged. */

import { type Body, bodiesAt, bodyAt, propertiesOf, referenceAt, textAt, textsAt } from './body.ts';
import { type Application, appliedGroups } from './endpoint-policies.ts';
import type { EndpointRoute, RouteTable, RoutingSurroundings } from './route.ts';
import type { SecurityGroup } from './security-rule.ts';
import type { Surroundings, TagResolver } from './surroundings.ts';

/** What was found there: bodies as ARM shows them, each with its `id`. */
export interface Neighbourhood {
  readonly subnet: Body;
  readonly network: Body;
  /** Absent: the subnet as such is judged. */
  readonly networkInterface?: Body | undefined;
  readonly subnetGroup: SecurityGroup | undefined;
  readonly interfaceGroup?: SecurityGroup | undefined;
  readonly routeTable: RouteTable | undefined;
  /** Peerings of the network that are {@link isConnected}, with the networks at their other ends. */
  readonly peerings: readonly { readonly peering: Body; readonly remote: Body }[];
  /** Interfaces of private endpoints, at least those in these networks. */
  readonly interfaces: readonly Body[];
  /** The subnets of those interfaces. */
  readonly subnets: readonly Body[];
  /** The private endpoints of those interfaces. */
  readonly endpoints: readonly Body[];
  readonly applicationSecurityGroups: readonly Body[];
}

export interface AroundSubnet {
  readonly application: Application;
  readonly surroundings: Surroundings;
  readonly routing: RoutingSurroundings;
}

export const isConnected = (peering: Body): boolean => propertiesOf(peering).peeringState === 'Connected';

/** @param routes the table's own, each with `name` and `properties` */
export const routeTableOf = (table: Body, routes: readonly Body[]): RouteTable => ({
  id: textAt(table, 'id') ?? '',
  disableBgpRoutePropagation: propertiesOf(table).disableBgpRoutePropagation === true,
  routes: routes.map((route) => {
    const properties = propertiesOf(route);
    const nextHopIpAddress = textAt(properties, 'nextHopIpAddress');
    return {
      name: textAt(route, 'name') ?? '',
      addressPrefix: textAt(properties, 'addressPrefix') ?? '',
      nextHopType: textAt(properties, 'nextHopType') ?? '',
      ...(nextHopIpAddress === undefined ? {} : { nextHopIpAddress }),
    };
  }),
});

const configurationsOf = (networkInterface: Body): readonly Body[] =>
  bodiesAt(propertiesOf(networkInterface), 'ipConfigurations').map(propertiesOf);

/** The id of the subnet in which an interface stands; '' where it says none. */
export const subnetOfInterface = (networkInterface: Body): string =>
  configurationsOf(networkInterface).map((entry) => referenceAt(entry, 'subnet'))[0] ?? '';

/** The id of the network of a subnet. */
export const networkOfSubnet = (subnetId: string): string => subnetId.split('/').slice(0, -2).join('/');

const addressesOf = (networkInterface: Body): readonly string[] =>
  configurationsOf(networkInterface).flatMap((entry) => textAt(entry, 'privateIPAddress') ?? []);

const spaceOf = (network: Body): readonly string[] =>
  textsAt(bodyAt(propertiesOf(network), 'addressSpace'), 'addressPrefixes');

/** Ids compare without regard to case. */
const byId = (bodies: readonly Body[]): ReadonlyMap<string, Body> =>
  new Map(bodies.map((body) => [(textAt(body, 'id') ?? '').toLowerCase(), body]));

const endpointRoutes = (found: Neighbourhood): readonly EndpointRoute[] => {
  const networks = byId([found.network, ...found.peerings.map(({ remote }) => remote)]);
  const subnets = byId(found.subnets);
  return found.interfaces.flatMap((networkInterface) => {
    const subnetId = subnetOfInterface(networkInterface).toLowerCase();
    const network = networks.get(networkOfSubnet(subnetId));
    if (!network) return [];
    const subnet = subnets.get(subnetId);
    const policies = subnet && textAt(propertiesOf(subnet), 'privateEndpointNetworkPolicies');
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
    const reference = referenceAt(propertiesOf(networkInterface), 'privateEndpoint') ?? '';
    const endpoint = endpoints.get(reference.toLowerCase());
    for (const { id } of endpoint ? bodiesAt(propertiesOf(endpoint), 'applicationSecurityGroups') : [])
      members.get(String(id).toLowerCase())?.push(...addressesOf(networkInterface));
  }
  return members;
};

/** Which groups apply, what their words mean, and which routes there are. */
export const aroundSubnet = (found: Neighbourhood, resolveTag?: TagResolver): AroundSubnet => {
  const { subnet, network, networkInterface, routeTable, peerings } = found;
  const virtualNetwork = spaceOf(network);
  const resolving = resolveTag === undefined ? {} : { resolveTag };
  const inTag = ({ peering }: { readonly peering: Body }): boolean =>
    propertiesOf(peering).allowVirtualNetworkAccess !== false;
  return {
    application: appliedGroups({
      subnetGroup: found.subnetGroup,
      interfaceGroup: found.interfaceGroup,
      isPrivateEndpoint:
        networkInterface !== undefined &&
        referenceAt(propertiesOf(networkInterface), 'privateEndpoint') !== undefined,
      policies: textAt(propertiesOf(subnet), 'privateEndpointNetworkPolicies'),
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
