import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { directoryObjectClaim } from '@tombolo/identity/directory-object';
import { builtInRoles, roleNames } from '@tombolo/identity/roles';
import type { JsonObject } from '@tombolo/store/port';
import { type ArmWorldOptions, createArmWorld, subscriptionId } from '@tombolo/testkit/arm-world';
import { type Watched, watchedStore } from '@tombolo/testkit/watched-store';
import { resourcesProvider } from '../resources/manifest.ts';
import { authorizationProvider } from './manifest.ts';

const subscription = `/subscriptions/${subscriptionId}`;
const group = `${subscription}/resourceGroups/island`;
const other = `${subscription}/resourceGroups/other`;
const guid = (last: number): string => `77777777-7777-4777-8777-${String(last).padStart(12, '0')}`;
const assignmentAt = (scope: string, last: number): string =>
  `${scope}/providers/Microsoft.Authorization/roleAssignments/${guid(last)}`;
const definitionAt = (scope: string, name: string): string =>
  `${scope}/providers/Microsoft.Authorization/roleDefinitions/${name}`;
const alice = '88888888-8888-4888-8888-000000000001';
const bob = '88888888-8888-4888-8888-000000000002';
const reader = definitionAt(subscription, roleNames.reader);

const newWorld = async (options: Omit<ArmWorldOptions, 'providers'> = {}) => {
  const world = await createArmWorld({
    providers: [resourcesProvider, authorizationProvider(builtInRoles)],
    ...options,
  });
  for (const path of [group, other]) await world.put(path, { location: 'japaneast' });
  return world;
};
type World = Awaited<ReturnType<typeof newWorld>>;
const assign = (world: World, path: string, principalId = alice, roleDefinitionId = reader) =>
  world.put(path, { properties: { roleDefinitionId, principalId, principalType: 'ServicePrincipal' } });
const customRole = (roleName = 'Lamp keeper', assignableScopes: readonly string[] = [subscription]) => ({
  properties: {
    roleName,
    type: 'CustomRole',
    description: 'Keeps the lamp.',
    permissions: [{ actions: ['Microsoft.HybridCompute/*/read'], notActions: [] }],
    assignableScopes,
  },
});

describe('an assignment at the root', () => {
  const root = `/providers/Microsoft.Authorization/roleDefinitions/${roleNames.reader}`;
  const rolesOf = async (world: World, scope: string, type: string) =>
    (await world.listAll(`${scope}/providers/Microsoft.Authorization/${type}`)).map(
      ({ properties }) => (properties as JsonObject).roleDefinitionId,
    );

  test('has the role that the list of roles has, wherever it is listed', async () => {
    const world = await newWorld();
    const made = await assign(world, assignmentAt('', 1));
    assert.equal(made.json.properties.roleDefinitionId, root);
    assert.equal((await assign(world, assignmentAt(group, 2))).status, 201);
    for (const type of ['roleAssignments', 'roleAssignmentSchedules', 'roleAssignmentScheduleInstances'])
      for (const scope of [subscription, group])
        assert.deepEqual(await rolesOf(world, scope, type), [reader, reader], `${type} at ${scope}`);
    const roles = await world.listAll(`${subscription}/providers/Microsoft.Authorization/roleDefinitions`);
    assert.ok(roles.some(({ id }) => id === reader));
    assert.equal((await world.get(assignmentAt('', 1))).json.properties.roleDefinitionId, root);
    assert.ok((await rolesOf(world, '', 'roleAssignments')).includes(root));
  });
});

