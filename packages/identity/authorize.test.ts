import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { actionMatches, isAllowed, type RoleAssignment, type RoleGrants, scopeCovers } from './authorize.ts';
import { builtInRoles, roleDefinitionId, roleNames } from './roles.ts';

const objectId = 'AAAAAAAA-0000-4000-8000-000000000001';
const group = '/subscriptions/s1/resourceGroups/g1';
const machine = `${group}/providers/Microsoft.HybridCompute/machines/m1`;
const assign = (role: string, scope: string, more: Partial<RoleAssignment> = {}): RoleAssignment => ({
  roleDefinitionId: roleDefinitionId(role),
  principalId: objectId,
  scope,
  ...more,
});
const decide = (assignments: readonly RoleAssignment[], action: string, scopeId: string) =>
  isAllowed({ principal: { objectId }, action, scopeId, assignments, definitions: builtInRoles });

test('of a role and an action it is found out once, however many resources are asked about', () => {
  let looked = 0;
  const definition: RoleGrants = {
    name: '1',
    properties: {
      get permissions() {
        looked += 1;
        return [{ actions: ['A.B/things/join/action'] }];
      },
    },
  };
  const own = { roleDefinitionId: '/x/1', principalId: objectId, scope: group };
  for (let n = 0; n < 400; n += 1) {
    const question = { principal: { objectId }, assignments: [own], definitions: [definition] };
    const action = n % 2 === 0 ? 'A.B/things/join/action' : 'a.b/THINGS/join/action';
    assert.ok(isAllowed({ ...question, action, scopeId: `${group}/things/${n}` }).allowed);
  }
  assert.equal(looked, 1);
});

test('the first role that allows it ends the question', () => {
  const never: RoleGrants = {
    name: 'never',
    properties: {
      get permissions(): never {
        throw new Error('nobody asks');
      },
    },
  };
  const assignments = [
    assign(roleNames.owner, group),
    { roleDefinitionId: '/never', principalId: objectId, scope: group },
  ];
  const question = { principal: { objectId }, assignments, definitions: [...builtInRoles, never] };
  assert.ok(isAllowed({ ...question, action: 'A.B/c/read', scopeId: machine }).allowed);
});

