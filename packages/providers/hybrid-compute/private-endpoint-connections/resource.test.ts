import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  connectEndpoint,
  endpointId,
  group,
  hybrid,
  machineId,
  newWorld,
  onlyConnection,
  putMachine,
  putScope,
  scopeId,
  subscription,
} from '../topology.testkit.ts';

const state = (status: string, description = 'because') => ({
  properties: { privateLinkServiceConnectionState: { status, description } },
});

describe('private endpoint connections, from the scope', () => {
  test('R15: a manual connection is Pending until approved; the scope and the endpoint show the same', async () => {
    const world = await newWorld();
    await putScope(world);
    await connectEndpoint(world, { manual: true });
    const pending = await onlyConnection(world);
    const shown = async () =>
      (await world.get(endpointId)).json.properties.manualPrivateLinkServiceConnections[0].properties
        .privateLinkServiceConnectionState.status;
    assert.equal(await shown(), 'Pending');
    for (const status of ['Approved', 'Rejected', 'Approved']) {
      const answer = await world.put(pending.id, state(status));
      assert.equal(answer.status, 200, JSON.stringify(answer.json));
      assert.equal(answer.json.properties.privateLinkServiceConnectionState.status, status);
      assert.equal(answer.json.properties.privateLinkServiceConnectionState.description, 'because');
      assert.equal(await shown(), status);
    }
  });

  test('an endpoint whose scope was made anew is not connected to the new one, whatever is written to it', async () => {
    const world = await newWorld();
    await putScope(world);
    await connectEndpoint(world);
    assert.equal((await world.remove((await onlyConnection(world)).id)).status, 202);
    assert.equal((await world.remove(scopeId)).status, 202);
    await world.settle();
    await putScope(world);
    const { json: endpoint } = await world.get(endpointId);
    const [item] = endpoint.properties.privateLinkServiceConnections;
    assert.equal(item.properties.privateLinkServiceConnectionState.status, 'Disconnected');
    const { subnet } = endpoint.properties;
    const request = { groupIds: ['hybridcompute'], privateLinkServiceId: scopeId };
    const again = await world.put(endpointId, {
      location: 'japaneast',
      properties: { subnet, privateLinkServiceConnections: [{ name: 'link', properties: request }] },
    });
    assert.equal(again.json.error.code, 'PrivateEndpointCannotBeUpdatedInDisconnectedState');
    assert.deepEqual((await world.get(`${scopeId}/privateEndpointConnections`)).json.value, []);
    // R1: it counts, and the scope made anew is another one.
    const second = endpointId.replace(/[^/]+$/, 'second');
    const body = {
      location: 'japaneast',
      properties: { subnet, privateLinkServiceConnections: [{ name: 'link', properties: request }] },
    };
    const { json: refused } = await world.put(second, body);
    assert.equal(refused.error.code, 'NetworkHasAnotherPrivateLinkScope');
    assert.match(refused.error.message, /pier' connected it to the scope of that name that has been deleted/);
    await world.remove(endpointId);
    await world.settle();
    assert.equal((await world.put(second, body)).status, 201);
  });

  test('R5: an approval whose zone group replaces another’s records warns of it', async () => {
    const world = await newWorld();
    await putScope(world);
    await connectEndpoint(world, { manual: true });
    const zone = `${group}/providers/Microsoft.Network/privateDnsZones/privatelink.his.arc.azure.com`;
    await world.put(zone, { location: 'global' });
    await world.put(`${zone}/A/gbl`, { properties: { ttl: 60, aRecords: [{ ipv4Address: '10.9.9.9' }] } });
    const config = { name: 'his', properties: { privateDnsZoneId: zone } };
    const grouped = await world.put(`${endpointId}/privateDnsZoneGroups/default`, {
      properties: { privateDnsZoneConfigs: [config] },
    });
    assert.equal(grouped.status, 201, JSON.stringify(grouped.json));
    assert.equal(grouped.headers['x-tombolo-warning'], undefined, 'nothing is written before the approval');
    const { id } = await onlyConnection(world);
    const approved = await world.put(id, state('Approved'));
    assert.match(
      approved.headers['x-tombolo-warning'] ?? '',
      /replaces 'gbl' of zone .* somebody by hand wrote/,
    );
    assert.equal((await world.put(id, state('Rejected'))).headers['x-tombolo-warning'], undefined);
  });

  test('only public fields are shown; link identifier, addresses and network stay inside', async () => {
    const world = await newWorld();
    await putScope(world);
    await connectEndpoint(world);
    const connection = (await world.get((await onlyConnection(world)).id)).json;
    assert.match(connection.name, /^pier\.[0-9a-f-]{36}$/);
    assert.deepEqual(Object.keys(connection.properties).sort(), [
      'groupIds',
      'privateEndpoint',
      'privateLinkServiceConnectionState',
      'provisioningState',
    ]);
    assert.equal(connection.properties.privateEndpoint.id, endpointId);
    const [projected] = (await world.get(scopeId)).json.properties.privateEndpointConnections;
    assert.deepEqual(projected.properties, connection.properties);
  });

  test('R15: removed by the provider, it vanishes from the scope and is Disconnected at the endpoint for good', async () => {
    const world = await newWorld();
    await putScope(world);
    await connectEndpoint(world);
    const { id } = await onlyConnection(world);
    const removed = await world.remove(id);
    assert.equal(removed.status, 202);
    assert.match(removed.headers['azure-asyncoperation'] ?? '', /\/locations\/japaneast\/operationstatus\//);
    await world.settle();
    assert.equal((await world.get(removed.headers['azure-asyncoperation']!)).json.status, 'Succeeded');
    assert.equal((await world.get(id)).status, 404);
    assert.deepEqual((await world.get(`${scopeId}/privateEndpointConnections`)).json.value, []);
    assert.deepEqual((await world.get(scopeId)).json.properties.privateEndpointConnections, []);
    assert.equal((await world.remove(id)).status, 204);
    const back = await world.put(id, state('Approved'));
    assert.equal(back.status, 404);
    const endpoint = (await world.get(endpointId)).json;
    const [item] = endpoint.properties.privateLinkServiceConnections;
    assert.equal(item.properties.privateLinkServiceConnectionState.status, 'Disconnected');
  });

  test('R15: nothing becomes Pending again, unknown states are refused, and no connection is made by hand', async () => {
    const world = await newWorld();
    await putScope(world);
    await connectEndpoint(world);
    const { id } = await onlyConnection(world);
    for (const status of ['Pending', 'Disconnected', 'Perhaps']) {
      const refused = await world.put(id, state(status));
      assert.equal(refused.status, 409, status);
      assert.equal(refused.json.error.code, 'PrivateEndpointConnectionStateNotAllowed');
    }
    assert.equal((await world.put(id, { properties: {} })).status, 400);
    assert.equal(
      (await world.put(`${scopeId}/privateEndpointConnections/mine`, state('Approved'))).status,
      404,
    );
  });
});

describe('validation details', () => {
  test('by GUID at a location and by machine: one line a member, link identifiers as decimal strings', async () => {
    const world = await newWorld();
    const scope = await putScope(world, { publicNetworkAccess: 'Enabled' });
    const { privateLinkScopeId } = scope.properties as { privateLinkScopeId: string };
    await connectEndpoint(world);
    await putMachine(world, { privateLinkScopeResourceId: scopeId });
    const path = (location: string, guid: string) =>
      `${subscription}/providers/Microsoft.HybridCompute/locations/${location}/privateLinkScopes/${guid}`;
    const byGuid = (await world.get(path('Japan%20East', privateLinkScopeId.toUpperCase()))).json;
    const byMachine = (await world.get(`${machineId}/privateLinkScopes/current`)).json;
    assert.equal(byMachine.id, scopeId);
    assert.equal(byGuid.publicNetworkAccess, 'Enabled');
    assert.deepEqual(byGuid.connectionDetails, byMachine.connectionDetails);
    assert.equal(byGuid.connectionDetails.length, 6);
    const connection = await onlyConnection(world);
    for (const detail of byGuid.connectionDetails) {
      assert.equal(detail.id, connection.id);
      assert.match(detail.linkIdentifier, /^\d+$/);
      assert.match(detail.privateIpAddress, /^10\.0\.1\.\d+$/);
      assert.equal(detail.groupId, 'hybridcompute');
    }
    assert.equal((await world.get(path('westeurope', privateLinkScopeId))).status, 404);
    assert.equal((await world.get(path('japaneast', '00000000-0000-4000-8000-000000000000'))).status, 404);
    await world.put(connection.id, state('Rejected'));
    assert.deepEqual((await world.get(`${machineId}/privateLinkScopes/current`)).json.connectionDetails, []);
  });

  test('a machine of no scope, or of a deleted one, has none, and the answer says which', async () => {
    const world = await newWorld();
    await putScope(world);
    await putMachine(world);
    const path = `${machineId}/privateLinkScopes/current`;
    assert.match((await world.get(path)).json.error.message, /associated with none/);
    await world.patch(machineId, { properties: { privateLinkScopeResourceId: scopeId } });
    await world.remove(scopeId);
    assert.match((await world.get(path)).json.error.message, /was deleted/);
    assert.equal((await world.get(`${hybrid}/machines/none/privateLinkScopes/current`)).status, 404);
  });
});