describe('role definitions', () => {
  test('built-in roles are at every scope, by id and by name', async () => {
    const world = await newWorld();
    for (const scope of ['', subscription, group]) {
      const found = await world.get(definitionAt(scope, roleNames.owner));
      assert.equal(found.json.properties.roleName, 'Owner');
      assert.equal(found.json.id, definitionAt(scope === '' ? '' : subscription, roleNames.owner));
      const filter = encodeURIComponent("roleName eq 'reader'");
      const list = await world.get(
        `${scope}/providers/Microsoft.Authorization/roleDefinitions?$filter=${filter}`,
      );
      assert.deepEqual(
        list.json.value.map((role: JsonObject) => role.name),
        [roleNames.reader],
      );
    }
    const all = await world.listAll(`${subscription}/providers/Microsoft.Authorization/roleDefinitions`);
    assert.equal(all.length, builtInRoles.length);
  });

  test('a custom role lives: PUT 201, GET anywhere in its scopes, list by type, rename, DELETE with its body', async () => {
    const world = await newWorld();
    const path = definitionAt(subscription, guid(1));
    const made = await world.put(path, customRole());
    assert.equal(made.status, 201, JSON.stringify(made.json));
    assert.equal(made.json.properties.type, 'CustomRole');
    assert.equal((await world.get(definitionAt(group, guid(1)))).json.id, path);
    const filter = encodeURIComponent("type eq 'CustomRole'");
    const list = await world.get(
      `${group}/providers/Microsoft.Authorization/roleDefinitions?$filter=${filter}`,
    );
    assert.equal(list.json.value.length, 1);
    assert.equal(
      (await world.put(path, customRole('Lamp lighter'))).json.properties.roleName,
      'Lamp lighter',
    );
    assert.equal(
      (await world.put(definitionAt(subscription, guid(2)), customRole())).status,
      201,
      'the name is free again',
    );
    const removed = await world.remove(path);
    assert.equal(removed.status, 200);
    assert.equal(removed.json.properties.roleName, 'Lamp lighter');
    assert.equal((await world.get(path)).status, 404);
    assert.equal((await world.remove(path)).status, 204);
  });

  test('names are one in the tenant, built-in roles are fixed, and wrong input is refused', async () => {
    const world = await newWorld();
    await world.put(definitionAt(subscription, guid(1)), customRole());
    const refused = async (path: string, body: JsonObject) => (await world.put(path, body)).json.error.code;
    const second = definitionAt(subscription, guid(2));
    assert.equal(await refused(second, customRole('lamp KEEPER')), 'RoleDefinitionWithSameNameExists');
    assert.equal(await refused(second, customRole('Owner')), 'RoleDefinitionWithSameNameExists');
    assert.equal(
      await refused(definitionAt(group, guid(1)), customRole('x')),
      'RoleDefinitionExistsElsewhere',
    );
    assert.equal(
      await refused(definitionAt(subscription, roleNames.owner), customRole('x')),
      'RoleDefinitionIsBuiltIn',
    );
    assert.equal(
      await refused(definitionAt(subscription, 'name'), customRole('x')),
      'InvalidRoleDefinitionId',
    );
    assert.equal(await refused(second, customRole('x', ['/'])), 'InvalidAssignableScope');
    assert.equal(await refused(second, customRole('x', [])), 'InvalidAssignableScope');
    const odd = customRole('x');
    assert.equal(
      await refused(second, {
        properties: { ...odd.properties, permissions: [{ actions: ['do what you like'] }] },
      }),
      'InvalidActionOrNotAction',
    );
    assert.equal(await refused(second, { properties: { roleName: 'x' } }), 'InvalidRequestContent');
  });

  test('assigning it at scopes where the caller may not write roles is refused', async () => {
    const world = await newWorld({ isAllowed: async (_, _action, scope) => !scope.startsWith(other) });
    const refused = await world.put(
      definitionAt(subscription, guid(1)),
      customRole('x', [subscription, other]),
    );
    assert.equal(refused.status, 403);
    assert.equal(refused.json.error.code, 'LinkedAuthorizationFailed');
  });

  test('whoever may write roles in one of its scopes only cannot change it, not by leaving the others out either', async () => {
    let lacking = 'nothing';
    const world = await newWorld({ isAllowed: async (_, _action, scope) => !scope.startsWith(lacking) });
    const path = definitionAt(group, guid(1));
    assert.equal((await world.put(path, customRole('x', [group, other]))).status, 201);
    lacking = other;
    for (const scopes of [[group, other], [group]]) {
      const refused = await world.put(path, customRole('y', scopes));
      assert.equal(`${refused.status} ${refused.json.error?.code}`, '403 LinkedAuthorizationFailed');
    }
    assert.equal((await world.get(path)).json.properties.roleName, 'x');
  });
});

