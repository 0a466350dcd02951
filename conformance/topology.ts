/** The pieces that most scenarios stand on: a network, a scope, an endpoint between them, its zones. */

import type { InboundEndpoint } from '@azure/arm-dnsresolver';
import type { HybridComputePrivateLinkScope } from '@azure/arm-hybridcompute';
import type { PrivateEndpoint, Subnet, VirtualNetwork } from '@azure/arm-network';
import { poll } from './clients.ts';
import type { World } from './world.ts';

export const groupId = (world: World, group: string): string =>
  `/subscriptions/${world.subscriptionId}/resourceGroups/${group}`;

export const resourceId = (world: World, group: string, type: string, ...segments: string[]): string =>
  `${groupId(world, group)}/providers/${type}/${segments.join('/')}`;

/** A network `<prefix>.0.0/16` with one subnet `endpoints` of `<prefix>.1.0/24`. */
export const createNetwork = async (
  world: World,
  group: string,
  prefix: string,
  { name = 'vnet', location = 'westeurope' } = {},
): Promise<{ network: VirtualNetwork; subnet: Subnet }> => {
  const network = await world.network.virtualNetworks.createOrUpdate(
    group,
    name,
    {
      location,
      addressSpace: { addressPrefixes: [`${prefix}.0.0/16`] },
      subnets: [{ name: 'endpoints', addressPrefix: `${prefix}.1.0/24` }],
    },
    poll,
  );
  return { network, subnet: network.subnets![0]! };
};

/** A resolver `resolver` of the network, with an inbound endpoint `in` in that subnet: the endpoint. */
export const createResolver = async (
  world: World,
  group: string,
  {
    networkId,
    subnetId,
    location = 'westeurope',
  }: { networkId: string; subnetId: string; location?: string },
): Promise<InboundEndpoint> => {
  const { dnsResolver: dns } = world;
  const resolver = { location, virtualNetwork: { id: networkId } };
  await dns.dnsResolvers.beginCreateOrUpdateAndWait(group, 'resolver', resolver, poll);
  const endpoint = { location, ipConfigurations: [{ subnet: { id: subnetId } }] };
  return dns.inboundEndpoints.beginCreateOrUpdateAndWait(group, 'resolver', 'in', endpoint, poll);
};

export const createScope = (
  world: World,
  group: string,
  name = 'scope',
  location = 'westeurope',
): Promise<HybridComputePrivateLinkScope> =>
  world.hybridCompute.privateLinkScopes.createOrUpdate(group, name, { location });

export const createEndpoint = (
  world: World,
  group: string,
  name: string,
  to: { scopeId: string; subnetId: string; manual?: boolean; location?: string },
  more: Partial<PrivateEndpoint> = {},
): PromiseLike<PrivateEndpoint> =>
  world.network.privateEndpoints.createOrUpdate(
    group,
    name,
    {
      location: to.location ?? 'westeurope',
      subnet: { id: to.subnetId },
      [to.manual ? 'manualPrivateLinkServiceConnections' : 'privateLinkServiceConnections']: [
        {
          name: `${name}-connection`,
          privateLinkServiceId: to.scopeId,
          groupIds: ['hybridcompute'],
          ...(to.manual ? { requestMessage: 'please' } : {}),
        },
      ],
      ...more,
    },
    poll,
  );

/** A group with a scope `scope` and a network `vnet` for its endpoints. */
export const createPlace = async (world: World, prefix: string) => {
  const group = await world.createGroup();
  const scope = await createScope(world, group);
  const { subnet, network } = await createNetwork(world, group, prefix);
  return { group, scopeId: scope.id!, subnetId: subnet.id!, networkId: network.id! };
};

/** The three zones of Azure Arc (seed 002), in the order of the endpoint's members. */
export const zoneNames = [
  'privatelink.his.arc.azure.com',
  'privatelink.guestconfiguration.azure.com',
  'privatelink.dp.kubernetesconfiguration.azure.com',
] as const;

/** Creates the zones; their ids. */
export const createZones = (world: World, group: string): Promise<string[]> =>
  Promise.all(
    zoneNames.map(async (name) => {
      const zone = await world.privateDns.privateZones.createOrUpdate(
        group,
        name,
        { location: 'global' },
        poll,
      );
      return zone.id!;
    }),
  );

export const createZoneGroup = (world: World, group: string, endpoint: string, zoneIds: readonly string[]) =>
  world.network.privateDnsZoneGroups.createOrUpdate(
    group,
    endpoint,
    'default',
    {
      privateDnsZoneConfigs: zoneIds.map((privateDnsZoneId) => ({
        name: privateDnsZoneId.split('/').at(-1)!.replaceAll('.', '-'),
        privateDnsZoneId,
      })),
    },
    poll,
  );

export const linkZone = (
  world: World,
  group: string,
  zone: string,
  networkId: string,
  {
    name = 'link',
    onWarning = () => {},
  }: {
    readonly name?: string;
    /** Of the write itself, not of what is polled after it. */
    readonly onWarning?: (warning: string) => void;
  } = {},
) =>
  world.privateDns.virtualNetworkLinks.createOrUpdate(
    group,
    zone,
    name,
    { location: 'global', virtualNetwork: { id: networkId }, registrationEnabled: false },
    {
      ...poll,
      onResponse: ({ headers }) => {
        const warning = headers.get('x-tombolo-warning');
        if (warning !== undefined) onWarning(warning);
      },
    },
  );
