/** What clients read of Microsoft.Authorization beside roles: their own permissions, actions, and lists that are empty here. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { roleNames } from '@tombolo/identity/roles';
import type { JsonObject } from '@tombolo/store/port';
import { createArmWorld, owner, subscriptionId } from '@tombolo/testkit/arm-world';
import { providers } from '../index.ts';

const subscription = `/subscriptions/${subscriptionId}`;
const group = `${subscription}/resourceGroups/island`;
const at = (scope: string, what: string): string => `${scope}/providers/Microsoft.Authorization/${what}`;
const guid = (last: number): string => `77777777-7777-4777-8777-${String(last).padStart(12, '0')}`;

const newWorld = async () => {
  const world = await createArmWorld({ providers });
  await world.put(group, { location: 'japaneast' });
  const assign = async (scope: string, role: string, principalId: string, last: number) => {
    const properties = { roleDefinitionId: role, principalId, principalType: 'ServicePrincipal' };
    const answer = await world.put(at(scope, `roleAssignments/${guid(last)}`), { properties });
    assert.equal(answer.status, 201, JSON.stringify(answer.json));
  };
  return { world, assign };
};

test('permissions are the caller’s own, at the scope and above it, and tell nobody what is there', async () => {
  const { world, assign } = await newWorld();
  const role = at(subscription, `roleDefinitions/${guid(1)}`);
  await world.put(role, {
    properties: {
      roleName: 'Lamp keeper',
      type: 'CustomRole',
      permissions: [{ actions: ['Microsoft.HybridCompute/*'], notActions: ['*/delete'] }],
      assignableScopes: [subscription],
    },
  });
  await assign(subscription, at('', `roleDefinitions/${roleNames.reader}`), owner.objectId, 2);
  await assign(group, role, owner.objectId, 3);
  await assign(group, at('', `roleDefinitions/${roleNames.owner}`), guid(9), 4);
  const actions = async (scope: string): Promise<unknown> => {
    const { status, json } = await world.get(at(scope, 'permissions'));
    assert.equal(status, 200);
    return json.value.map((permission: JsonObject) => permission.actions);
  };
  assert.deepEqual(await actions(group), [['Microsoft.HybridCompute/*'], ['*/read']]);
  assert.deepEqual(await actions(`${group}/providers/Microsoft.HybridCompute/machines/none`), [
    ['Microsoft.HybridCompute/*'],
    ['*/read'],
  ]);
  assert.deepEqual(await actions(subscription), [['*/read']]);
  assert.deepEqual(await actions(''), []);
  const stranger = { ...owner, objectId: guid(8) };
  for (const scope of [group, `${subscription}/resourceGroups/none`]) {
    const { status, json } = await world.get(at(scope, 'permissions'), { principal: stranger });
    assert.deepEqual([status, json.value], [200, []], scope);
  }
});

test('permissions leave out what a role assignment with a condition would grant: it lets nothing through', async () => {
  const { world } = await newWorld();
  const properties = {
    roleDefinitionId: at('', `roleDefinitions/${roleNames.reader}`),
    principalId: owner.objectId,
    principalType: 'ServicePrincipal',
    condition: "@Resource[Microsoft.Storage/storageAccounts:name] StringEquals 'lamp'",
    conditionVersion: '2.0',
  };
  assert.equal((await world.put(at(group, `roleAssignments/${guid(2)}`), { properties })).status, 201);
  assert.deepEqual((await world.get(at(group, 'permissions'))).json.value, []);
});

test('providerOperations: what each type of each namespace can do', async () => {
  const { world } = await newWorld();
  const all = await world.get(at('', 'providerOperations'), { apiVersion: '2022-04-01' });
  assert.deepEqual(
    all.json.value.map(({ name }: JsonObject) => name),
    providers.map(({ namespace }) => namespace),
  );
  const one = await world.get(at('', 'providerOperations/microsoft.hybridcompute'));
  const machines = one.json.resourceTypes.find(({ name }: JsonObject) => name === 'machines');
  assert.ok(
    machines.operations.some(({ name }: JsonObject) => name === 'Microsoft.HybridCompute/machines/write'),
  );
  assert.equal((await world.get(at('', 'providerOperations/Microsoft.Lamps'))).status, 404);
});

test('nothing is denied, nobody is eligible, and what is assigned is so for good', async () => {
  const { world, assign } = await newWorld();
  await assign(group, at('', `roleDefinitions/${roleNames.reader}`), owner.objectId, 2);
  await assign(group, at('', `roleDefinitions/${roleNames.reader}`), guid(9), 3);
  for (const what of [
    'denyAssignments',
    'roleEligibilitySchedules',
    'roleEligibilityScheduleInstances?$filter=asTarget()',
  ])
    assert.deepEqual((await world.get(at(group, what))).json.value, [], what);
  assert.deepEqual((await world.get(at(subscription, 'classicAdministrators'))).json.value, []);
  assert.equal((await world.get(at(group, `denyAssignments/${guid(1)}`))).status, 404);
  for (const what of ['roleAssignmentSchedules', 'roleAssignmentScheduleInstances']) {
    const [own, ...others] = (await world.get(at(group, `${what}?$filter=asTarget()`))).json.value;
    assert.deepEqual(others, []);
    assert.equal(own.id, at(group, `${what}/${guid(2)}`));
    const { originRoleAssignmentId, endDateTime, status, memberType } = own.properties;
    assert.deepEqual(
      [originRoleAssignmentId, endDateTime, status, memberType],
      [at(group, `roleAssignments/${guid(2)}`), null, 'Provisioned', 'Direct'],
    );
    assert.equal((await world.get(at(group, what))).json.value.length, 2);
  }
  const asked = await world.put(at(group, `roleAssignmentScheduleRequests/${guid(1)}`), {});
  assert.equal(asked.status, 501);
});

test('a filter is judged before there is an entry to judge it by, all of it', async () => {
  const { world } = await newWorld();
  for (const [what, known] of [
    ['roleAssignments', "principalId eq 'x'"],
    ['roleDefinitions', "type eq 'CustomRole'"],
    ['roleAssignmentSchedules', 'asTarget()'],
    ['roleEligibilitySchedules', 'asTarget()'],
  ])
    for (const filter of [`colour eq 'red'`, `${known} and colour eq 'red'`, `${known} or paint('red')`]) {
      const { status, json } = await world.get(at(group, `${what}?$filter=${encodeURIComponent(filter)}`));
      assert.deepEqual([status, json.error?.code], [400, 'InvalidQueryParameter'], `${what}: ${filter}`);
    }
});