describe('role assignments', () => {
  test('an assignment lives at any scope: PUT 201, again 200, GET, DELETE with its body', async () => {
    const world = await newWorld();
    for (const scope of ['', subscription, group]) {
      const path = assignmentAt(scope, 1);
      const made = await assign(world, path);
      assert.equal(made.status, 201, JSON.stringify(made.json));
      assert.equal(made.json.id, path);
      assert.equal(made.json.properties.scope, scope === '' ? '/' : scope);
      assert.equal((await assign(world, path)).status, 200);
      assert.equal((await world.get(path)).json.properties.principalId, alice);
      const removed = await world.remove(path);
      assert.equal(removed.status, 200);
      assert.equal(removed.json.properties.principalId, alice);
      assert.equal((await world.remove(path)).status, 204);
    }
  });

  test('one principal has one role at one scope once; what it assigns is fixed', async () => {
    const world = await newWorld();
    await assign(world, assignmentAt(group, 1));
    const again = await assign(world, assignmentAt(group, 2), alice.toUpperCase());
    assert.equal(again.status, 409);
    assert.equal(again.json.error.code, 'RoleAssignmentExists');
    assert.equal((await assign(world, assignmentAt(group, 3), bob)).status, 201);
    assert.equal((await assign(world, assignmentAt(other, 4))).status, 201);
    const moved = await assign(world, assignmentAt(group, 1), bob);
    assert.equal(moved.json.error.code, 'RoleAssignmentUpdateNotPermitted');
    const owner = definitionAt('', roleNames.owner);
    assert.equal(
      (await assign(world, assignmentAt(group, 1), alice, owner)).json.error.code,
      'RoleAssignmentUpdateNotPermitted',
    );
    await world.remove(assignmentAt(group, 1));
    assert.equal((await assign(world, assignmentAt(group, 2))).status, 201);
  });

  test('a principal is found by its object id, whatever has it; an application id is none', async () => {
    const world = await newWorld();
    const given = (principalId: string, last: number) =>
      world.put(assignmentAt(group, last), { properties: { roleDefinitionId: reader, principalId } });
    const refused = await given(bob, 1);
    assert.equal(`${refused.status} ${refused.json.error.code}`, '400 PrincipalNotFound');
    await world.store.commit({ claims: [directoryObjectClaim(bob, '/tombolo/servicePrincipals/x')] });
    const made = await given(bob.toUpperCase(), 1);
    assert.equal(made.status, 201);
    assert.equal(made.json.properties.principalType, 'ServicePrincipal');
  });

  test('wrong input is refused by name', async () => {
    const world = await newWorld();
    const path = assignmentAt(group, 1);
    const code = async (answer: ReturnType<typeof assign>) => (await answer).json.error.code;
    const named = `${group}/providers/Microsoft.Authorization/roleAssignments/mine`;
    assert.equal(await code(assign(world, named)), 'InvalidRoleAssignmentId');
    assert.equal(await code(assign(world, path, 'alice')), 'InvalidPrincipalId');
    assert.equal(await code(assign(world, path, alice, 'reader')), 'InvalidRoleDefinitionId');
    assert.equal(
      await code(assign(world, path, alice, definitionAt('', guid(9)))),
      'RoleDefinitionDoesNotExist',
    );
    const nowhere = assignmentAt(`${subscription}/resourceGroups/none`, 1);
    assert.equal(await code(assign(world, nowhere)), 'ResourceGroupNotFound');
    assert.equal((await assign(world, assignmentAt(`${group}/providers/Microsoft.X/y/z`, 1))).status, 404);
    assert.equal(
      (await world.put(path, { properties: { principalId: alice } })).json.error.code,
      'InvalidRequestContent',
    );
  });

  test('a custom role is assignable in its scopes only, and not deleted while it is assigned', async () => {
    const world = await newWorld();
    const role = definitionAt(subscription, guid(1));
    await world.put(role, customRole('Lamp keeper', [group]));
    const outside = await assign(world, assignmentAt(other, 1), alice, role);
    assert.equal(outside.json.error.code, 'RoleAssignmentScopeNotAssignableToRoleDefinition');
    assert.equal((await assign(world, assignmentAt(group, 2), alice, role)).status, 201);
    const refused = await world.remove(role);
    assert.equal(refused.status, 400);
    assert.equal(refused.json.error.code, 'RoleDefinitionHasAssignments');
    await world.remove(assignmentAt(group, 2));
    assert.equal((await world.remove(role)).status, 200);
  });

  test('lists: at, above and below; atScope() without below; by principal, quoted or not', async () => {
    const world = await newWorld();
    await assign(world, assignmentAt('', 1));
    await assign(world, assignmentAt(subscription, 2), bob);
    await assign(world, assignmentAt(group, 3));
    await assign(world, assignmentAt(other, 4));
    const list = async (scope: string, filter?: string) => {
      const query = filter === undefined ? '' : `?$filter=${encodeURIComponent(filter)}`;
      const items = await world.listAll(`${scope}/providers/Microsoft.Authorization/roleAssignments${query}`);
      return items.map((item) => Number(String(item.name).slice(-2))).sort();
    };
    assert.deepEqual(await list(subscription), [1, 2, 3, 4]);
    assert.deepEqual(await list(group), [1, 2, 3]);
    assert.deepEqual(await list(subscription, 'atScope()'), [1, 2]);
    assert.deepEqual(await list(subscription, `principalId eq '${bob}'`), [2]);
    assert.deepEqual(await list(subscription, `principalId eq ${bob}`), [2]);
    assert.deepEqual(await list(group, `atScope() and assignedTo('${alice}')`), [1, 3]);
    assert.deepEqual(await list(''), [1, 2, 3, 4]);
    const odd = await world.get(
      `${group}/providers/Microsoft.Authorization/roleAssignments?$filter=${encodeURIComponent("colour eq 'red'")}`,
    );
    assert.equal(odd.json.error.code, 'InvalidQueryParameter');
  });

  test('a page of a list reads its page, and the pages are all there is, each once', async () => {
    let watched: Watched | undefined;
    const world = await newWorld({
      around: (store) => {
        watched = watchedStore(store);
        return watched.store;
      },
    });
    for (const [scope, index] of [
      ['', 1],
      [subscription, 2],
      [group, 3],
    ] as const)
      await assign(world, assignmentAt(scope, index));
    const stored = (type: string, names: string, properties: JsonObject) =>
      Array.from({ length: 400 }, (_, index) => ({
        id: `${group}/providers/Microsoft.Authorization/${type}/${names}${index}`,
        type: `Microsoft.Authorization/${type}`,
        body: { properties },
      }));
    await world.store.commit({
      puts: [
        ...stored('roleAssignments', 'a', { principalId: bob, scope: group, roleDefinitionId: '/x' }),
        ...stored('roleDefinitions', 'd', { roleName: 'Keeper', assignableScopes: [group], permissions: [] }),
      ],
    });
    for (const list of ['roleAssignments', 'roleAssignmentSchedules', 'roleDefinitions']) {
      const path = `${group}/providers/Microsoft.Authorization/${list}`;
      const all = await world.listAll(`${path}?$top=7`);
      assert.equal(new Set(all.map(({ id }) => id)).size, all.length, list);
      assert.equal(all.length, list === 'roleDefinitions' ? 400 + builtInRoles.length : 403, list);
      watched?.take();
      const { json } = await world.get(`${path}?$top=7`);
      assert.equal(json.value.length, 7);
      assert.ok(watched!.take().documents < 30, list);
    }
  });

  test('a group’s assignments go with it', async () => {
    const world = await newWorld();
    await assign(world, assignmentAt(group, 1));
    await world.remove(group);
    await world.settle();
    assert.deepEqual(await world.store.list({ type: 'Microsoft.Authorization/roleAssignments' }), []);
    assert.equal((await world.put(group, { location: 'japaneast' })).status, 201);
    assert.equal((await assign(world, assignmentAt(group, 2))).status, 201);
  });

  test('every api-version that clients send is served', async () => {
    const world = await newWorld();
    await assign(world, assignmentAt(group, 1));
    for (const apiVersion of [
      '2015-07-01',
      '2018-01-01-preview',
      '2020-04-01-preview',
      '2020-10-01',
      '2022-04-01',
      '2022-05-01-preview',
    ])
      assert.equal((await world.get(assignmentAt(group, 1), { apiVersion })).status, 200, apiVersion);
  });
});

