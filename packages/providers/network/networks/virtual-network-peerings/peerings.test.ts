import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, createNetworkWorld, inGroup, networkBody } from '../../network.testkit.ts';

const hub = inGroup('virtualNetworks', 'hub');
const spoke = inGroup('virtualNetworks', 'spoke');
const third = inGroup('virtualNetworks', 'third');
const to = (id: string) => ({ properties: { remoteVirtualNetwork: { id }, allowForwardedTraffic: true } });
const hubToSpoke = `${hub}/virtualNetworkPeerings/to-spoke`;
const spokeToHub = `${spoke}/virtualNetworkPeerings/to-hub`;

type World = Awaited<ReturnType<typeof createNetworkWorld>>;

const createHubWorld = async () => {
  const world = await createNetworkWorld();
  await world.put(hub, networkBody('10.0.0.0/16'));
  await world.put(spoke, networkBody('10.1.0.0/16'));
  await world.put(third, networkBody('10.1.0.0/16'));
  return world;
};

test('a peering is Initiated alone, Connected with its counterpart, Disconnected after it', async () => {
  const world = await createHubWorld();
  const first = await world.put(hubToSpoke, to(spoke));
  assert.equal(first.json.properties.peeringState, 'Initiated');
  assert.deepEqual(first.json.properties.remoteVirtualNetworkAddressSpace.addressPrefixes, ['10.1.0.0/16']);
  assert.equal((await world.put(spokeToHub, to(hub))).json.properties.peeringState, 'Connected');
  assert.equal((await world.get(hubToSpoke)).json.properties.peeringState, 'Connected');
  assert.equal(
    (await world.get(hub)).json.properties.virtualNetworkPeerings[0].properties.peeringState,
    'Connected',
  );
  assert.equal((await world.remove(spokeToHub)).status, 200);
  assert.equal((await world.get(hubToSpoke)).json.properties.peeringState, 'Disconnected');
  assert.equal(codeOf(await world.put(spokeToHub, to(hub))), '400 RemotePeeringIsDisconnected');
  // What the refusal says to do.
  assert.equal((await world.put(hubToSpoke, to(spoke))).json.properties.peeringState, 'Initiated');
  assert.equal((await world.put(spokeToHub, to(hub))).json.properties.peeringState, 'Connected');
});

test('deleting a network disconnects what peers with it', async () => {
  const world = await createHubWorld();
  await world.put(hubToSpoke, to(spoke));
  await world.put(spokeToHub, to(hub));
  assert.equal((await world.remove(spoke)).status, 200);
  assert.equal((await world.get(hubToSpoke)).json.properties.peeringState, 'Disconnected');
});

test('overlapping address spaces are not peered, nor made to overlap later', async () => {
  const world = await createHubWorld();
  const same = await world.put(`${spoke}/virtualNetworkPeerings/p`, to(third));
  assert.equal(codeOf(same), '400 VnetAddressSpacesOverlap');
  await world.put(hubToSpoke, to(spoke));
  const second = await world.put(`${hub}/virtualNetworkPeerings/to-third`, to(third));
  assert.equal(codeOf(second), '400 VnetAddressSpaceOverlapsWithAlreadyPeeredVnet');
  assert.equal(
    codeOf(await world.put(hub, networkBody('10.1.0.0/16'))),
    '400 VnetAddressSpaceOverlapsWithAlreadyPeeredVnet',
  );
});

/** As the peering itself, its list and its network show it. */
const levelsOf = async ({ get }: World, network: string, peering: string) => {
  const inline = (await get(network)).json.properties.virtualNetworkPeerings;
  const listed = (await get(`${network}/virtualNetworkPeerings`)).json.value;
  const one = (await get(peering)).json;
  const levels = [one, inline[0], listed[0]].map(({ properties }) => properties.peeringSyncLevel);
  assert.equal(new Set(levels).size, 1, levels.join());
  return levels[0];
};

test('the peering of a grown network has its remote side to synchronize, and the other its own', async () => {
  const world = await createHubWorld();
  const created = await world.put(hubToSpoke, to(spoke));
  assert.equal(created.json.properties.peeringSyncLevel, 'RemoteNotInSync');
  assert.equal((await world.put(spokeToHub, to(hub))).json.properties.peeringSyncLevel, 'FullyInSync');
  const levels = async () => [
    await levelsOf(world, hub, hubToSpoke),
    await levelsOf(world, spoke, spokeToHub),
  ];
  assert.deepEqual(await levels(), ['FullyInSync', 'FullyInSync']);
  const grown = networkBody('10.1.0.0/16');
  grown.properties.addressSpace.addressPrefixes.push('10.2.0.0/16');
  await world.put(spoke, grown);
  assert.deepEqual(await levels(), ['LocalNotInSync', 'RemoteNotInSync']);
  assert.equal((await world.put(hubToSpoke, to(spoke))).json.properties.peeringSyncLevel, 'LocalNotInSync');
  const synchronized = await world.put(`${hubToSpoke}?syncRemoteAddressSpace=true`, to(spoke));
  assert.equal(synchronized.json.properties.peeringSyncLevel, 'FullyInSync');
  assert.deepEqual(await levels(), ['FullyInSync', 'FullyInSync']);
});

test('inline peerings of a network are created, kept and deleted by its PUT', async () => {
  const world = await createHubWorld();
  const body = networkBody('10.0.0.0/16');
  const inline = (peerings: readonly object[]) => ({
    ...body,
    properties: { ...body.properties, virtualNetworkPeerings: peerings as never },
  });
  const created = await world.put(hub, inline([{ name: 'to-spoke', ...to(spoke) }]));
  assert.equal(created.json.properties.virtualNetworkPeerings.length, 1);
  assert.equal((await world.put(hub, body)).json.properties.virtualNetworkPeerings.length, 1);
  assert.equal((await world.put(hub, inline([]))).json.properties.virtualNetworkPeerings.length, 0);
  assert.equal((await world.get(hubToSpoke)).status, 404);
});

test('R15: peering needs the permission on the remote network', async () => {
  const world = await createNetworkWorld({
    isAllowed: async (_, action) => action !== 'Microsoft.Network/virtualNetworks/peer/action',
  });
  await world.put(hub, networkBody('10.0.0.0/16'));
  await world.put(spoke, networkBody('10.1.0.0/16'));
  assert.equal(codeOf(await world.put(hubToSpoke, to(spoke))), '403 LinkedAuthorizationFailed');
});

test('a missing remote, the network itself and a second peering to one network are refused', async () => {
  const world = await createHubWorld();
  assert.equal(codeOf(await world.put(hubToSpoke, to(`${spoke}x`))), '400 InvalidResourceReference');
  assert.equal(codeOf(await world.put(hubToSpoke, to(hub))), '400 PeeringCannotBeChanged');
  await world.put(hubToSpoke, to(spoke));
  assert.equal(codeOf(await world.put(hubToSpoke, to(third))), '400 PeeringCannotBeChanged');
  const again = await world.put(`${hub}/virtualNetworkPeerings/again`, to(spoke));
  assert.equal(codeOf(again), '400 AnotherPeeringAlreadyReferencesRemoteVnet');
});
