/** Who may have which role where, without a store: each refusal in its words, and what is stored. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { useClaim } from '@tombolo/arm';
import type { Document } from '@tombolo/store/port';
import { owner, subscriptionId, tenantId } from '@tombolo/testkit/arm-world';
import { decided, putInput, refused, stored } from '../../put-input.testkit.ts';
import { putAssignment, type Role, roleGuidOf } from './model.ts';

const subscription = `/subscriptions/${subscriptionId}`;
const scope = `${subscription}/resourceGroups/Island`;
const assignmentAt = (name: string): string =>
  `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`;
const id = assignmentAt('ABCDEF77-7777-4777-8777-000000000001');
const roleGuid = 'abcdef66-6666-4666-8666-666666666666';
const roleId = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleGuid}`;
const alice = 'abcdef88-8888-4888-8888-000000000001';
const role: Role = { name: roleGuid, id: roleId, assignableScopes: [subscription], custom: false };

interface Given {
  readonly id?: string;
  readonly existing?: Document;
  readonly role?: Role | undefined;
  readonly principalIsKnown?: boolean;
}

const put = (more: object = {}, given: Given = {}) =>
  putAssignment(
    putInput({
      id: given.id ?? id,
      properties: { roleDefinitionId: roleId.toUpperCase(), principalId: alice, ...more } as never,
      loaded: {
        scope,
        role: 'role' in given ? given.role : role,
        tenantId,
        principalIsKnown: given.principalIsKnown ?? true,
      },
      existing: given.existing,
    }),
  );

describe('a role assignment', () => {
  test('has a condition of the one version that there is, or of none', () => {
    assert.match(
      refused(() => put({ condition: 'x', conditionVersion: '1.0' })),
      /InvalidRoleAssignmentCondition/,
    );
    for (const taken of [
      { condition: 'x', conditionVersion: '2.0' },
      { condition: 'x' },
      { conditionVersion: '1.0' },
    ])
      assert.equal(decided(put(taken)).properties.conditionVersion, taken.conditionVersion ?? null);
  });

  const own = id.toLowerCase();
  const once = {
    key: `role assignment ${alice} ${roleGuid} at ${scope.toLowerCase()}`,
    value: own,
    holder: own,
  };
  test('says all that Azure says of one, and is the one of its principal, role and scope', () => {
    const { properties, effects } = decided(put());
    const { createdOn, updatedOn, ...rest } = properties;
    assert.deepEqual(rest, {
      roleDefinitionId: roleId,
      principalId: alice,
      principalType: 'ServicePrincipal',
      scope,
      condition: null,
      conditionVersion: null,
      description: null,
      delegatedManagedIdentityResourceId: null,
      createdBy: owner.objectId,
      updatedBy: owner.objectId,
    });
    assert.equal(Date.parse(String(createdOn)), Date.UTC(2026, 0, 1));
    assert.equal(updatedOn, createdOn);
    assert.deepEqual(effects, { claims: [once], expect: [] });
  });

  test('keeps what is written, and who made it', () => {
    const written = {
      principalType: 'User',
      condition: 'c',
      conditionVersion: '2.0',
      description: 'd',
      delegatedManagedIdentityResourceId: '/m',
    };
    const before = { roleDefinitionId: roleId, principalId: alice.toUpperCase() };
    const made = { createdOn: 'then', createdBy: 'somebody' };
    const existing = stored(id, { ...before, ...made, principalType: 'Group' });
    const { properties } = decided(put(written, { existing }));
    for (const [key, value] of Object.entries({ ...written, ...made }))
      assert.equal(properties[key], value, key);
    assert.equal(decided(put({}, { existing })).properties.principalType, 'Group', 'said before');
  });

  test('of a custom role holds that role, which has to be there still', () => {
    const custom = { ...role, custom: true };
    assert.deepEqual(decided(put({}, { role: custom })).effects, {
      claims: [once, useClaim(roleId, own)],
      expect: [{ id: roleId, version: 'present' }],
    });
  });

  test('stands in one of its role’s scopes', () => {
    const assignable =
      (...assignableScopes: readonly string[]) =>
      () =>
        put({}, { role: { ...role, assignableScopes } });
    decided(assignable('/subscriptions/other', subscription)());
    decided(assignable('/')());
    assert.equal(
      refused(assignable('/subscriptions/other', `${subscription}/resourceGroups/Isl`)),
      `400 RoleAssignmentScopeNotAssignableToRoleDefinition properties.roleDefinitionId: The role assignment scope '${scope}' is not assignable to role definition '${roleId}'. Add the scope to its assignableScopes.`,
    );
  });

  test('is for a principal of the directory, unless its type is said; a type that it has not is refused', () => {
    const dashless = alice.replaceAll('-', '');
    assert.match(
      refused(() => put({}, { principalIsKnown: false })),
      new RegExp(
        `^400 PrincipalNotFound properties.principalId: Principal ${dashless} does not exist in the directory ${tenantId}\\.`,
      ),
    );
    assert.equal(
      decided(put({ principalType: 'User' }, { principalIsKnown: false })).properties.principalType,
      'User',
    );
    decided(put({ principalType: 'ServicePrincipal' }));
    assert.match(
      refused(() => put({ principalType: 'User' })),
      /^400 UnmatchedPrincipalType properties.principalId: .*has type 'ServicePrincipal'/,
    );
    const existing = stored(id, { roleDefinitionId: roleId, principalId: alice });
    decided(put({}, { existing, principalIsKnown: false }));
  });

  test('is refused in ARM’s words', () => {
    assert.equal(
      refused(() => put({}, { id: assignmentAt('mine') })),
      "400 InvalidRoleAssignmentId: The role assignment ID 'mine' is not valid. The role assignment ID must be a GUID.",
    );
    assert.equal(
      refused(() => put({ principalId: 'alice' })),
      "400 InvalidPrincipalId properties.principalId: A principal ID must be a GUID, and 'alice' is none.",
    );
    assert.equal(
      refused(() => put({ roleDefinitionId: 'reader' })),
      "400 InvalidRoleDefinitionId properties.roleDefinitionId: The role definition ID 'reader' is not valid. It has the form {scope}/providers/Microsoft.Authorization/roleDefinitions/{GUID}.",
    );
    assert.equal(
      refused(() => put({ roleDefinitionId: roleId }, { role: undefined })),
      `400 RoleDefinitionDoesNotExist properties.roleDefinitionId: The specified role definition with ID '${roleId}' does not exist. List the roles at the scope.`,
    );
    const fixed = `400 RoleAssignmentUpdateNotPermitted: Tenant ID, application ID, principal ID, and scope are not allowed to be updated, nor is the role of '${id}'. Delete it, or use another GUID.`;
    const was = { roleDefinitionId: roleId, principalId: alice };
    for (const other of [
      { principalId: owner.objectId },
      { roleDefinitionId: roleId.replace(/.$/, '7') },
      { roleDefinitionId: 'none' },
    ])
      assert.equal(
        refused(() => put({}, { existing: stored(id, { ...was, ...other }) })),
        fixed,
      );
  });
});

test('a role’s GUID is that of a role definition’s id, at whatever scope', () => {
  assert.equal(roleGuidOf(roleId.toUpperCase()), roleGuid);
  assert.equal(roleGuidOf(`/providers/Microsoft.Authorization/roleDefinitions/${roleGuid}`), roleGuid);
  for (const none of ['', 'reader', id, roleId.replace(roleGuid, 'reader')])
    assert.equal(roleGuidOf(none), undefined, none);
});
