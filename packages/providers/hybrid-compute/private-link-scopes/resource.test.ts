import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '@tombolo/store/port';
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

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('private link scopes', () => {
  test('a scope lives: PUT 200, GET, lists, PATCH, DELETE 202 and its operation', async () => {
    const world = await newWorld();
    const made = await putScope(world);
    assert.deepEqual(made.properties, {
      publicNetworkAccess: 'Disabled',
      provisioningState: 'Succeeded',
      privateLinkScopeId: (made.properties as { privateLinkScopeId: string }).privateLinkScopeId,
      privateEndpointConnections: [],
    });
    assert.match((made.properties as { privateLinkScopeId: string }).privateLinkScopeId, guid);
    for (const path of [
      `${hybrid}/privateLinkScopes`,
      `${subscription}/providers/microsoft.hybridcompute/privatelinkscopes`,
    ])
      assert.deepEqual(
        (await world.get(path)).json.value.map((scope: { id: string }) => scope.id),
        [scopeId],
      );
    const patched = await world.patch(scopeId, { tags: { sea: 'north' } });
    assert.deepEqual(patched.json.tags, { sea: 'north' });
    const opened = await world.patch(scopeId, { properties: { publicNetworkAccess: 'enabled' } });
    assert.equal(opened.json.properties.publicNetworkAccess, 'Enabled');
    assert.deepEqual(opened.json.tags, { sea: 'north' });
    const removed = await world.remove(scopeId);
    assert.equal(removed.status, 202);
    assert.match(
      removed.headers['azure-asyncoperation'] ?? '',
      /\/locations\/japaneast\/operationstatus\/[0-9a-f-]{36}\?/,
    );
    assert.match(removed.headers.location ?? '', /\/locations\/japaneast\/operationresults\/[0-9a-f-]{36}\?/);
    await world.settle();
    assert.equal((await world.get(removed.headers['azure-asyncoperation']!)).json.status, 'Succeeded');
    assert.equal((await world.get(removed.headers.location!)).status, 204);
    assert.equal((await world.get(scopeId)).json.error.code, 'ResourceNotFound');
    assert.equal((await world.remove(scopeId)).status, 204);
  });

  test('a list shows each scope with the connections of its own', async () => {
    const world = await newWorld();
    const second = scopeId.replace('dunes', 'reef');
    await putScope(world);
    await putScope(world, {}, second);
    await connectEndpoint(world, { toScope: second });
    const listed = await world.listAll(`${hybrid}/privateLinkScopes`);
    const counts = listed.map(({ name, properties }) => [
      name,
      (properties as { privateEndpointConnections: readonly unknown[] }).privateEndpointConnections.length,
    ]);
    assert.deepEqual(counts, [
      ['dunes', 0],
      ['reef', 1],
    ]);
  });

  test('R8: Disabled unless asked otherwise; other values are refused', async () => {
    const world = await newWorld();
    const opened = await putScope(world, { publicNetworkAccess: 'enabled' });
    assert.equal((opened.properties as { publicNetworkAccess: string }).publicNetworkAccess, 'Enabled');
    const put = (properties: object) =>
      world.put(scopeId, { location: 'japaneast', properties: properties as JsonObject });
    const other = await put({ publicNetworkAccess: 'SecuredByMoat' });
    assert.equal(other.status, 400);
    assert.equal(other.json.error.code, 'InvalidPublicNetworkAccess');
    const perimeter = await put({ publicNetworkAccess: 'securedByPerimeter' });
    assert.equal(perimeter.json.properties.publicNetworkAccess, 'SecuredByPerimeter');
    await put({ publicNetworkAccess: 'Enabled' });
    for (const without of [{}, { publicNetworkAccess: null }])
      assert.equal((await put(without)).json.properties.publicNetworkAccess, 'Disabled', 'a PUT says all');
  });

  test('serviceExtensions are kept and shown from their api-version on; earlier ones do not touch them', async () => {
    const world = await newWorld();
    const put = (apiVersion: string, properties: JsonObject) =>
      world.put(scopeId, { location: 'japaneast', properties }, { apiVersion });
    const serviceExtensions = [
      { serviceExtensionType: 'Sql', serviceExtensionPublicNetworkAccess: 'enabled' },
      { serviceExtensionType: 'Updates', serviceExtensionPublicNetworkAccess: 'Disabled' },
    ];
    const kept = serviceExtensions.map((extension, index) =>
      index === 0 ? { ...extension, serviceExtensionPublicNetworkAccess: 'Enabled' } : extension,
    );
    const made = await put('2026-09-01', { serviceExtensions });
    assert.deepEqual(made.json.properties.serviceExtensions, kept);
    for (const spelling of ['serviceExtensions', 'ServiceExtensions']) {
      const early = await put('2025-06-01', { [spelling]: [] });
      assert.equal(early.json.error.code, 'InvalidRequestContent');
      assert.match(early.json.error.message, /from api-version 2025-09-16-preview on/);
    }
    const older = await put('2025-01-13', { publicNetworkAccess: 'Enabled' });
    assert.equal('serviceExtensions' in older.json.properties, false);
    const shown = async (apiVersion: string) =>
      (await world.get(scopeId, { apiVersion })).json.properties.serviceExtensions;
    assert.equal(await shown('2025-01-13'), undefined);
    assert.deepEqual(await shown('2025-09-16-preview'), kept);
    assert.equal((await put('2026-09-01', {})).json.properties.serviceExtensions, undefined);
    const wrong = await put('2026-09-01', {
      serviceExtensions: [{ serviceExtensionPublicNetworkAccess: 'Half' }],
    });
    assert.equal(
      wrong.json.error.target,
      'properties.serviceExtensions[0].serviceExtensionPublicNetworkAccess',
    );
  });

  test('network security perimeters: no configuration is there, and writing one is the gap', async () => {
    const world = await newWorld();
    const configurations = `${scopeId}/networkSecurityPerimeterConfigurations`;
    await putScope(world);
    assert.deepEqual((await world.get(configurations)).json.value, []);
    assert.equal((await world.get(`${configurations}/some`)).status, 404);
    assert.equal((await world.post(`${configurations}/some/reconcile`)).status, 501);
  });

  test('R20: either way at any time, with the GUID kept and what clients echo ignored', async () => {
    const world = await newWorld();
    const made = await putScope(world);
    for (const publicNetworkAccess of ['Enabled', 'Disabled', 'Enabled']) {
      const { id: _, ...echoed } = (await world.get(scopeId)).json;
      const answer = await world.put(scopeId, {
        ...echoed,
        properties: { ...echoed.properties, publicNetworkAccess },
      });
      assert.equal(answer.status, 200);
      assert.equal(answer.json.properties.publicNetworkAccess, publicNetworkAccess);
      assert.equal(
        answer.json.properties.privateLinkScopeId,
        (made.properties as { privateLinkScopeId: string }).privateLinkScopeId,
      );
    }
  });

  test('deleting is refused while an endpoint connects, naming it; machines do not hold it', async () => {
    const world = await newWorld();
    await putScope(world);
    await putMachine(world, { privateLinkScopeResourceId: scopeId });
    await connectEndpoint(world);
    const refused = await world.remove(scopeId);
    assert.equal(refused.status, 409);
    assert.match(refused.json.error.message, /privateEndpoints\/pier/);
    assert.equal((await world.remove(endpointId)).status, 202);
    await world.settle();
    assert.deepEqual((await world.get(scopeId)).json.properties.privateEndpointConnections, []);
    assert.equal((await world.remove(scopeId)).status, 202);
    assert.equal((await world.get(machineId)).status, 200);
  });

  test('a rejected connection holds the scope, a removed one does not', async () => {
    const world = await newWorld();
    await putScope(world);
    await connectEndpoint(world);
    const connection = await onlyConnection(world);
    await world.put(connection.id, {
      properties: { privateLinkServiceConnectionState: { status: 'Rejected', description: 'no' } },
    });
    assert.equal((await world.remove(scopeId)).status, 409);
    assert.equal((await world.remove(connection.id)).status, 202);
    assert.equal((await world.remove(scopeId)).status, 202);
    await world.settle();
    const endpoint = (await world.get(endpointId)).json;
    const [item] = endpoint.properties.privateLinkServiceConnections;
    assert.equal(item.properties.privateLinkServiceConnectionState.status, 'Disconnected');
    assert.ok((await world.remove(endpointId)).status < 300);
    await world.settle();
    assert.equal((await world.get(endpointId)).status, 404);
    assert.deepEqual(world.failures, []);
  });

  test('a group with endpoint, network, scope and machine is deleted whole', async () => {
    const world = await newWorld();
    await putScope(world);
    await putMachine(world, { privateLinkScopeResourceId: scopeId });
    await connectEndpoint(world);
    const removed = await world.remove(group);
    await world.settle();
    assert.equal((await world.get(removed.headers.location!)).status, 200);
    assert.deepEqual(await world.store.list({ under: group }), []);
    assert.deepEqual(await world.store.claimsUnder(''), []);
    assert.deepEqual(world.failures, []);
  });

  test('a group whose scope an endpoint of another group uses is restored untouched', async () => {
    const world = await newWorld();
    const outside = `${subscription}/resourceGroups/dunes`;
    await world.put(outside, { location: 'japaneast' });
    const far = `${outside}/providers/Microsoft.HybridCompute/privateLinkScopes/far`;
    await putScope(world, {}, far);
    await putMachine(world, {}, `${outside}/providers/Microsoft.HybridCompute/machines/m`);
    await connectEndpoint(world, { toScope: far });
    const removed = await world.remove(outside);
    await world.settle();
    const result = await world.get(removed.headers.location!);
    assert.equal(result.json.error.code, 'ResourceGroupDeletionBlocked');
    assert.match(result.json.error.message, /privateEndpoints\/pier/i);
    assert.equal((await world.get(far)).json.properties.privateEndpointConnections.length, 1);
    assert.equal((await world.get(`${outside}/providers/Microsoft.HybridCompute/machines/m`)).status, 200);
  });

  test('250 scopes page through nextLink, each once', async () => {
    const world = await newWorld();
    for (let index = 0; index < 250; index += 1)
      await putScope(world, {}, `${hybrid}/privateLinkScopes/s${index}`);
    const all = await world.listAll(`${hybrid}/privateLinkScopes`);
    assert.equal(new Set(all.map((scope) => scope.id)).size, 250);
  });

  test('wrong input is refused by name', async () => {
    const world = await newWorld();
    const put = async (body: never) => (await world.put(scopeId, body)).json.error;
    const cases: readonly (readonly [unknown, string, string | undefined])[] = [
      [[], 'InvalidRequestContent', undefined],
      [{}, 'LocationRequired', 'location'],
      [{ location: 5 }, 'InvalidRequestContent', 'location'],
      [{ location: 'mars' }, 'LocationNotAvailableForResourceType', 'location'],
      [{ location: 'japaneast', properties: [] }, 'InvalidRequestContent', 'properties'],
      [
        { location: 'japaneast', properties: { publicNetworkAccess: 5 } },
        'InvalidRequestContent',
        'properties.publicNetworkAccess',
      ],
      [
        { location: 'japaneast', properties: { publicNetworkAcess: 'Enabled' } },
        'InvalidRequestContent',
        'properties.publicNetworkAcess',
      ],
      [{ location: 'japaneast', sku: {} }, 'InvalidRequestContent', 'sku'],
      [{ location: 'japaneast', tags: { a: 1 } }, 'InvalidRequestContent', 'tags'],
    ];
    for (const [body, code, target] of cases) {
      const error = await put(body as never);
      assert.equal(error.code, code, JSON.stringify(body));
      assert.equal(error.target, target, JSON.stringify(body));
    }
    assert.equal(
      (await world.put(`${hybrid}/privateLinkScopes/a b`, { location: 'japaneast' })).json.error.code,
      'InvalidResourceName',
    );
    assert.equal((await world.get(scopeId)).status, 404);
  });

  test('every write and read is authorized by its own action', async () => {
    const asked: string[] = [];
    let deny = false;
    const world = await newWorld({
      isAllowed: async (_, action, scope) => {
        if (deny) asked.push(`${action} ${scope.split('/').at(-1)}`);
        return !deny;
      },
    });
    await putScope(world);
    deny = true;
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE'] as const) {
      const answer = await world.send(method, scopeId, method === 'GET' ? undefined : {});
      assert.equal(answer.json.error.code, 'AuthorizationFailed');
    }
    await world.get(`${hybrid}/privateLinkScopes`);
    const type = 'Microsoft.HybridCompute/privateLinkScopes';
    assert.deepEqual(asked, [
      `${type}/read dunes`,
      `${type}/write dunes`,
      `${type}/write dunes`,
      `${type}/delete dunes`,
      `${type}/read island`,
    ]);
  });
});

