/** `az network vnet`, `nsg`, `vnet subnet`, `vnet peering`. */

import { isObject } from '@tombolo/store/document';
import type { Json, JsonObject } from '@tombolo/store/port';
import type { AzCommand } from './session.ts';
import { askGroup, generated, networkId, pick, pickProperties } from './steps.ts';

const networks = generated('2024-05-01');
const groups = generated('2022-01-01');
const subnets = generated('2024-01-01');
const peerings = generated('2023-11-01');
const v1 = networkId('virtualNetworks/v1');
const v2 = networkId('virtualNetworks/v2');
const n1 = networkId('networkSecurityGroups/n1');
const r1 = `${n1}/securityRules/r1`;
const s1 = `${v1}/subnets/s1`;
const s2 = `${v1}/subnets/s2`;
const p12 = `${v1}/virtualNetworkPeerings/p12`;

const networkReads = [
  'id',
  'name',
  'location',
  'properties.provisioningState',
  'properties.addressSpace.addressPrefixes',
  'properties.subnets',
  'properties.subnets[].name',
  'properties.virtualNetworkPeerings',
];
const subnetMembers = [
  'addressPrefix',
  'delegations',
  'networkSecurityGroup',
  'privateEndpointNetworkPolicies',
  'privateLinkServiceNetworkPolicies',
];
export const subnetModel = (seen: JsonObject, more: JsonObject = {}): JsonObject => ({
  ...pick(seen, 'id', 'name', 'type'),
  properties: { ...pickProperties(seen, ...subnetMembers), ...more },
});

/** The command's model of a network: what it knows of the answer, and the change. */
const networkModel = (seen: JsonObject, dnsServers: readonly string[]): JsonObject => {
  const subnets = (seen.properties as JsonObject).subnets as readonly Json[];
  return {
    ...pick(seen, 'id', 'location', 'tags'),
    properties: {
      ...pickProperties(
        seen,
        'addressSpace',
        'enableDdosProtection',
        'privateEndpointVNetPolicies',
        'virtualNetworkPeerings',
      ),
      enableVmProtection: false,
      dhcpOptions: { dnsServers },
      subnets: subnets.filter(isObject).map((subnet) => subnetModel(subnet)),
    },
  };
};
const asksForServers = (wanted: readonly string[]) => (answer: JsonObject) => {
  const { dhcpOptions } = answer.properties as { dhcpOptions?: { dnsServers?: readonly string[] } };
  const found = dhcpOptions?.dnsServers ?? [];
  return found.join() === wanted.join() ? undefined : `the name servers are ${found.join()}`;
};

