import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { identityIdOf, identityType } from '@tombolo/hybrid-services/projection';
import { heartbeatKey } from '@tombolo/store/heartbeat-fact';
import type { ArmWorld } from '@tombolo/testkit/arm-world';
import { tenantId } from '@tombolo/testkit/arm-world';
import {
  group,
  hybrid,
  machineId,
  newWorld,
  putMachine,
  putScope,
  scopeId,
  subscription,
  vmId,
} from '../topology.testkit.ts';
import { types } from '../types.ts';

const minute = 60_000;
const beat = (world: ArmWorld, value: Record<string, string | object>): Promise<void> =>
  world.store.recordFacts([{ key: heartbeatKey(machineId), at: world.now(), value: value as never }]);
const associate = (world: ArmWorld, scope: string | null) =>
  world.patch(machineId, { properties: { privateLinkScopeResourceId: scope } });

describe('machines', () => {
  test('a machine lives: PUT 200, GET, lists, PATCH, DELETE 200 then 204', async () => {
    const world = await newWorld();
    const made = await putMachine(world, {
      clientPublicKey: 'key',
      osName: 'debian',
      osType: 'linux',
      agentVersion: '1.67.0',
      detectedProperties: { cloudprovider: 'N/A' },
      locationData: { name: 'Hamburg', city: 'Hamburg' },
      agentConfiguration: { proxyBypass: ['Arc'], extensionsAllowList: [{ publisher: 'P', type: 'T' }] },
    });
    const { identity, properties } = made as never as {
      identity: { principalId: string };
      properties: Record<string, unknown>;
    };
    assert.match(identity.principalId, /^[0-9a-f-]{36}$/);
    assert.deepEqual(made.identity, { type: 'SystemAssigned', principalId: identity.principalId, tenantId });
    assert.equal(properties.vmId, vmId);
    assert.equal(properties.displayName, 'lighthouse');
    assert.equal(properties.provisioningState, 'Creating', 'until its agent comes');
    assert.equal((await world.get(`${hybrid}/machines`)).json.value.length, 1);
    const patched = await world.patch(machineId, {
      tags: { a: '1' },
      properties: { locationData: { name: 'Kiel', city: null } },
    });
    assert.deepEqual(patched.json.properties.locationData, { name: 'Kiel' });
    assert.equal(patched.json.properties.clientPublicKey, 'key');
    assert.deepEqual(patched.json.identity, made.identity);
    assert.equal((await world.remove(machineId)).status, 200);
    assert.equal((await world.remove(machineId)).status, 204);
  });

  test('a PUT of another client keeps identity, key and what the agent reported, and replaces the rest', async () => {
    const world = await newWorld();
    const made = await putMachine(world, {
      clientPublicKey: 'key',
      osName: 'debian',
      locationData: { name: 'Hamburg' },
      privateLinkScopeResourceId: (await putScope(world)).id,
    });
    const answer = await world.put(machineId, { location: 'japaneast', tags: { a: '1' } });
    assert.deepEqual(answer.json.identity, made.identity);
    assert.equal(answer.json.properties.vmId, vmId);
    assert.equal(answer.json.properties.clientPublicKey, 'key');
    assert.equal(answer.json.properties.osName, 'debian');
    assert.equal(answer.json.properties.locationData, undefined);
    assert.equal(
      answer.json.properties.privateLinkScopeResourceId,
      scopeId,
      'a write that does not speak of it',
    );
  });

  test('another key or vmId on an existing machine is a conflict', async () => {
    const world = await newWorld();
    await putMachine(world, { clientPublicKey: 'key' });
    for (const properties of [
      { clientPublicKey: 'other' },
      { vmId: '66666666-6666-4666-8666-666666666666' },
    ]) {
      const refused = await world.put(machineId, { location: 'japaneast', properties });
      assert.equal(refused.status, 409);
      assert.equal(refused.json.error.code, 'HCRP409');
    }
    assert.equal(
      (await world.put(machineId, { location: 'japaneast', properties: { vmId: vmId.toUpperCase() } }))
        .status,
      200,
    );
  });

  test('made ahead of its agent: identity, tags and scope at once; one agent of two takes it over', async () => {
    const world = await newWorld();
    await putScope(world);
    const ahead = {
      location: 'japaneast',
      tags: { owner: 'harbour' },
      identity: { type: 'SystemAssigned' },
      properties: { privateLinkScopeResourceId: scopeId },
    };
    const made = (await world.put(machineId, ahead)).json;
    assert.equal(made.properties.status, 'AwaitingConnection');
    assert.equal(made.properties.provisioningState, 'Creating');
    assert.equal(made.properties.vmId, undefined);
    assert.match(made.identity.principalId, /^[0-9a-f-]{36}$/);
    const agent = (digit: string) =>
      world.put(machineId, {
        location: 'japaneast',
        properties: { vmId: vmId.replaceAll('5', digit), clientPublicKey: `key ${digit}` },
      });
    const answers = await Promise.all([agent('6'), agent('7')]);
    const [winner] = answers.filter(({ status }) => status === 200);
    const [loser] = answers.filter(({ status }) => status === 409);
    assert.equal(loser?.json.error.code, 'HCRP409');
    assert.equal(winner?.json.properties.privateLinkScopeResourceId, scopeId);
    assert.equal(winner?.json.identity.principalId, made.identity.principalId);
    const key = (await world.get(machineId)).json.properties.clientPublicKey;
    assert.equal(key, winner?.json.properties.clientPublicKey);
  });

  test('R2: associating again moves it; null and empty clear it', async () => {
    const world = await newWorld();
    const other = `${hybrid}/privateLinkScopes/other`;
    await putScope(world);
    await putScope(world, {}, other);
    await putMachine(world, { privateLinkScopeResourceId: scopeId.toUpperCase() });
    const associated = async () => (await world.get(machineId)).json.properties.privateLinkScopeResourceId;
    assert.equal(await associated(), scopeId, 'in the case of the scope itself');
    assert.equal((await associate(world, other)).status, 200);
    assert.equal(await associated(), other);
    assert.equal((await associate(world, null)).status, 200);
    assert.equal(await associated(), undefined);
    await associate(world, scopeId);
    await world.put(machineId, { location: 'japaneast', properties: { privateLinkScopeResourceId: '' } });
    assert.equal(await associated(), undefined);
  });

  test('R2: a deleted scope stays named until the association is cleared', async () => {
    const world = await newWorld();
    await putScope(world);
    await putMachine(world, { privateLinkScopeResourceId: scopeId });
    await world.remove(scopeId);
    assert.equal(
      (await world.patch(machineId, { tags: { a: '1' } })).json.properties.privateLinkScopeResourceId,
      scopeId,
    );
    assert.equal((await associate(world, null)).json.properties.privateLinkScopeResourceId, undefined);
    assert.equal((await associate(world, scopeId)).json.error.code, 'PrivateLinkScopeNotFound');
  });

  test('R2, R3: a scope made anew under the name gets no machines of its predecessor that are not associated again', async () => {
    let mayRead = true;
    const world = await newWorld({
      isAllowed: async (_, action) => mayRead || action !== 'Microsoft.HybridCompute/privateLinkScopes/read',
    });
    await putScope(world);
    const made = await putMachine(world, { privateLinkScopeResourceId: scopeId });
    const guid = async () => (await world.store.get(machineId))!.body.properties as Record<string, string>;
    const first = (await guid()).privateLinkScopeGuid;
    assert.equal('privateLinkScopeGuid' in (made.properties as object), false, 'it stays inside');
    const details = () => world.get(`${machineId}/privateLinkScopes/current`);
    assert.equal((await details()).status, 200);
    const remake = async (location: string) => {
      await world.remove(scopeId);
      await world.settle();
      await putScope(world, { publicNetworkAccess: 'Enabled' }, scopeId, location);
    };
    await remake('westeurope');
    const put = (properties: object) =>
      world.put(machineId, { location: 'japaneast', properties: properties as never });
    const echoed = (await world.get(machineId)).json.properties;
    assert.equal((await put(echoed)).json.error.code, 'PrivateLinkScopeRegionMismatch');
    await remake('japaneast');
    assert.equal((await details()).status, 404);
    for (const silent of [await put({}), await world.patch(machineId, { tags: { a: '1' } })]) {
      assert.equal(silent.json.properties.privateLinkScopeResourceId, scopeId);
      assert.equal((await guid()).privateLinkScopeGuid, first, 'still the one that is gone');
    }
    mayRead = false;
    assert.equal((await world.patch(machineId, { tags: { a: '2' } })).status, 200);
    assert.equal((await associate(world, scopeId)).json.error.code, 'LinkedAuthorizationFailed');
    mayRead = true;
    assert.equal((await associate(world, scopeId)).status, 200);
    assert.notEqual((await guid()).privateLinkScopeGuid, first);
    assert.equal((await details()).status, 200);
  });

  test('R3: machine and scope are in one region', async () => {
    const world = await newWorld();
    await putScope(world, {}, scopeId, 'westeurope');
    await putMachine(world);
    const refused = await associate(world, scopeId);
    assert.equal(refused.status, 400);
    assert.equal(refused.json.error.code, 'PrivateLinkScopeRegionMismatch');
    assert.equal(
      (await associate(world, `${group}/providers/Microsoft.Network/virtualNetworks/v`)).status,
      400,
    );
    assert.equal(
      (await associate(world, 'no id at all')).json.error.code,
      'InvalidPrivateLinkScopeResourceId',
    );
  });

  test('R15: associating needs privateLinkScopes/read on the scope, and tells nothing of it without', async () => {
    let mayRead = true;
    const world = await newWorld({
      isAllowed: async (_, action) => mayRead || action !== 'Microsoft.HybridCompute/privateLinkScopes/read',
    });
    await putScope(world);
    await putMachine(world);
    mayRead = false;
    for (const scope of [scopeId, `${hybrid}/privateLinkScopes/none`]) {
      const refused = await associate(world, scope);
      assert.equal(refused.status, 403);
      assert.equal(refused.json.error.code, 'LinkedAuthorizationFailed');
    }
    assert.equal((await associate(world, null)).status, 200);
  });

  test('status follows heartbeats and the clock, and what they report is shown', async () => {
    const world = await newWorld();
    await putMachine(world);
    const shown = async () => (await world.get(machineId)).json.properties;
    assert.equal((await shown()).status, 'AwaitingConnection');
    assert.equal((await shown()).provisioningState, 'Creating');
    world.advance(minute);
    await beat(world, {
      status: 'Connected',
      agentVersion: '1.68.1',
      osName: 'debian',
      machineFqdn: 'l.example',
    });
    assert.equal((await shown()).status, 'Connected');
    assert.equal((await shown()).provisioningState, 'Succeeded');
    assert.equal((await shown()).agentVersion, '1.68.1');
    assert.equal((await shown()).machineFqdn, 'l.example');
    assert.equal((await shown()).lastStatusChange, '2026-01-01T00:01:00.000Z');
    world.advance(15 * minute);
    assert.equal((await shown()).status, 'Disconnected');
    assert.equal((await shown()).lastStatusChange, '2026-01-01T00:16:00.000Z');
    await beat(world, { status: 'Error', errorCode: 'AZCM0026', errorDetails: 'no way' });
    assert.deepEqual((await shown()).errorDetails, [{ code: 'AZCM0026', message: 'no way' }]);
    world.advance(46 * 1440 * minute);
    assert.equal((await shown()).status, 'Expired');
    await world.remove(machineId);
    await putMachine(world);
    assert.equal((await shown()).status, 'AwaitingConnection', 'a new machine is not its predecessor');
    assert.equal((await shown()).provisioningState, 'Creating');
  });

  test('a fleet that the clock alone changes costs no commit, and shows it where it is read', async () => {
    const world = await newWorld();
    await putMachine(world);
    const { body } = (await world.store.get(machineId))!;
    const ids = Array.from({ length: 1_200 }, (_, index) => `${hybrid}/machines/server-${index}`);
    await world.store.commit({ puts: ids.map((id) => ({ id, type: types.machine, body })) });
    const head = await world.store.head();
    const all = [machineId, ...ids];
    const value = { status: 'Connected', since: world.now() };
    await world.store.recordFacts(all.map((id) => ({ key: heartbeatKey(id), at: world.now(), value })));
    const statuses = async () => {
      const machines = await world.listAll(`${hybrid}/machines`);
      assert.equal(machines.length, all.length);
      return [...new Set(machines.map(({ properties }) => (properties as { status: string }).status))];
    };
    const read = await world.get(machineId);
    assert.deepEqual(await statuses(), ['Connected']);
    world.advance(15 * minute);
    assert.deepEqual(await statuses(), ['Disconnected']);
    const etag = read.headers.etag!;
    const again = await world.get(machineId, { headers: { 'if-none-match': etag } });
    assert.deepEqual([again.status, again.headers.etag], [200, etag], 'it shows something else');
    assert.equal(again.json.properties.status, 'Disconnected');
    world.advance(45 * 1440 * minute);
    assert.deepEqual(await statuses(), ['Expired']);
    assert.deepEqual(await world.store.head(), head);
  });

  test('networkProfile is what the agent reported, else empty', async () => {
    const world = await newWorld();
    await putMachine(world);
    const path = `${machineId}/networkProfile`;
    assert.deepEqual((await world.get(path)).json, { networkInterfaces: [] });
    const networkProfile = {
      networkInterfaces: [
        {
          ipAddresses: [
            { address: '10.0.0.9', ipAddressVersion: 'IPv4', subnet: { addressPrefix: '10.0.0.0/24' } },
          ],
        },
      ],
    };
    await beat(world, { status: 'Connected', networkProfile });
    assert.deepEqual((await world.get(path)).json, networkProfile);
    assert.equal((await world.get(`${hybrid}/machines/none/networkProfile`)).status, 404);
  });

  test('deleting takes the identity with it', async () => {
    const world = await newWorld();
    await putMachine(world);
    await world.store.commit({
      puts: [
        {
          id: identityIdOf(machineId),
          type: identityType,
          body: { properties: {} },
        },
      ],
    });
    await world.remove(machineId);
    assert.equal(await world.store.get(identityIdOf(machineId)), undefined);
  });

  test('every api-version that clients send is served; a newer one as our newest, which says so', async () => {
    const world = await newWorld();
    await putMachine(world);
    for (const version of [
      '2019-12-12',
      '2020-08-02',
      '2021-05-20',
      '2022-03-10',
      '2022-11-10',
      '2022-12-27',
      '2024-03-31-preview',
      '2024-07-10',
      '2025-01-13',
      '2026-06-16-preview',
      '2026-09-01',
    ])
      assert.equal((await world.get(machineId, { apiVersion: version })).status, 200, version);
    const newer = await world.get(machineId, { apiVersion: '2031-01-01' });
    assert.equal(newer.headers['x-tombolo-api-version-served'], '2026-09-01');
    assert.equal(
      (await world.get(machineId, { apiVersion: '2018-01-01' })).json.error.code,
      'NoRegisteredProviderFound',
    );
    const tolerant = await world.put(
      machineId,
      { location: 'japaneast', properties: { notYetKnown: 1 }, notKnownEither: true },
      { apiVersion: '2031-01-01' },
    );
    assert.equal(tolerant.status, 200);
    assert.match(tolerant.headers['x-tombolo-ignored-properties'] ?? '', /notKnownEither.*notYetKnown/);
  });

  test('names within properties are of any case in PUT and PATCH; unknown ones are named', async () => {
    const world = await newWorld();
    const made = await world.put(machineId, {
      location: 'japaneast',
      properties: { locationData: { NAME: 'Kiel', City: 'Kiel', street: 'Ufer' } },
    });
    const locationData = { name: 'Kiel', city: 'Kiel' };
    assert.deepEqual(made.json.properties.locationData, locationData);
    assert.equal(made.headers['x-tombolo-ignored-properties'], 'properties.locationData.street');
    const patched = await world.patch(machineId, { properties: { LocationData: { CITY: null, road: 1 } } });
    assert.deepEqual(patched.json.properties.locationData, { name: 'Kiel' });
    assert.equal(patched.headers['x-tombolo-ignored-properties'], 'properties.locationData.road');
    const { id: _, ...echoed } = patched.json;
    const again = await world.put(machineId, echoed);
    assert.equal(again.headers['x-tombolo-ignored-properties'], undefined);
  });

  test('$expand=instanceView asks for what is always shown; anything else is said to be passed over', async () => {
    const world = await newWorld();
    await putMachine(world);
    const warned = async (path: string) => (await world.get(path)).headers['x-tombolo-warning'];
    assert.equal(await warned(`${machineId}?$expand=instanceView`), undefined);
    assert.equal(await warned(`${hybrid}/machines?$expand=InstanceView`), undefined);
    assert.match(
      (await warned(`${machineId}?$expand=userData`)) ?? '',
      /^\$expand is not implemented for .*machines/,
    );
    assert.equal(await warned(machineId), undefined);
    assert.equal(await warned(`${group}/resources?$expand=createdTime`), undefined);
  });

  test('wrong input is refused by name', async () => {
    const world = await newWorld();
    for (const [properties, target] of [
      [{ vmId: 'x' }, 'properties.vmId'],
      [{ detectedProperties: { a: 1 } }, 'properties.detectedProperties.a'],
      [{ agentConfiguration: { proxyBypass: 'Arc' } }, 'properties.agentConfiguration.proxyBypass'],
      [{ privateLinkScopeResourceId: 5 }, 'properties.privateLinkScopeResourceId'],
      [{ vmid2: 'x' }, 'properties.vmid2'],
      [{ locationData: { city: 'x' } }, 'properties.locationData.name'],
    ] as const) {
      const refused = await world.put(machineId, { location: 'japaneast', properties });
      assert.equal(refused.status, 400);
      assert.equal(refused.json.error.target, target);
    }
    const long = `${hybrid}/machines/${'m'.repeat(55)}`;
    assert.equal((await world.put(long, { location: 'japaneast' })).json.error.code, 'InvalidResourceName');
  });
});

