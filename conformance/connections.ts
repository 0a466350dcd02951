/** The scope's side of a private endpoint: its connection, and what is decided about it. */

import assert from 'node:assert/strict';
import { poll } from './clients.ts';
import { all } from './expect.ts';
import type { World } from './world.ts';

/** The connection of the scope `scope` of this group, which has exactly one. */
export const onlyConnection = async (world: World, group: string) => {
  const { privateEndpointConnections: connections } = world.hybridCompute;
  const [connection, ...others] = await all(connections.listByPrivateLinkScope(group, 'scope'));
  assert.equal(others.length, 0);
  assert.ok(connection?.name);
  return { ...connection, name: connection.name };
};

/** Approves or rejects, with the description `<status> by test`. */
export const decide = (world: World, group: string, name: string, status: string) =>
  world.hybridCompute.privateEndpointConnections.beginCreateOrUpdateAndWait(
    group,
    'scope',
    name,
    { properties: { privateLinkServiceConnectionState: { status, description: `${status} by test` } } },
    poll,
  );
