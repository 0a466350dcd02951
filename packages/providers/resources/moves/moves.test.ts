/** Moving machines, scopes and networks between groups: what goes along, what speaks of it afterwards, and what cannot go. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { identityIdOf, identityType } from '@tombolo/hybrid-services/projection';
import type { JsonObject } from '@tombolo/store/port';
import type { Answer, ArmWorld } from '@tombolo/testkit/arm-world';
import {
  connectEndpoint,
  endpointId,
  group,
  machineId,
  network,
  newWorld,
  onlyConnection,
  putMachine,
  putScope,
  scopeId,
  subscription,
} from '../../hybrid-compute/topology.testkit.ts';

const other = `${subscription}/resourceGroups/mainland`;
const movedTo = (id: string): string => id.replace(group, other);
const codeOf = ({ status, json }: Answer): string => `${status} ${json?.error?.code}`;

const newMoveWorld = async (options: Parameters<typeof newWorld>[0] = {}): Promise<ArmWorld> => {
  const world = await newWorld(options);
  await world.put(other, { location: 'westeurope' });
  return world;
};
const ask = (world: ArmWorld, what: string, resources: readonly string[], targetResourceGroup = other) =>
  world.post(`${group}/${what}`, { resources, targetResourceGroup });
const move = async (world: ArmWorld, ...resources: readonly string[]): Promise<void> => {
  const accepted = await ask(world, 'moveResources', resources);
  assert.equal(accepted.status, 202, JSON.stringify(accepted.json));
  await world.settle();
  const done = await world.get(String(accepted.headers.location));
  assert.equal(done.status, 200, JSON.stringify(done.json));
};
const reasons = (answer: Answer): readonly string[] =>
  answer.json.error.details.map(({ code, target }: JsonObject) => `${code} ${target}`);
/** Nothing in the store speaks of it any more, but the activity log. */
const assertForgotten = async (world: ArmWorld, id: string): Promise<void> => {
  const text = JSON.stringify([await world.store.list({}), await world.store.claimsUnder('')]).toLowerCase();
  assert.equal(text.includes(`${id.toLowerCase()}"`) || text.includes(`${id.toLowerCase()}/`), false);
};

