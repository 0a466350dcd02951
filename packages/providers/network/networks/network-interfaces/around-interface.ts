/** Reads what stands around an interface; `packages/network-rules/around-subnet.ts` says what it means. */

import { useKey } from '@tombolo/arm';
import {
  type AroundSubnet,
  aroundSubnet,
  isConnected,
  networkOfSubnet,
  type RouteTable,
  readSecurityRule,
  routeTableOf,
  type SecurityGroup,
  securityGroup,
  subnetOfInterface,
  type TagResolver,
} from '@tombolo/network-rules';
import {
  type Members,
  nameOf,
  objectsAt,
  propertiesOf,
  referenceAt,
  stringAt,
} from '@tombolo/store/document';
import type { Document, StoreReader } from '@tombolo/store/port';
import { networkError } from '../../refusals.ts';
import { isIdOf, types } from '../../types.ts';
import { remoteOf } from '../virtual-network-peerings/model.ts';

export interface AroundInterface extends AroundSubnet {
  readonly subnetId: string;
}

/** As ARM shows it, as far as rules read it. */
const bodyOf = ({ id, body }: Document): Members => ({ ...body, id, name: nameOf(id) });

interface LoadedGroup {
  readonly group: SecurityGroup | undefined;
  /** Ids of the application security groups that its rules name. */
  readonly named: readonly string[];
}

const loadGroup = async (store: StoreReader, id: string | undefined): Promise<LoadedGroup> => {
  const group = id === undefined ? undefined : await store.get(id);
  if (!group) return { group: undefined, named: [] };
  const stored = await store.list({ type: types.securityRule, under: group.id });
  const rules = stored.flatMap((document) => {
    const rule = readSecurityRule(bodyOf(document), group.id);
    return 'problem' in rule ? [] : [rule];
  });
  const named = stored.flatMap((rule) =>
    ['sourceApplicationSecurityGroups', 'destinationApplicationSecurityGroups'].flatMap((side) =>
      objectsAt(propertiesOf(rule), side).flatMap((each) => stringAt(each, 'id') ?? []),
    ),
  );
  return { group: securityGroup(group.id, rules), named };
};

/** Of all there are, the private endpoints in these networks and in these groups: the claims on subnets and groups say which. */
const loadEndpoints = async (
  store: StoreReader,
  networkIds: readonly string[],
  groupIds: readonly string[],
): Promise<readonly Document[]> => {
  const claims = await Promise.all([
    ...networkIds.map((id) => store.claimsUnder(useKey(`${id}/subnets/`))),
    ...groupIds.map(async (id) => (await store.claim(useKey(id))) ?? []),
  ]);
  const holders = claims.flat().flatMap((claim) => claim.holders);
  const endpoints = holders.filter((id) => isIdOf(id, types.endpoint));
  return [...(await store.getMany([...new Set(endpoints)])).values()];
};

const loadTable = async (store: StoreReader, id: string | undefined): Promise<RouteTable | undefined> => {
  const table = id === undefined ? undefined : await store.get(id);
  if (!table) return undefined;
  const routes = await store.list({ type: types.route, under: table.id });
  return routeTableOf(bodyOf(table), routes.map(bodyOf));
};

const loadPeered = async (store: StoreReader, network: Document) => {
  const stored = await store.list({ type: types.peering, under: network.id });
  const connected = stored.filter((peering) => isConnected(bodyOf(peering)));
  const remotes = await store.getMany(connected.map(remoteOf));
  return connected.flatMap((peering) => {
    const remote = remotes.get(remoteOf(peering).toLowerCase());
    return remote ? [{ peering: bodyOf(peering), remote: bodyOf(remote) }] : [];
  });
};

/** Throws NotFound where subnet or network are gone. */
export const loadAroundInterface = async (
  store: StoreReader,
  nic: Document,
  resolveTag: TagResolver,
): Promise<AroundInterface> => {
  const subnetId = subnetOfInterface(bodyOf(nic));
  const [subnet, network] = await Promise.all([store.get(subnetId), store.get(networkOfSubnet(subnetId))]);
  if (!subnet || !network)
    throw networkError('NotFound', [`Interface '${nic.id}' has no subnet '${subnetId}' anymore.`]);
  const properties = propertiesOf(subnet);
  const [ofSubnet, ofInterface, routeTable, peerings] = await Promise.all([
    loadGroup(store, referenceAt(properties, 'networkSecurityGroup')),
    loadGroup(store, referenceAt(propertiesOf(nic), 'networkSecurityGroup')),
    loadTable(store, referenceAt(properties, 'routeTable')),
    loadPeered(store, network),
  ]);
  const named = [...new Set([...ofSubnet.named, ...ofInterface.named])];
  const networks = [network.id, ...peerings.flatMap(({ remote }) => stringAt(remote, 'id') ?? [])];
  const endpoints = await loadEndpoints(store, networks, named);
  const own = endpoints.flatMap((each) => objectsAt(propertiesOf(each), 'networkInterfaces'));
  const [found, groups] = await Promise.all([
    store.getMany(own.flatMap((each) => stringAt(each, 'id') ?? [])),
    store.getMany(named),
  ]);
  const interfaces = [...found.values()];
  const subnets = await store.getMany([
    ...new Set(interfaces.map((each) => subnetOfInterface(bodyOf(each)))),
  ]);
  const around = aroundSubnet(
    {
      subnet: bodyOf(subnet),
      network: bodyOf(network),
      networkInterface: bodyOf(nic),
      subnetGroup: ofSubnet.group,
      interfaceGroup: ofInterface.group,
      routeTable,
      peerings,
      interfaces: interfaces.map(bodyOf),
      subnets: [...subnets.values()].map(bodyOf),
      endpoints: endpoints.map(bodyOf),
      applicationSecurityGroups: [...groups.values()].map(bodyOf),
    },
    resolveTag,
  );
  return { subnetId: subnet.id, ...around };
};
