/** What a custom role may be, without a store: each refusal in its words, and what is stored. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { builtInRoles, roleNames } from '@tombolo/identity/roles';
import type { Document } from '@tombolo/store/port';
import { owner, subscriptionId } from '@tombolo/testkit/arm-world';
import { decided, putInput, refused, stored } from '../../put-input.testkit.ts';
import { definitionKey, putDefinition, roleNameKey } from './model.ts';

const subscription = `/subscriptions/${subscriptionId}`;
const guid = 'ABCDEF77-7777-4777-8777-000000000001';
const definitionAt = (name: string): string =>
  `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${name}`;
const id = definitionAt(guid);

const written = (more: object = {}) => ({
  roleName: 'Lamp Keeper',
  permissions: [{ actions: ['Microsoft.HybridCompute/*/read'] }],
  ...more,
});
const put = (
  more: object = {},
  given: { id?: string; existing?: Document; forbiddenScopes?: readonly string[] } = {},
) =>
  putDefinition(
    putInput({
      id: given.id ?? id,
      properties: written(more) as never,
      loaded: {
        scope: subscription,
        builtIns: builtInRoles,
        forbiddenScopes: given.forbiddenScopes ?? [],
      },
      existing: given.existing,
    }),
  );

describe('a custom role', () => {
  const made = '2026-01-01T00:00:00Z';
  test('is assignable where it stands, has every list of its permissions, and says who made it when', () => {
    const { properties, status } = decided(put());
    const { createdOn, updatedOn, ...rest } = properties;
    assert.deepEqual(rest, {
      roleName: 'Lamp Keeper',
      type: 'CustomRole',
      description: '',
      assignableScopes: [subscription],
      permissions: [
        { actions: ['Microsoft.HybridCompute/*/read'], notActions: [], dataActions: [], notDataActions: [] },
      ],
      createdBy: owner.objectId,
      updatedBy: owner.objectId,
    });
    assert.equal(Date.parse(String(createdOn)), Date.parse(made));
    assert.equal(updatedOn, createdOn);
    assert.deepEqual(status, { created: 201, updated: 201 }, 'Azure answers an update with 201, too');
  });

  test('keeps what is written, and who made it', () => {
    const more = {
      description: 'Keeps the lamp.',
      permissions: [{ notActions: ['a/b'], dataActions: ['c/d'], notDataActions: ['e/f'] }],
      assignableScopes: [`${subscription}/resourceGroups/g`],
    };
    const existing = stored(id, { roleName: 'Lamp Keeper', createdOn: 'then', createdBy: 'somebody' });
    const { properties } = decided(put(more, { existing }));
    assert.deepEqual(
      [properties.description, properties.permissions, properties.assignableScopes],
      [more.description, [{ actions: [], ...more.permissions[0] }], more.assignableScopes],
    );
    assert.deepEqual(
      [properties.createdOn, properties.createdBy, properties.updatedBy],
      ['then', 'somebody', owner.objectId],
    );
  });

  test('has GUID and name to itself in any case; a name that it leaves is free again', () => {
    const own = id.toLowerCase();
    const claims = [
      { key: `role definition ${guid.toLowerCase()}`, value: own, holder: own },
      { key: 'role name lamp keeper', value: own, holder: own },
    ];
    assert.deepEqual(
      claims.map(({ key }) => key),
      [definitionKey(guid), roleNameKey('LAMP keeper')],
    );
    assert.deepEqual(decided(put()).effects, { claims, releases: [] });
    const named = (roleName: string) => stored(id, { roleName });
    assert.deepEqual(decided(put({}, { existing: named('LAMP KEEPER') })).effects, { claims, releases: [] });
    assert.deepEqual(decided(put({}, { existing: named('Before') })).effects, {
      claims,
      releases: [{ holder: own, key: 'role name before' }],
    });
  });

  test('is refused in ARM’s words', () => {
    assert.equal(
      refused(() => put({}, { id: definitionAt('name') })),
      `400 InvalidRoleDefinitionId: The role definition ID '${definitionAt('name')}' is not valid. It has the form {scope}/providers/Microsoft.Authorization/roleDefinitions/{GUID}.`,
    );
    assert.equal(
      refused(() => put({}, { id: definitionAt(roleNames.owner.toUpperCase()) })),
      "403 RoleDefinitionIsBuiltIn: 'Owner' is a built-in role, which cannot be changed or deleted. Create a custom role of another GUID.",
    );
    assert.equal(
      refused(() => put({ roleName: 'OWNER' })),
      "409 RoleDefinitionWithSameNameExists properties.roleName: A custom role with the same name already exists in this directory: 'OWNER'. Use a different name.",
    );
    for (const [assignableScopes, bad] of [
      [[], ''],
      [[subscription, '/'], '/'],
      [['nowhere'], 'nowhere'],
      [['/providers/Microsoft.X'], '/providers/Microsoft.X'],
    ] as const)
      assert.equal(
        refused(() => put({ assignableScopes })),
        `400 InvalidAssignableScope properties.assignableScopes: '${bad}' is no scope for a custom role. Assignable scopes are subscriptions, resource groups and resources.`,
      );
    const action = 'Microsoft.Authorization/roleDefinitions/write';
    assert.equal(
      refused(() => put({}, { forbiddenScopes: ['/forbidden'] })),
      `403 LinkedAuthorizationFailed /forbidden: The client '${owner.appId}' with object id '${owner.objectId}' has permission to perform action '${action}' on scope '${id}'; however, it does not have permission to perform action(s) '${action}' on the linked scope(s) '/forbidden' (respectively) or the linked scope(s) are invalid. Have a role with that action assigned on it.`,
    );
  });

  test('permits `*`, or words and wildcards between slashes, in each of its lists', () => {
    const lists = ['actions', 'notActions', 'dataActions', 'notDataActions'];
    for (const action of ['*', '*/read', 'Microsoft.Network/*', 'Microsoft.X/a-b/c_d/read', '*/a*/write'])
      for (const list of lists) decided(put({ permissions: [{ [list]: [action] }] }));
    for (const action of ['', 'read', '**', '/read', 'a/', 'a//b', 'x y/read', 'a/b c', 'a/b/', ' */read'])
      for (const list of lists)
        assert.equal(
          refused(() => put({ permissions: [{ actions: ['*'] }, { [list]: ['*/read', action] }] })),
          `400 InvalidActionOrNotAction properties.permissions: '${action}' does not match any of the actions supported by the providers: it is no action.`,
        );
  });
});