describe('a machine and its scope', () => {
  test('R2, R3: a moved scope keeps its machines, its connection and its network; all speak of its new id', async () => {
    const world = await newMoveWorld();
    const before = await putScope(world);
    await putMachine(world, { privateLinkScopeResourceId: scopeId });
    await connectEndpoint(world);
    const connection = await onlyConnection(world);
    await move(world, scopeId);
    assert.equal((await world.get(scopeId)).status, 404);
    const after = (await world.get(movedTo(scopeId))).json;
    assert.equal(after.location, before.location);
    assert.equal(after.properties.privateLinkScopeId, (before.properties as JsonObject).privateLinkScopeId);
    const machine = (await world.get(machineId)).json;
    assert.equal(machine.properties.privateLinkScopeResourceId, movedTo(scopeId));
    const endpoint = (await world.get(endpointId)).json;
    const [link] = endpoint.properties.privateLinkServiceConnections;
    assert.equal(link.properties.privateLinkServiceId, movedTo(scopeId));
    const [moved] = (await world.get(`${movedTo(scopeId)}/privateEndpointConnections`)).json.value;
    assert.equal(moved.name, connection.name);
    await assertForgotten(world, scopeId);
    assert.deepEqual(world.failures, []);
    // R1 holds on: the network is still of this scope, and the endpoint can be written and deleted.
    const second = `${group}/providers/Microsoft.HybridCompute/privateLinkScopes/second`;
    await putScope(world, {}, second);
    const refused = await world.put(`${network}/privateEndpoints/again`, {
      location: 'japaneast',
      properties: {
        subnet: { id: `${network}/virtualNetworks/shore/subnets/quay` },
        privateLinkServiceConnections: [
          { name: 'link', properties: { groupIds: ['hybridcompute'], privateLinkServiceId: second } },
        ],
      },
    });
    assert.ok(refused.status >= 400, 'R1');
    await world.remove(endpointId);
    await world.settle();
    assert.deepEqual((await world.get(`${movedTo(scopeId)}/privateEndpointConnections`)).json.value, []);
    assert.ok((await world.remove(movedTo(scopeId))).status < 300);
  });

  test('a moved machine keeps its association and its identity; roles given at it stay behind and are gone', async () => {
    const world = await newMoveWorld();
    await putScope(world);
    const before = await putMachine(world, { privateLinkScopeResourceId: scopeId });
    const role = `${machineId}/providers/Microsoft.Authorization/roleAssignments/77777777-7777-4777-8777-000000000001`;
    const reader = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7`;
    const principalId = String((before.identity as JsonObject).principalId);
    const given = await world.put(role, { properties: { roleDefinitionId: reader, principalId } });
    assert.equal(given.status, 201, JSON.stringify(given.json));
    await world.store.commit({
      puts: [
        {
          id: identityIdOf(machineId),
          type: identityType,
          body: { properties: { machineId } },
        },
      ],
    });
    await move(world, machineId);
    const after = (await world.get(movedTo(machineId))).json;
    assert.equal(after.properties.privateLinkScopeResourceId, scopeId);
    assert.equal(after.identity.principalId, principalId);
    const identity = await world.store.get(identityIdOf(movedTo(machineId)));
    assert.deepEqual(identity?.body, {
      properties: { machineId: movedTo(machineId) },
      formerIds: [identityIdOf(machineId)],
    });
    assert.equal((await world.get(movedTo(role))).status, 404);
    assert.deepEqual(await world.store.list({ under: machineId }), []);
    // Its identity is found in the directory: the role can be given anew.
    const again = await world.put(movedTo(role), { properties: { roleDefinitionId: reader, principalId } });
    assert.equal(again.status, 201, JSON.stringify(again.json));
    assert.equal(
      (await world.put(machineId, { location: 'japaneast', properties: {} })).status,
      200,
      'free again',
    );
  });

  test('a machine is known by the last sixteen of its former names', async () => {
    const world = await newMoveWorld();
    await putMachine(world);
    const formerIds = Array.from({ length: 16 }, (_, index) => `/former/${index}`);
    const body = { properties: { machineId }, formerIds };
    await world.store.commit({ puts: [{ id: identityIdOf(machineId), type: identityType, body }] });
    await move(world, machineId);
    const identity = await world.store.get(identityIdOf(movedTo(machineId)));
    assert.deepEqual(identity?.body.formerIds, [identityIdOf(machineId), ...formerIds.slice(0, 15)]);
  });

  test('several go at once; groups take no writes meanwhile, and do afterwards', async () => {
    const world = await newMoveWorld();
    await putScope(world);
    await putMachine(world, { privateLinkScopeResourceId: scopeId });
    assert.equal((await ask(world, 'moveResources', [scopeId, machineId])).status, 202);
    const locked = '409 ResourceGroupBeingMoved';
    assert.equal((await world.get(group)).json.properties.provisioningState, 'MovingResources');
    assert.equal((await world.get(scopeId)).status, 200, 'it can be read');
    assert.equal(codeOf(await world.remove(machineId)), locked);
    const elsewhere = { location: 'japaneast', properties: {} };
    assert.equal(codeOf(await world.put(movedTo(`${machineId}2`), elsewhere)), locked);
    assert.equal(codeOf(await world.remove(group)), locked);
    assert.equal(codeOf(await world.put(other, { location: 'westeurope' })), locked);
    assert.equal(codeOf(await ask(world, 'moveResources', [scopeId])), locked);
    await world.settle();
    assert.equal(
      (await world.get(movedTo(machineId))).json.properties.privateLinkScopeResourceId,
      movedTo(scopeId),
    );
    for (const one of [group, other])
      assert.equal((await world.get(one)).json.properties.provisioningState, 'Succeeded');
    assert.equal((await world.remove(group)).status, 202);
  });
});

describe('what cannot go', () => {
  test('is told with every reason, by validation as by the move, and nothing is moved', async () => {
    const world = await newMoveWorld();
    await putScope(world);
    await connectEndpoint(world);
    await world.put(movedTo(scopeId), { location: 'japaneast', properties: {} });
    const shore = `${network}/virtualNetworks/shore`;
    const { head } = world.store;
    const through = (await head.call(world.store)).through;
    for (const what of ['validateMoveResources', 'moveResources']) {
      const refused = await ask(world, what, [endpointId, scopeId, shore]);
      assert.equal(codeOf(refused), '409 ResourceMoveValidationFailed');
      const told = reasons(refused).map((reason) => reason.toLowerCase());
      for (const wanted of [
        `ResourceMoveNotSupported ${endpointId}`,
        `ResourceMoveNameConflict ${scopeId}`,
        `MissingMoveDependentResources ${shore}`,
      ])
        assert.ok(told.includes(wanted.toLowerCase()), `${wanted}: ${told}`);
    }
    assert.equal((await world.store.head()).through, through);
  });

  test('a name that is taken in a group of another subscription is seen before the move begins', async () => {
    const world = await newMoveWorld();
    await putScope(world);
    const elsewhere = '/subscriptions/99999999-9999-4999-8999-999999999999';
    await world.store.commit({
      puts: [
        { id: elsewhere, type: 'Microsoft.Resources/subscriptions', body: { tags: {}, properties: {} } },
      ],
    });
    const far = `${elsewhere}/resourceGroups/far`;
    assert.equal((await world.put(far, { location: 'japaneast' })).status, 201);
    await putScope(world, {}, scopeId.replace(group, far));
    assert.deepEqual(reasons(await ask(world, 'moveResources', [scopeId], far)), [
      `ResourceMoveNameConflict ${scopeId}`,
    ]);
  });

  test('a private endpoint that is not done yet holds its scope', async () => {
    const world = await newMoveWorld();
    await putScope(world);
    await connectEndpoint(world);
    const endpoint = (await world.store.get(endpointId))!;
    const properties = { ...(endpoint.body.properties as JsonObject), provisioningState: 'Updating' };
    await world.store.commit({ puts: [{ ...endpoint, body: { ...endpoint.body, properties } }] });
    assert.deepEqual(reasons(await ask(world, 'validateMoveResources', [scopeId])), [
      `MoveCannotProceedWithResourcesNotInSucceededState ${scopeId}`,
    ]);
  });

  test('requests that are none are refused before anything is looked at', async () => {
    const world = await newMoveWorld();
    await putScope(world);
    const refused = async (resources: readonly string[], target = other): Promise<string> =>
      codeOf(await ask(world, 'moveResources', resources, target));
    assert.equal(await refused([]), '400 InvalidRequestContent');
    assert.equal(await refused(Array.from({ length: 801 }, () => scopeId)), '400 InvalidRequestContent');
    assert.equal(await refused([scopeId], 'mainland'), '400 InvalidRequestContent');
    assert.equal(
      await refused([scopeId], `${subscription}/resourceGroups/none`),
      '404 ResourceGroupNotFound',
    );
    assert.equal(await refused([scopeId], group), '400 ResourceMoveTargetIsSource');
    assert.equal(await refused([machineId]), '404 ResourceNotFound');
    assert.equal(await refused([movedTo(scopeId)]), '400 ResourceMoveNotOfGroup');
    assert.equal(await refused([`${scopeId}/privateEndpointConnections/x`]), '400 ResourceMoveNotOfGroup');
    assert.equal(await refused([group]), '400 ResourceMoveNotOfGroup');
    assert.equal((await ask(world, 'validateMoveResources', [scopeId])).status, 204);
  });

  test('a text of slashes is refused without being gone through again and again', {
    timeout: 10_000,
  }, async () => {
    const world = await newMoveWorld();
    const slashes = `${'/'.repeat(500_000)}x`;
    assert.equal(codeOf(await ask(world, 'moveResources', [slashes])), '400 ResourceMoveNotOfGroup');
  });

  test('into a group that the caller may not write nothing goes', async () => {
    let open = true;
    const world = await newMoveWorld({
      isAllowed: async (_, action, scope) =>
        open || !(scope === other && /resourceGroups\/write$/.test(action)),
    });
    await putScope(world);
    open = false;
    const refused = await ask(world, 'moveResources', [scopeId]);
    assert.equal(codeOf(refused), '403 LinkedAuthorizationFailed');
  });
});

describe('networks', () => {
  test('groups of rules, routes and zones go alone; a network goes while nothing that stays stands in it', async () => {
    const world = await newMoveWorld();
    const nsg = `${network}/networkSecurityGroups/gate`;
    const zone = `${network}/privateDnsZones/privatelink.his.arc.azure.com`;
    const shore = `${network}/virtualNetworks/shore`;
    await world.put(nsg, { location: 'japaneast', properties: {} });
    await world.put(shore, {
      location: 'japaneast',
      properties: {
        addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
        subnets: [
          { name: 'quay', properties: { addressPrefix: '10.0.1.0/24', networkSecurityGroup: { id: nsg } } },
        ],
      },
    });
    await world.put(zone, { location: 'global' });
    const link = `${zone}/virtualNetworkLinks/shore`;
    const linked = await world.put(link, {
      location: 'global',
      properties: { virtualNetwork: { id: shore }, registrationEnabled: false },
    });
    assert.ok(linked.status < 300, JSON.stringify(linked.json));
    await world.settle();
    await move(world, shore, zone);
    const subnet = (await world.get(`${movedTo(shore)}/subnets/quay`)).json;
    assert.equal(subnet.properties.networkSecurityGroup.id, nsg);
    const there = (await world.get(movedTo(link))).json;
    assert.equal(there.properties.virtualNetwork.id, movedTo(shore));
    await assertForgotten(world, shore);
    assert.equal(codeOf(await world.remove(nsg)).startsWith('4'), true, 'still in use');
    await move(world, nsg);
    const after = (await world.get(`${movedTo(shore)}/subnets/quay`)).json;
    assert.equal(after.properties.networkSecurityGroup.id, movedTo(nsg));
    assert.deepEqual(world.failures, []);
  });
});