test('an extension that a machine lacks is refused in the service’s code, one of no machine in Resource Manager’s', async () => {
  const world = await newWorld();
  const extension = `${machineId}/extensions/AzureMonitorLinuxAgent`;
  assert.equal((await world.get(extension)).json.error.code, 'ResourceNotFound');
  await putMachine(world);
  const { status, json } = await world.get(extension);
  assert.deepEqual([status, json.error.code], [404, 'HCRP404']);
});

test('lists of what there cannot be are empty, below a machine that is there; writing is the gap', async () => {
  const world = await newWorld();
  const below = ['licenseProfiles'].map((name) => `${machineId}/${name}`);
  for (const list of below) assert.equal((await world.get(list)).status, 404, list);
  await putMachine(world);
  const around = ['licenses', 'gateways'].flatMap((name) => [
    `${hybrid}/${name}`,
    `${subscription}/providers/Microsoft.HybridCompute/${name}`,
  ]);
  for (const list of [...below, ...around]) {
    const { status, json } = await world.get(list);
    assert.deepEqual([status, json], [200, { value: [] }], list);
  }
  for (const id of [`${below[0]}/default`, `${hybrid}/licenses/esu`])
    assert.equal(
      (await world.put(id, { location: 'japaneast', properties: {} })).json.error.code,
      'NotImplemented',
    );
});

test('operations are listed by action', async () => {
  const world = await newWorld();
  const names = (await world.listAll('/providers/Microsoft.HybridCompute/operations')).map(
    ({ name }) => name,
  );
  for (const action of ['machines/read', 'machines/write', 'machines/delete', 'privateLinkScopes/write'])
    assert.ok(names.includes(`Microsoft.HybridCompute/${action}`), action);
  assert.equal(new Set(names).size, names.length);
});