describe('private link resources', () => {
  test('members and zones as the live service lists them', async () => {
    const world = await newWorld();
    await putScope(world);
    const [only] = (await world.get(`${scopeId}/privateLinkResources`)).json.value;
    assert.equal(only.name, 'hybridcompute');
    assert.deepEqual(only.properties, {
      groupId: 'hybridcompute',
      requiredMembers: [
        'HybridCompute.Global',
        'HybridCompute.Server',
        'HybridCompute.TokenService',
        'GuestConfig.GlobalService',
        'GuestConfig.AgentService.japaneast',
        'HybridCompute.K8sConfiguration',
      ],
      requiredZoneNames: [
        'privatelink.his.arc.azure.com',
        'privatelink.Guestconfiguration.azure.com',
        'privatelink.dp.kubernetesconfiguration.azure.com',
      ],
    });
    assert.deepEqual((await world.get(`${scopeId}/privateLinkResources/HybridCompute`)).json, only);
    assert.equal((await world.get(`${scopeId}/privateLinkResources/other`)).status, 404);
    assert.equal((await world.get(`${hybrid}/privateLinkScopes/none/privateLinkResources`)).status, 404);
  });
});

describe('gaps', () => {
  for (const path of [
    `${machineId}/licenseProfiles/default`,
    `${hybrid}/gateways/g`,
    `${hybrid}/licenses/l`,
  ]) {
    test(`${path.split('/').slice(8).join('/')} answers 501 by name`, async () => {
      const world = await newWorld();
      const answer = await world.get(path);
      assert.equal(answer.status, 501);
      assert.equal(answer.json.error.code, 'NotImplemented');
    });
  }
});