export const networkCommands: readonly AzCommand[] = [
  {
    line: 'az network vnet create -g g1 -n v1 --address-prefix 10.10.0.0/16 --subnet-name s1 --subnet-prefix 10.10.1.0/24 -l japaneast',
    steps: [
      networks.put(
        v1,
        {
          location: 'japaneast',
          properties: {
            addressSpace: { addressPrefixes: ['10.10.0.0/16'] },
            enableDdosProtection: false,
            enableVmProtection: false,
            subnets: [{ name: 's1', properties: { addressPrefix: '10.10.1.0/24' } }],
          },
        },
        { reads: networkReads },
      ),
    ],
  },
  {
    line: 'az network vnet create -g g1 -n v2 --address-prefix 10.20.0.0/16',
    steps: [
      askGroup,
      networks.put(v2, {
        location: 'japaneast',
        properties: {
          addressSpace: { addressPrefixes: ['10.20.0.0/16'] },
          enableDdosProtection: false,
          enableVmProtection: false,
        },
      }),
    ],
  },
  { line: 'az network vnet show -g g1 -n v1', steps: [networks.get(v1, { reads: networkReads })] },
  {
    line: 'az network vnet update -g g1 -n v1 --dns-servers 10.10.1.4',
    steps: [
      networks.get(v1),
      networks.put(v1, (seen) => networkModel(seen, ['10.10.1.4']), { check: asksForServers(['10.10.1.4']) }),
    ],
  },
  {
    line: "az network vnet update -g g1 -n v1 --dns-servers ''",
    steps: [
      networks.get(v1),
      networks.put(v1, (seen) => networkModel(seen, ['']), { check: asksForServers([]) }),
    ],
  },
  {
    line: 'az network nsg create -g g1 -n n1',
    steps: [
      askGroup,
      groups.put(n1, { location: 'japaneast' }, { reads: ['properties.defaultSecurityRules[].name'] }),
    ],
  },
  {
    line: 'az network nsg rule create -g g1 --nsg-name n1 -n r1 --priority 100 --direction Outbound --destination-address-prefixes AzureArcInfrastructure --destination-port-ranges 443 --protocol Tcp --access Allow',
    steps: [
      groups.put(r1, {
        name: 'r1',
        properties: {
          access: 'Allow',
          destinationAddressPrefix: 'AzureArcInfrastructure',
          destinationPortRange: '443',
          direction: 'Outbound',
          priority: 100,
          protocol: 'Tcp',
          sourceAddressPrefix: '*',
          sourcePortRange: '*',
        },
      }),
    ],
  },
  {
    line: 'az network nsg rule update -g g1 --nsg-name n1 -n r1 --priority 110',
    steps: [
      groups.get(r1, { reads: ['properties.priority', 'properties.access', 'properties.direction'] }),
      groups.put(r1, (seen) => ({
        ...pick(seen, 'id', 'name', 'type'),
        properties: {
          ...pickProperties(
            seen,
            'access',
            'destinationAddressPrefix',
            'destinationPortRange',
            'direction',
            'protocol',
            'sourceAddressPrefix',
            'sourcePortRange',
          ),
          priority: 110,
        },
      })),
    ],
  },
  {
    line: 'az network vnet subnet create -g g1 --vnet-name v1 -n s2 --address-prefixes 10.10.2.0/24',
    steps: [
      subnets.put(s2, {
        name: 's2',
        properties: {
          addressPrefix: '10.10.2.0/24',
          privateEndpointNetworkPolicies: 'Disabled',
          privateLinkServiceNetworkPolicies: 'Enabled',
        },
      }),
    ],
  },
  {
    line: 'az network vnet subnet update -g g1 --vnet-name v1 -n s2 --private-endpoint-network-policies Disabled',
    steps: [subnets.get(s2), subnets.put(s2, (seen) => subnetModel(seen))],
  },
  {
    line: 'az network vnet subnet show -g g1 --vnet-name v1 -n s2',
    steps: [subnets.get(s2, { reads: ['properties.addressPrefix', 'properties.delegations'] })],
  },
  {
    line: 'az network vnet subnet update -g g1 --vnet-name v1 -n s1 --network-security-group n1',
    steps: [
      subnets.get(s1),
      subnets.put(s1, (seen) => subnetModel(seen, { networkSecurityGroup: { id: n1 } }), {
        reads: ['properties.networkSecurityGroup.id'],
      }),
    ],
  },
  {
    line: 'az network vnet peering create -g g1 -n p12 --vnet-name v1 --remote-vnet v2 --allow-vnet-access',
    steps: [
      peerings.put(p12, {
        name: 'p12',
        properties: {
          allowForwardedTraffic: false,
          allowGatewayTransit: false,
          allowVirtualNetworkAccess: true,
          peerCompleteVnets: true,
          remoteVirtualNetwork: { id: v2 },
          useRemoteGateways: false,
        },
      }),
    ],
  },
  {
    line: 'az network vnet peering sync -g g1 --vnet-name v1 -n p12',
    steps: [
      peerings.get(p12, { reads: ['properties.remoteVirtualNetwork.id'] }),
      peerings.put(
        p12,
        (seen) => ({
          name: 'p12',
          properties: pickProperties(
            seen,
            'allowForwardedTraffic',
            'allowGatewayTransit',
            'allowVirtualNetworkAccess',
            'remoteVirtualNetwork',
            'useRemoteGateways',
          ),
        }),
        { query: 'syncRemoteAddressSpace=true&api-version=2023-11-01' },
      ),
    ],
  },
];

export const networkRemovals: readonly AzCommand[] = [
  {
    line: 'az network nsg rule delete -g g1 --nsg-name n1 -n r1',
    steps: [groups.remove(r1)],
  },
  {
    line: 'az network vnet subnet delete -g g1 --vnet-name v1 -n s1',
    steps: [subnets.remove(s1)],
  },
  { line: 'az network nsg delete -g g1 -n n1', steps: [groups.remove(n1)] },
  { line: 'az network vnet delete -g g1 -n v2', steps: [networks.remove(v2)] },
];
