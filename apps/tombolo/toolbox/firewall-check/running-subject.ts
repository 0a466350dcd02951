/** Reads a security group, subnet or interface of a running installation, with all that its rules refer to. */

import {
  aroundSubnet,
  isConnected,
  networkOfSubnet,
  type RouteTable,
  routeTableOf,
  type SecurityGroup,
  subnetOfInterface,
} from '@tombolo/network-rules';
import {
  type Members,
  objectsAt,
  propertiesIn,
  referenceAt,
  stringAt,
  subscriptionIdIn,
} from '@tombolo/store/document';
import type { ArmClient } from '../../installation/arm-client.ts';
import { CommandError } from '../../shell/command-error.ts';
import { anyPrivateNetwork, readGroup, type Subject } from './subject.ts';

const apiVersion = '2026-01-01';

/** Longer lists are cut off with an error rather than followed for ever. */
const mostPages = 1000;

const reader = (arm: ArmClient) => {
  const get = async (id: string): Promise<Members> =>
    (await arm.send('GET', `${id}?api-version=${apiVersion}`)).body;
  const list = async (path: string): Promise<readonly Members[]> => {
    const items: Members[] = [];
    let next: string | undefined = `${path}?api-version=${apiVersion}`;
    for (let page = 0; next !== undefined && page < mostPages; page += 1) {
      const answer: Members = (await arm.send('GET', next)).body;
      items.push(...objectsAt(answer, 'value'));
      next = stringAt(answer, 'nextLink');
    }
    return items;
  };
  return { get, list };
};

type Reader = ReturnType<typeof reader>;

const groupOf = async ({ get }: Reader, id: string | undefined): Promise<SecurityGroup | undefined> =>
  id === undefined ? undefined : readGroup(await get(id), id);

const tableOf = async ({ get }: Reader, id: string | undefined): Promise<RouteTable | undefined> => {
  if (id === undefined) return undefined;
  const table = await get(id);
  return routeTableOf(table, objectsAt(propertiesIn(table), 'routes'));
};

const peeringsOf = ({ get }: Reader, network: Members) =>
  Promise.all(
    objectsAt(propertiesIn(network), 'virtualNetworkPeerings')
      .filter(isConnected)
      .map(async (peering) => ({
        peering,
        remote: await get(referenceAt(propertiesIn(peering), 'remoteVirtualNetwork') ?? ''),
      })),
  );

const subjectOfSubnet = async (
  read: Reader,
  subnetId: string,
  nic: Members | undefined,
  name: string,
): Promise<Subject> => {
  const [subnet, network] = await Promise.all([read.get(subnetId), read.get(networkOfSubnet(subnetId))]);
  const provider = `${subscriptionIdIn(subnetId)}/providers/Microsoft.Network`;
  const [subnetGroup, interfaceGroup, routeTable, peerings, interfaces, endpoints, groups] =
    await Promise.all([
      groupOf(read, referenceAt(propertiesIn(subnet), 'networkSecurityGroup')),
      groupOf(read, referenceAt(propertiesIn(nic ?? {}), 'networkSecurityGroup')),
      tableOf(read, referenceAt(propertiesIn(subnet), 'routeTable')),
      peeringsOf(read, network),
      read.list(`${provider}/networkInterfaces`),
      read.list(`${provider}/privateEndpoints`),
      read.list(`${provider}/applicationSecurityGroups`),
    ]);
  const { application, surroundings, routing } = aroundSubnet({
    subnet,
    network,
    networkInterface: nic,
    subnetGroup,
    interfaceGroup,
    routeTable,
    peerings,
    interfaces,
    subnets: [network, ...peerings.map(({ remote }) => remote)].flatMap((each) =>
      objectsAt(propertiesIn(each), 'subnets'),
    ),
    endpoints,
    applicationSecurityGroups: groups,
  });
  const { note } = application;
  const each = [application.groups.networkInterface, application.groups.subnet].filter(
    (group) => group !== undefined,
  );
  return {
    name,
    groups: application.groups,
    each,
    surroundings,
    routing,
    notes: [
      ...(note === undefined ? [] : [note]),
      ...(each.length === 0 && note === undefined
        ? [`No network security group is associated with ${name}: everything is allowed.`]
        : []),
    ],
  };
};

export interface Named {
  readonly nsg?: string;
  readonly subnet?: string;
  readonly nic?: string;
}

/** Throws RequestRefused for what is not there, InvalidArgument for an id that is none. */
export const readRunningSubject = async (arm: ArmClient, { nsg, subnet, nic }: Named): Promise<Subject> => {
  const read = reader(arm);
  const id = nsg ?? subnet ?? nic ?? '';
  if (!/^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/[^/]+\/[^/]/i.test(id))
    throw new CommandError(
      'InvalidArgument',
      `'${id}' is no id of a resource of Microsoft.Network.`,
      'Give it as /subscriptions/…/resourceGroups/…/providers/Microsoft.Network/…',
    );
  if (subnet !== undefined) return subjectOfSubnet(read, subnet, undefined, subnet);
  if (nic !== undefined) {
    const found = await read.get(nic);
    return subjectOfSubnet(read, subnetOfInterface(found), found, nic);
  }
  const body = await read.get(id);
  const group = readGroup(body, id);
  const [user] = objectsAt(propertiesIn(body), 'subnets');
  const used = user && stringAt(user, 'id');
  if (used === undefined)
    return {
      name: id,
      groups: { subnet: group },
      each: [group],
      surroundings: { virtualNetwork: anyPrivateNetwork },
      notes: ['No subnet uses the group: VirtualNetwork is taken to be all private addresses (RFC 1918).'],
    };
  const around = await subjectOfSubnet(read, used, undefined, id);
  return {
    ...around,
    groups: { subnet: group },
    each: [group],
    notes: [`VirtualNetwork is that of ${used}.`],
  };
};
