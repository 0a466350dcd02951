/** Reads a security group, subnet or interface of a running installation, with all that its rules refer to. */

import {
  appliedGroups,
  type Body,
  type EndpointRoute,
  type RouteTable,
  type SecurityGroup,
} from '@tombolo/network-rules';
import { bodiesAt, isBody, textsAt } from '@tombolo/network-rules/security-rule';
import type { ArmClient } from '../arm-client.ts';
import { CommandError } from '../command-error.ts';
import { anyPrivateNetwork, readGroup, type Subject } from './subject.ts';

const apiVersion = '2026-01-01';

const objectAt = (body: Body, key: string): Body => (isBody(body[key]) ? body[key] : {});
const propertiesOf = (body: Body): Body => objectAt(body, 'properties');
const textAt = (body: Body, key: string): string | undefined =>
  typeof body[key] === 'string' ? body[key] : undefined;
const referenceAt = (body: Body, key: string): string | undefined => textAt(objectAt(body, key), 'id');
const spaceOf = (network: Body): readonly string[] =>
  textsAt(objectAt(propertiesOf(network), 'addressSpace'), 'addressPrefixes');
const parentOf = (id: string): string => id.split('/').slice(0, -2).join('/');
const same = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();

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
  const properties = propertiesOf(await get(id));
  return {
    id,
    disableBgpRoutePropagation: properties.disableBgpRoutePropagation === true,
    routes: bodiesAt(properties, 'routes').map((route) => {
      const own = propertiesOf(route);
      const nextHopIpAddress = textAt(own, 'nextHopIpAddress');
      return {
        name: textAt(route, 'name') ?? '',
        addressPrefix: textAt(own, 'addressPrefix') ?? '',
        nextHopType: textAt(own, 'nextHopType') ?? '',
        ...(nextHopIpAddress === undefined ? {} : { nextHopIpAddress }),
      };
    }),
  };
};

interface Peered {
  readonly network: Body;
  readonly inTag: boolean;
  readonly global: boolean;
}

const peeredOf = (read: Reader, network: Body): Promise<readonly Peered[]> =>
  Promise.all(
    bodiesAt(propertiesOf(network), 'virtualNetworkPeerings')
      .map(propertiesOf)
      .filter(({ peeringState }) => peeringState === 'Connected')
      .map(async (peering) => {
        const remote = await read.get(referenceAt(peering, 'remoteVirtualNetwork') ?? '');
        const inTag = peering.allowVirtualNetworkAccess !== false;
        return { network: remote, inTag, global: remote.location !== network.location };
      }),
  );

const configurations = (nic: Body): readonly Body[] =>
  bodiesAt(propertiesOf(nic), 'ipConfigurations').map(propertiesOf);
const subnetOf = (nic: Body): string => referenceAt(configurations(nic)[0] ?? {}, 'subnet') ?? '';
const addressesOf = (nic: Body): readonly string[] =>
  configurations(nic).flatMap((entry) => textAt(entry, 'privateIPAddress') ?? []);

const endpointRoutes = (interfaces: readonly Body[], networks: readonly Body[]): readonly EndpointRoute[] => {
  const subnets = networks.flatMap((network) =>
    bodiesAt(propertiesOf(network), 'subnets').map((subnet) => ({ network, subnet })),
  );
  return interfaces.flatMap((nic) => {
    const at = subnets.find(({ subnet }) => same(textAt(subnet, 'id') ?? '', subnetOf(nic)));
    if (!at) return [];
    const policies = textAt(propertiesOf(at.subnet), 'privateEndpointNetworkPolicies');
    return addressesOf(nic).map((address) => ({ address, policies, network: spaceOf(at.network) }));
  });
};

const membersOf = (interfaces: readonly Body[], endpoints: readonly Body[]) => {
  const members = new Map<string, string[]>();
  for (const endpoint of endpoints) {
    const own = bodiesAt(propertiesOf(endpoint), 'networkInterfaces').flatMap(({ id }) => String(id));
    const addresses = interfaces
      .filter((nic) => own.some((id) => same(id, textAt(nic, 'id') ?? '')))
      .flatMap(addressesOf);
    for (const { id } of bodiesAt(propertiesOf(endpoint), 'applicationSecurityGroups')) {
      const key = String(id).toLowerCase();
      members.set(key, [...(members.get(key) ?? []), ...addresses]);
    }
  }
  return members;
};

const subjectOfSubnet = async (
  read: Reader,
  subnetId: string,
  nic: Body | undefined,
  name: string,
): Promise<Subject> => {
  const [subnet, network] = await Promise.all([read.get(subnetId), read.get(parentOf(subnetId))]);
  const provider = `/subscriptions/${subnetId.split('/')[2]}/providers/Microsoft.Network`;
  const [subnetGroup, interfaceGroup, routeTable, peered, interfaces, endpoints] = await Promise.all([
    groupOf(read, referenceAt(propertiesOf(subnet), 'networkSecurityGroup')),
    groupOf(read, referenceAt(propertiesOf(nic ?? {}), 'networkSecurityGroup')),
    tableOf(read, referenceAt(propertiesOf(subnet), 'routeTable')),
    peeredOf(read, network),
    read.list(`${provider}/networkInterfaces`),
    read.list(`${provider}/privateEndpoints`),
  ]);
  const { groups, note } = appliedGroups({
    subnetGroup,
    interfaceGroup,
    isPrivateEndpoint: nic !== undefined && referenceAt(propertiesOf(nic), 'privateEndpoint') !== undefined,
    policies: textAt(propertiesOf(subnet), 'privateEndpointNetworkPolicies'),
  });
  const each = [groups.networkInterface, groups.subnet].filter((group) => group !== undefined);
  const virtualNetwork = spaceOf(network);
  return {
    name,
    groups,
    each,
    surroundings: {
      virtualNetwork,
      peered: peered.filter(({ inTag }) => inTag).flatMap((entry) => spaceOf(entry.network)),
      userRoutes: routeTable?.routes.map(({ addressPrefix }) => addressPrefix) ?? [],
      applicationSecurityGroups: membersOf(interfaces, endpoints),
    },
    routing: {
      virtualNetwork,
      peerings: peered.map((entry) => ({ prefixes: spaceOf(entry.network), global: entry.global })),
      routeTable,
      endpoints: endpointRoutes(interfaces, [network, ...peered.map((entry) => entry.network)]),
    },
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
    return subjectOfSubnet(read, subnetOf(found), found, nic);
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
