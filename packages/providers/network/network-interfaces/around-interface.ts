/** Reads what stands around an interface, in the terms in which groups and routes are judged. */

import { ArmError, sameId } from '@tombolo/arm';
import {
  type Application,
  appliedGroups,
  type EndpointRoute,
  type RouteTable,
  type RoutingSurroundings,
  readSecurityRule,
  type SecurityGroup,
  type Surroundings,
  securityGroup,
  type TagResolver,
} from '@tombolo/network-rules';
import type { Document, JsonObject, StoreReader } from '@tombolo/store/port';
import { nameOf, objectAt, objectsAt, parentIdOf, propertiesOf, referenceAt, stringAt } from '../document.ts';
import { types } from '../types.ts';
import { addressSpaceOf, remoteOf } from '../virtual-network-peerings/model.ts';

export interface AroundInterface {
  readonly subnetId: string;
  readonly application: Application;
  readonly surroundings: Surroundings;
  readonly routing: RoutingSurroundings;
}

const loadGroup = async (store: StoreReader, id: string | undefined): Promise<SecurityGroup | undefined> => {
  const group = id === undefined ? undefined : await store.get(id);
  if (!group) return undefined;
  const stored = await store.list({ type: types.securityRule, under: group.id });
  const rules = stored.flatMap((document) => {
    const rule = readSecurityRule({ ...document.body, id: document.id, name: nameOf(document.id) }, group.id);
    return 'problem' in rule ? [] : [rule];
  });
  return securityGroup(group.id, rules);
};

const loadTable = async (store: StoreReader, id: string | undefined): Promise<RouteTable | undefined> => {
  const table = id === undefined ? undefined : await store.get(id);
  if (!table) return undefined;
  const stored = await store.list({ type: types.route, under: table.id });
  return {
    id: table.id,
    disableBgpRoutePropagation: propertiesOf(table).disableBgpRoutePropagation === true,
    routes: stored.map((route) => {
      const properties = propertiesOf(route);
      const nextHopIpAddress = stringAt(properties, 'nextHopIpAddress');
      return {
        name: nameOf(route.id),
        addressPrefix: stringAt(properties, 'addressPrefix') ?? '',
        nextHopType: stringAt(properties, 'nextHopType') ?? '',
        ...(nextHopIpAddress === undefined ? {} : { nextHopIpAddress }),
      };
    }),
  };
};

interface PeeredNetwork {
  readonly network: Document;
  readonly global: boolean;
  /** Its space counts to the tag VirtualNetwork. */
  readonly inTag: boolean;
}

const loadPeered = async (store: StoreReader, network: Document): Promise<readonly PeeredNetwork[]> => {
  const peerings = (await store.list({ type: types.peering, under: network.id })).filter(
    (peering) => propertiesOf(peering).peeringState === 'Connected',
  );
  const remotes = await store.getMany(peerings.map(remoteOf));
  return peerings.flatMap((peering) => {
    const remote = remotes.get(remoteOf(peering).toLowerCase());
    if (!remote) return [];
    const inTag = propertiesOf(peering).allowVirtualNetworkAccess !== false;
    return [{ network: remote, global: remote.body.location !== network.body.location, inTag }];
  });
};

const configurationsOf = (nic: Document): readonly JsonObject[] =>
  objectsAt(propertiesOf(nic), 'ipConfigurations').map((entry) => objectAt(entry, 'properties') ?? {});

const subnetOf = (nic: Document): string => referenceAt(configurationsOf(nic)[0], 'subnet') ?? '';

const addressesOf = (nic: Document): readonly string[] =>
  configurationsOf(nic).flatMap((entry) => stringAt(entry, 'privateIPAddress') ?? []);

const endpointRoutes = async (
  store: StoreReader,
  interfaces: readonly Document[],
  networks: readonly Document[],
): Promise<readonly EndpointRoute[]> => {
  const near = interfaces.flatMap((nic) => {
    const network = networks.find(({ id }) => sameId(id, parentIdOf(subnetOf(nic))));
    return network ? [{ nic, network }] : [];
  });
  const subnets = await store.getMany([...new Set(near.map(({ nic }) => subnetOf(nic)))]);
  return near.flatMap(({ nic, network }) => {
    const subnet = subnets.get(subnetOf(nic).toLowerCase());
    const policies = subnet && stringAt(propertiesOf(subnet), 'privateEndpointNetworkPolicies');
    return addressesOf(nic).map((address) => ({ address, policies, network: addressSpaceOf(network) }));
  });
};

/** Members of each application security group: interfaces of the private endpoints that name it. */
const groupMembers = async (
  store: StoreReader,
  interfaces: readonly Document[],
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const groups = await store.list({ type: types.applicationSecurityGroup });
  const members = new Map<string, string[]>(groups.map(({ id }) => [id.toLowerCase(), []]));
  const endpoints = await store.getMany(
    interfaces.flatMap((nic) => referenceAt(propertiesOf(nic), 'privateEndpoint') ?? []),
  );
  for (const nic of interfaces) {
    const endpoint = endpoints.get((referenceAt(propertiesOf(nic), 'privateEndpoint') ?? '').toLowerCase());
    for (const { id } of endpoint ? objectsAt(propertiesOf(endpoint), 'applicationSecurityGroups') : [])
      members.get(String(id).toLowerCase())?.push(...addressesOf(nic));
  }
  return members;
};

/** Throws NotFound where subnet or network are gone. */
export const loadAroundInterface = async (
  store: StoreReader,
  nic: Document,
  resolveTag: TagResolver,
): Promise<AroundInterface> => {
  const subnetId = subnetOf(nic);
  const [subnet, network] = await Promise.all([store.get(subnetId), store.get(parentIdOf(subnetId))]);
  if (!subnet || !network)
    throw new ArmError({
      code: 'NotFound',
      status: 404,
      message: `Interface '${nic.id}' has no subnet '${subnetId}' anymore.`,
    });
  const properties = propertiesOf(subnet);
  const [subnetGroup, interfaceGroup, routeTable, peered, interfaces] = await Promise.all([
    loadGroup(store, referenceAt(properties, 'networkSecurityGroup')),
    loadGroup(store, referenceAt(propertiesOf(nic), 'networkSecurityGroup')),
    loadTable(store, referenceAt(properties, 'routeTable')),
    loadPeered(store, network),
    store.list({ type: types.networkInterface }),
  ]);
  const application = appliedGroups({
    subnetGroup,
    interfaceGroup,
    isPrivateEndpoint: referenceAt(propertiesOf(nic), 'privateEndpoint') !== undefined,
    policies: stringAt(properties, 'privateEndpointNetworkPolicies'),
  });
  const networks = [network, ...peered.map((entry) => entry.network)];
  const [endpoints, applicationSecurityGroups] = await Promise.all([
    endpointRoutes(store, interfaces, networks),
    groupMembers(store, interfaces),
  ]);
  const virtualNetwork = addressSpaceOf(network);
  return {
    subnetId: subnet.id,
    application,
    surroundings: {
      virtualNetwork,
      peered: peered.filter(({ inTag }) => inTag).flatMap((entry) => addressSpaceOf(entry.network)),
      userRoutes: routeTable?.routes.map(({ addressPrefix }) => addressPrefix) ?? [],
      resolveTag,
      applicationSecurityGroups,
    },
    routing: {
      virtualNetwork,
      peerings: peered.map((entry) => ({ prefixes: addressSpaceOf(entry.network), global: entry.global })),
      routeTable,
      endpoints,
      resolveTag,
    },
  };
};
