/** Reads a security group, subnet or interface of a running installation, with all that its rules refer to. */

import {
  aroundSubnet,
  type Body,
  isConnected,
  networkOfSubnet,
  type RouteTable,
  routeTableOf,
  type SecurityGroup,
  subnetOfInterface,
} from '@tombolo/network-rules';
import { bodiesAt, propertiesOf, referenceAt, textAt } from '@tombolo/network-rules/body';
import type { ArmClient } from '../../installation/arm-client.ts';
import { CommandError } from '../../shell/command-error.ts';
import { anyPrivateNetwork, readGroup, type Subject } from './subject.ts';

const apiVersion = '2026-01-01';

/** Longer lists are cut off with an error rather than followed for ever. */
const mostPages = 1000;

const reader = (arm: ArmClient) => {
  const get = async (id: string): Promise<Body> =>
    (await arm.send('GET', `${id}?api-version=${apiVersion}`)).body;
  const list = async (path: string): Promise<readonly Body[]> => {
    const items: Body[] = [];
    let next: string | undefined = `${path}?api-version=${apiVersion}`;
    for (let page = 0; next !== undefined && page < mostPages; page += 1) {
      const answer: Body = (await arm.send('GET', next)).body;
      items.push(...bodiesAt(answer, 'value'));
      next = textAt(answer, 'nextLink');
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
  return routeTableOf(table, bodiesAt(propertiesOf(table), 'routes'));
};

const peeringsOf = ({ get }: Reader, network: Body) =>
  Promise.all(
    bodiesAt(propertiesOf(network), 'virtualNetworkPeerings')
      .filter(isConnected)
      .map(async (peering) => ({
        peering,
        remote: await get(referenceAt(propertiesOf(peering), 'remoteVirtualNetwork') ?? ''),
      })),
  );

const subjectOfSubnet = async (
  read: Reader,
  subnetId: string,
  nic: Body | undefined,
  name: string,
): Promise<Subject> => {
  const [subnet, network] = await Promise.all([read.get(subnetId), read.get(networkOfSubnet(subnetId))]);
  const provider = `/subscriptions/${subnetId.split('/')[2]}/providers/Microsoft.Network`;
  const [subnetGroup, interfaceGroup, routeTable, peerings, interfaces, endpoints, groups] =
    await Promise.all([
      groupOf(read, referenceAt(propertiesOf(subnet), 'networkSecurityGroup')),
      groupOf(read, referenceAt(propertiesOf(nic ?? {}), 'networkSecurityGroup')),
      tableOf(read, referenceAt(propertiesOf(subnet), 'routeTable')),
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
      bodiesAt(propertiesOf(each), 'subnets'),
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
  const [user] = bodiesAt(propertiesOf(body), 'subnets');
  const used = user && textAt(user, 'id');
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