describe('built-in roles', () => {
  type Case = readonly [keyof typeof roleNames, string, boolean];
  const table: readonly Case[] = [
    ['owner', 'Microsoft.Authorization/roleAssignments/write', true],
    ['contributor', 'Microsoft.Authorization/roleAssignments/write', false],
    ['contributor', 'microsoft.authorization/roleassignments/DELETE', false],
    ['contributor', 'Microsoft.Authorization/roleAssignments/read', true],
    [
      'contributor',
      'Microsoft.HybridCompute/privateLinkScopes/privateEndpointConnectionsApproval/action',
      true,
    ],
    ['reader', 'Microsoft.HybridCompute/machines/read', true],
    ['reader', 'Microsoft.HybridCompute/machines/write', false],
    ['reader', 'Microsoft.HybridCompute/readers/write', false],
    ['userAccessAdministrator', 'Microsoft.Authorization/roleAssignments/write', true],
    ['userAccessAdministrator', 'Microsoft.Network/virtualNetworks/write', false],
    ['roleBasedAccessControlAdministrator', 'Microsoft.Authorization/roleDefinitions/write', false],
    ['connectedMachineOnboarding', 'Microsoft.HybridCompute/machines/write', true],
    ['connectedMachineOnboarding', 'Microsoft.HybridCompute/privateLinkScopes/read', true],
    ['connectedMachineOnboarding', 'Microsoft.HybridCompute/machines/delete', false],
    ['connectedMachineOnboarding', 'Microsoft.HybridCompute/privateLinkScopes/write', false],
    ['connectedMachineResourceAdministrator', 'Microsoft.HybridCompute/machines/delete', true],
    [
      'connectedMachineResourceAdministrator',
      'Microsoft.HybridCompute/privateLinkScopes/privateEndpointConnectionsApproval/action',
      true,
    ],
    ['connectedMachineResourceAdministrator', 'Microsoft.Network/privateEndpoints/write', false],
    ['networkContributor', 'Microsoft.Network/privateEndpoints/write', true],
    [
      'networkContributor',
      'Microsoft.HybridCompute/privateLinkScopes/privateEndpointConnectionsApproval/action',
      false,
    ],
    ['privateDnsZoneContributor', 'Microsoft.Network/privateDnsZones/A/write', true],
    ['privateDnsZoneContributor', 'Microsoft.Network/virtualNetworks/write', false],
  ];
  for (const [role, action, allowed] of table) {
    test(`${role} ${allowed ? 'may' : 'may not'} ${action}`, () => {
      assert.equal(decide([assign(roleNames[role], group)], action, machine).allowed, allowed);
    });
  }

  test('are in ARM’s shape, each GUID once', () => {
    assert.equal(new Set(builtInRoles.map(({ name }) => name)).size, builtInRoles.length);
    for (const role of builtInRoles) {
      assert.match(role.name, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      assert.equal(role.id, `/providers/Microsoft.Authorization/roleDefinitions/${role.name}`);
      assert.equal(role.properties.type, 'BuiltInRole');
    }
  });
});

describe('the decision', () => {
  test('defaults to no, and says why', () => {
    const read = 'Microsoft.HybridCompute/machines/read';
    assert.deepEqual(decide([], read, machine), { allowed: false, reason: 'no-assignment' });
    const onboarding = assign(roleNames.connectedMachineOnboarding, group);
    assert.deepEqual(decide([onboarding], 'Microsoft.Network/x/read', machine), {
      allowed: false,
      reason: 'not-granted',
    });
    assert.deepEqual(decide([onboarding], read, machine), { allowed: true, by: onboarding });
    const unknownRole = assign('00000000-0000-4000-8000-000000000000', '/');
    assert.deepEqual(decide([unknownRole], read, machine), { allowed: false, reason: 'not-granted' });
    const stranger = assign(roleNames.owner, '/', { principalId: 'someone else' });
    assert.deepEqual(decide([stranger], read, machine), { allowed: false, reason: 'no-assignment' });
  });

  test('an assignment with a condition grants nothing', () => {
    const conditional = assign(roleNames.owner, '/', { condition: '@Resource[...]' });
    assert.deepEqual(decide([conditional], 'x/read', machine), { allowed: false, reason: 'conditional' });
    assert.equal(decide([conditional, assign(roleNames.reader, group)], 'x/read', machine).allowed, true);
  });

  test('scopes are inherited by whole segments, without case, and never upward', () => {
    const table: readonly (readonly [string, string, boolean])[] = [
      ['/', machine, true],
      ['/', '/', true],
      ['/subscriptions/s1', machine.toUpperCase(), true],
      [`${group}/`, machine, true],
      [group, `${group}1`, false],
      [group, '/subscriptions/s1/resourceGroups/g10/providers/x/y/z', false],
      [group, '/subscriptions/s1', false],
      [machine, machine, true],
      [machine, group, false],
      ['', machine, false],
      ['subscriptions/s1', machine, false],
      ['/subscriptions/s1', '', false],
    ];
    for (const [scope, scopeId, covered] of table)
      assert.equal(scopeCovers(scope, scopeId), covered, `${scope} ${scopeId}`);
  });

  test('a pattern of many stars is judged at once', () => {
    assert.equal(actionMatches(`${'*a'.repeat(200)}*b`, 'a'.repeat(5000)), false);
  });
});

/** The oracle: sets of segments and regular expressions, nothing shared with what it judges. */
const oracle = (
  assignments: readonly RoleAssignment[],
  definitions: readonly RoleGrants[],
  action: string,
  scopeId: string,
): boolean => {
  const matches = (pattern: string): boolean =>
    new RegExp(
      `^${pattern
        .split('*')
        .map((part) => part.replace(/[.\\/]/g, '\\$&'))
        .join('.*')}$`,
      'i',
    ).test(action);
  const parts = (id: string): string[] => id.toLowerCase().split('/').filter(Boolean);
  for (const assignment of assignments) {
    if (assignment.principalId.toUpperCase() !== objectId.toUpperCase() || assignment.condition) continue;
    if (!parts(assignment.scope).every((part, index) => parts(scopeId)[index] === part)) continue;
    for (const definition of definitions) {
      if (!assignment.roleDefinitionId.endsWith(definition.name)) continue;
      for (const { actions = [], notActions = [] } of definition.properties.permissions) {
        if (actions.filter(matches).length > 0 && notActions.filter(matches).length === 0) return true;
      }
    }
  }
  return false;
};

describe('properties', () => {
  const mixedCase = (text: string) => fc.constantFrom(text, text.toUpperCase(), text.toLowerCase());
  const segment = fc.constantFrom('a', 'b', 'ab').chain(mixedCase);
  const actionPath = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  const pattern = fc
    .array(fc.oneof(segment, fc.constantFrom('*', 'a*', '*b')), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join('/'));
  const scope = fc.array(segment, { maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
  const names = ['r1', 'r2', 'r3'];
  const permission = fc.record({
    actions: fc.array(pattern, { maxLength: 3 }),
    notActions: fc.array(pattern, { maxLength: 2 }),
  });
  const definitions = fc
    .array(fc.array(permission, { maxLength: 2 }), { minLength: 3, maxLength: 3 })
    .map((all) => all.map((permissions, index) => ({ name: names[index]!, properties: { permissions } })));
  const assignment = fc.record({
    roleDefinitionId: fc.constantFrom(...names, 'r4').map(roleDefinitionId),
    principalId: fc.constantFrom(objectId, objectId.toLowerCase(), 'other'),
    scope,
    condition: fc.constantFrom(undefined, null, undefined, 'x'),
  });

  test('the decision agrees with a naive oracle', () => {
    let allowed = 0;
    fc.assert(
      fc.property(
        fc.array(assignment, { maxLength: 5 }),
        definitions,
        actionPath,
        scope,
        (assignments, roles, action, scopeId) => {
          const decision = isAllowed({
            principal: { objectId },
            action,
            scopeId,
            assignments,
            definitions: roles,
          });
          if (decision.allowed) allowed += 1;
          assert.equal(decision.allowed, oracle(assignments, roles, action, scopeId));
        },
      ),
      { seed: 24, numRuns: 3000 },
    );
    assert.ok(
      allowed > 100,
      `only ${allowed} of the cases were allowed: the property would hold for "never"`,
    );
  });

  test('another assignment never takes access away', () => {
    fc.assert(
      fc.property(
        fc.array(assignment, { maxLength: 4 }),
        assignment,
        definitions,
        actionPath,
        scope,
        (some, one, roles, action, scopeId) => {
          const ask = (assignments: readonly RoleAssignment[]): boolean =>
            isAllowed({ principal: { objectId }, action, scopeId, assignments, definitions: roles }).allowed;
          if (ask(some)) assert.equal(ask([...some, one]), true);
        },
      ),
      { seed: 25, numRuns: 1000 },
    );
  });

  test('wildcards agree with regular expressions', () => {
    const piece = fc.stringMatching(/^[ab/*]{0,8}$/);
    fc.assert(
      fc.property(piece, fc.stringMatching(/^[abAB/]{0,10}$/), (glob, action) => {
        const expected = new RegExp(`^${glob.split('*').join('.*')}$`, 'i').test(action);
        assert.equal(actionMatches(glob, action), expected);
      }),
      { seed: 26, numRuns: 3000 },
    );
  });
});