describe('the last administrator', () => {
  const owner = definitionAt('', roleNames.owner);
  const enabled = (objectId: string, last: number, more: JsonObject = {}) => {
    const appId = guid(last);
    const body = { appId, objectId, displayName: 'a', enabled: true, secrets: [], certificates: [], ...more };
    const id = `/tombolo/servicePrincipals/${appId}`;
    const type = 'Tombolo/servicePrincipals';
    return { puts: [{ id, type, body }], claims: [directoryObjectClaim(objectId, id)] };
  };

  test('keeps the assignment by which roles can be assigned at all', async () => {
    const world = await newWorld();
    await world.store.commit(enabled(alice, 901));
    await world.store.commit(enabled(bob, 902, { enabled: false }));
    await assign(world, assignmentAt('', 11), alice, owner);
    // These do not count: who is disabled, who is not there, who has less.
    await assign(world, assignmentAt('', 12), bob, owner);
    await assign(world, assignmentAt('', 13), guid(99), owner);
    await assign(world, assignmentAt(subscription, 14), alice, owner);
    const refused = await world.remove(assignmentAt('', 11));
    assert.deepEqual([refused.status, refused.json.error.code], [412, 'CannotDeleteLastRbacAdminAssignment']);
    assert.match(refused.json.error.message, /^Cannot delete the last RBAC admin assignment\./);
    for (const path of [assignmentAt('', 12), assignmentAt('', 13), assignmentAt(subscription, 14)])
      assert.equal((await world.remove(path)).status, 200, path);
    await world.store.commit(enabled(bob, 902));
    const administrator = definitionAt('', roleNames.userAccessAdministrator);
    await assign(world, assignmentAt('', 15), bob, administrator);
    assert.equal((await world.remove(assignmentAt('', 11))).status, 200);
    assert.equal((await world.remove(assignmentAt('', 15))).status, 412);
  });
});
