/** Reads what stands around an interface; `packages/network-rules/around-subnet.ts` says what it means. */

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
import { type Members, nameOf, propertiesOf, referenceAt } from '@tombolo/store/document';
import type { Document, StoreReader } from '@tombolo/store/port';
import { networkError } from '../../refusals.ts';
import { types } from '../../types.ts';
import { remoteOf } from '../virtual-network-peerings/model.ts';

export interface AroundInterface extends AroundSubnet {
  readonly subnetId: string;
}

/** As ARM shows it, as far as rules read it. */
const bodyOf = ({ id, body }: Document): Members => ({ ...body, id, name: nameOf(id) });

const loadGroup = async (store: StoreReader, id: string | undefined): Promise<SecurityGroup | undefined> => {
  const group = id === undefined ? undefined : await store.get(id);
  if (!group) return undefined;
  const stored = await store.list({ type: types.securityRule, under: group.id });
  const rules = stored.flatMap((document) => {
    const rule = readSecurityRule(bodyOf(document), group.id);
    return 'problem' in rule ? [] : [rule];
  });
  return securityGroup(group.id, rules);
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
  const [subnetGroup, interfaceGroup, routeTable, peerings, interfaces, groups] = await Promise.all([
    loadGroup(store, referenceAt(properties, 'networkSecurityGroup')),
    loadGroup(store, referenceAt(propertiesOf(nic), 'networkSecurityGroup')),
    loadTable(store, referenceAt(properties, 'routeTable')),
    loadPeered(store, network),
    store.list({ type: types.networkInterface }),
    store.list({ type: types.applicationSecurityGroup }),
  ]);
  const [subnets, endpoints] = await Promise.all([
    store.getMany([...new Set(interfaces.map((each) => subnetOfInterface(bodyOf(each))))]),
    store.getMany(interfaces.flatMap((each) => referenceAt(propertiesOf(each), 'privateEndpoint') ?? [])),
  ]);
  const around = aroundSubnet(
    {
      subnet: bodyOf(subnet),
      network: bodyOf(network),
      networkInterface: bodyOf(nic),
      subnetGroup,
      interfaceGroup,
      routeTable,
      peerings,
      interfaces: interfaces.map(bodyOf),
      subnets: [...subnets.values()].map(bodyOf),
      endpoints: [...endpoints.values()].map(bodyOf),
      applicationSecurityGroups: groups.map(bodyOf),
    },
    resolveTag,
  );
  return { subnetId: subnet.id, ...around };
};
