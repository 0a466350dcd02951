/** A world with the network provider, a group, a network with a subnet, and a stand-in scope to connect to. */

import { defineResourceType, type Provider } from '@tombolo/arm';
import type { JsonObject } from '@tombolo/store/port';
import {
  type ArmWorld,
  type ArmWorldOptions,
  createArmWorld,
  subscriptionId,
} from '@tombolo/testkit/arm-world';
import { z } from 'zod';
import { networkProvider } from './manifest.ts';

export const group = `/subscriptions/${subscriptionId}/resourceGroups/rg`;
export const inGroup = (type: string, name: string): string =>
  `${group}/providers/Microsoft.Network/${type}/${name}`;
export const networkId = inGroup('virtualNetworks', 'vnet');
export const subnetId = `${networkId}/subnets/default`;
export const scopeId = `${group}/providers/Microsoft.HybridCompute/privateLinkScopes/scope`;
export const otherScopeId = `${group}/providers/Microsoft.HybridCompute/privateLinkScopes/other`;
export const hisZone = inGroup('privateDnsZones', 'privatelink.his.arc.azure.com');
export const gasZone = inGroup('privateDnsZones', 'privatelink.guestconfiguration.azure.com');

/** Scopes and connections are another provider's; these tests need them to be there only. */
const scopes: Provider = {
  namespace: 'Microsoft.HybridCompute',
  types: ['privateLinkScopes', 'privateLinkScopes/privateEndpointConnections'].map((name) =>
    defineResourceType<object>({
      type: `Microsoft.HybridCompute/${name}`,
      apiVersions: ['2025-01-13'],
      placement: name.includes('/') ? 'proxy' : 'tracked',
      properties: z.looseObject({}),
      put: ({ command }) => ({ properties: command.properties as JsonObject }),
      lists: ['resourceGroup'],
    }),
  ),
};

export const createNetworkWorld = async (
  options: Omit<ArmWorldOptions, 'providers'> = {},
): Promise<ArmWorld> => {
  const world = await createArmWorld({ ...options, providers: [networkProvider, scopes] });
  const scope = { location: 'japaneast', tags: {}, properties: { publicNetworkAccess: 'Disabled' } };
  await world.store.commit({
    puts: [
      {
        id: group,
        type: 'Microsoft.Resources/subscriptions/resourceGroups',
        body: { location: 'japaneast', tags: {}, properties: { provisioningState: 'Succeeded' } },
      },
      { id: scopeId, type: 'Microsoft.HybridCompute/privateLinkScopes', body: scope },
      { id: otherScopeId, type: 'Microsoft.HybridCompute/privateLinkScopes', body: scope },
    ],
  });
  return world;
};

export const networkBody = (
  prefix = '10.0.0.0/16',
  subnets: readonly JsonObject[] | undefined = undefined,
) => ({
  location: 'japaneast',
  properties: {
    addressSpace: { addressPrefixes: [prefix] },
    ...(subnets === undefined ? {} : { subnets }),
  },
});

export const subnetBody = (addressPrefix: string, more: JsonObject = {}): JsonObject => ({
  properties: { addressPrefix, ...more },
});

/** A world with network 10.0.0.0/16 and subnet 10.0.1.0/24 in Japan East. */
export const createPlacedWorld = async (
  options: Omit<ArmWorldOptions, 'providers'> = {},
): Promise<ArmWorld> => {
  const world = await createNetworkWorld(options);
  await world.put(networkId, networkBody('10.0.0.0/16', [{ name: 'default', ...subnetBody('10.0.1.0/24') }]));
  return world;
};

export const endpointBody = (
  more: JsonObject = {},
  list = 'privateLinkServiceConnections',
  target = scopeId,
) => ({
  location: 'japaneast',
  properties: {
    subnet: { id: subnetId },
    [list]: [{ name: 'arc', properties: { privateLinkServiceId: target, groupIds: ['hybridcompute'] } }],
    ...more,
  },
});

/** The codes of errors: what tests compare. */
export const codeOf = (answer: { readonly status: number; readonly json: unknown }): string => {
  const body = answer.json as { error?: { code?: string }; code?: string } | undefined;
  return `${answer.status} ${(body?.error ?? body)?.code ?? ''}`.trim();
};
