/** A group with a network, for tests that need private endpoints to scopes. */

import assert from 'node:assert/strict';
import type { JsonObject } from '@tombolo/store/port';
import {
  type ArmWorld,
  type ArmWorldOptions,
  createArmWorld,
  subscriptionId,
} from '@tombolo/testkit/arm-world';
import { providers } from '../index.ts';

export const subscription = `/subscriptions/${subscriptionId}`;
export const group = `${subscription}/resourceGroups/island`;
export const hybrid = `${group}/providers/Microsoft.HybridCompute`;
export const network = `${group}/providers/Microsoft.Network`;
export const scopeId = `${hybrid}/privateLinkScopes/dunes`;
export const machineId = `${hybrid}/machines/lighthouse`;
export const vmId = '55555555-5555-4555-8555-555555555555';

/** A follower-less world: endpoints are Succeeded as soon as their operation runs. */
export const newWorld = async (options: Omit<ArmWorldOptions, 'providers'> = {}): Promise<ArmWorld> => {
  const world = await createArmWorld({ providers, ...options });
  assert.equal((await world.put(group, { location: 'japaneast' })).status, 201);
  return world;
};

export const putScope = async (
  world: ArmWorld,
  properties: JsonObject = {},
  path = scopeId,
  location = 'japaneast',
): Promise<JsonObject> => {
  const answer = await world.put(path, { location, properties });
  assert.equal(answer.status, 200, JSON.stringify(answer.json));
  return answer.json;
};

export const putMachine = async (
  world: ArmWorld,
  properties: JsonObject = {},
  path = machineId,
): Promise<JsonObject> => {
  const body = {
    location: 'japaneast',
    identity: { type: 'SystemAssigned' },
    properties: { vmId, ...properties },
  };
  const answer = await world.put(path, body);
  assert.equal(answer.status, 200, JSON.stringify(answer.json));
  return answer.json;
};

export const endpointId = `${network}/privateEndpoints/pier`;

/** A network `shore` with subnet `quay` and the endpoint `pier` to the scope. */
export const connectEndpoint = async (
  world: ArmWorld,
  options: { readonly manual?: boolean; readonly path?: string; readonly toScope?: string } = {},
): Promise<JsonObject> => {
  const shore = `${network}/virtualNetworks/shore`;
  const made = await world.put(shore, {
    location: 'japaneast',
    properties: {
      addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
      subnets: [{ name: 'quay', properties: { addressPrefix: '10.0.1.0/24' } }],
    },
  });
  assert.ok(made.status < 300, JSON.stringify(made.json));
  const connections = [
    {
      name: 'link',
      properties: { groupIds: ['hybridcompute'], privateLinkServiceId: options.toScope ?? scopeId },
    },
  ];
  const list = options.manual ? 'manualPrivateLinkServiceConnections' : 'privateLinkServiceConnections';
  const answer = await world.put(options.path ?? endpointId, {
    location: 'japaneast',
    properties: { subnet: { id: `${shore}/subnets/quay` }, [list]: connections },
  });
  assert.ok(answer.status < 300, JSON.stringify(answer.json));
  await world.settle();
  return (await world.get(options.path ?? endpointId)).json;
};

/** The scope's only connection as its list shows it. */
export const onlyConnection = async (world: ArmWorld): Promise<{ readonly id: string } & JsonObject> => {
  const [connection, ...others] = (await world.get(`${scopeId}/privateEndpointConnections`)).json.value;
  assert.equal(others.length, 0);
  assert.ok(connection);
  return connection;
};
