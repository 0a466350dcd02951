/** The part of `everything` that is about roles: one of its own, and two assignments, the provider's long looks included. */

import { isObject } from '@tombolo/store/document';
import type { JsonObject } from '@tombolo/store/port';
import { Unaccepted } from '../answers.ts';
import { everythingPath } from './everything-paths.ts';
import { families } from './families.ts';
import { type Piece, readAs, resource } from './resource.ts';
import type { Asked, Clock, Session } from './session.ts';

/** The provider makes it of the name and the scope; here it is any. */
const roleName = 'a1b2c3d4-0000-4000-8000-000000000001';
const rolePath = `/providers/Microsoft.Authorization/roleDefinitions/${roleName}`;
const reader = '/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7';
const tens = (count: number): readonly number[] => Array.from({ length: count }, () => 10);

const roleBody = (session: Session, description: string): JsonObject => ({
  assignableScopes: [session.subscription],
  description,
  permissions: [
    {
      actions: ['Microsoft.HybridCompute/privateLinkScopes/read'],
      dataActions: [],
      notActions: [],
      notDataActions: [],
    },
  ],
  roleName: 'Scope Watcher',
  type: 'CustomRole',
});

/** A PUT answers 201, on an update too: this client takes nothing else. */
const watcher = (): Piece => {
  const asked = (session: Session, method: string): Asked => ({
    method,
    family: families.roleDefinitions,
    path: `${session.subscription}${rolePath}`,
  });
  const reads = ['roleName', 'description', 'assignableScopes', 'permissions[].actions', 'createdOn'];
  let written: JsonObject = {};
  const read = async (session: Session): Promise<JsonObject> => {
    const request = asked(session, 'GET');
    const fields = reads.map((field) => `properties.${field}`);
    return readAs(await session.expect(request, [200]), request.path, fields, written);
  };
  const watch = async (session: Session, clock: Clock, waits: readonly number[], wanted: number) => {
    for (const seconds of waits) {
      clock.wait(seconds);
      await session.expect(asked(session, 'GET'), [wanted]);
    }
  };
  return {
    name: 'watcher',
    needs: [],
    locks: [],
    create: async (session, clock) => {
      await session.expect(asked(session, 'GET'), [404]);
      written = { properties: roleBody(session, 'revision 1') };
      await session.expect({ ...asked(session, 'PUT'), body: written }, [201]);
      await watch(session, clock, [0, 40], 200);
      await read(session);
    },
    refresh: async (session) => {
      await read(session);
    },
    update: async (session, clock) => {
      const seen = await read(session);
      const before = seen.properties as JsonObject;
      written = { properties: roleBody(session, 'revision 2') };
      const properties = { ...before, description: 'revision 2' };
      await session.expect(
        { ...asked(session, 'PUT'), body: { ...seen, properties, systemData: null } },
        [201],
      );
      await watch(session, clock, [60, ...tens(12)], 200);
      const after = (await read(session)).properties as JsonObject;
      if (after.createdOn !== before.createdOn || after.updatedOn === before.updatedOn)
        throw new Unaccepted(
          `azurerm waits for another updatedOn beside the createdOn: ${JSON.stringify(after)}`,
        );
    },
    destroy: async (session, clock) => {
      await session.expect(asked(session, 'DELETE'), [200, 204]);
      await watch(session, clock, [0, ...tens(19)], 404);
    },
  };
};

const assignment = (
  name: string,
  needs: readonly string[],
  path: string,
  properties: (session: Session) => JsonObject,
): Piece =>
  resource({
    name,
    needs,
    family: families.roleAssignments,
    path,
    atOnce: true,
    removedAtOnce: true,
    own: { created: [0, 5, 5, 5, 5] },
    body: (session) => ({ properties: { description: '', ...properties(session) } }),
    reads: [
      'name',
      'properties.roleDefinitionId',
      'properties.principalId',
      'properties.principalType',
      'properties.scope',
    ],
  });

/** Found by its name, with signs of addition for blanks, at the scope where it is assigned. */
const lookup = (piece: Piece, scopePath: string): Piece => ({
  ...piece,
  create: async (session, clock) => {
    const found = await session.expect(
      {
        method: 'GET',
        family: families.roleLookup,
        path: `${session.subscription}${scopePath}/providers/Microsoft.Authorization/roleDefinitions`,
        query: '%24filter=roleName+eq+%27Reader%27',
      },
      [200],
    );
    const [first] = Array.isArray(found.json.value) ? found.json.value : [];
    if (!isObject(first) || !String(first.id).endsWith(reader))
      throw new Unaccepted(`azurerm finds the role Reader by its name: ${found.text.slice(0, 300)}`);
    await piece.create(session, clock);
  },
});

const scopePath = everythingPath('HybridCompute', 'privateLinkScopes/scope');

export const rolePieces = (): readonly Piece[] => [
  watcher(),
  assignment(
    'watched',
    ['watcher', 'everything'],
    everythingPath('Authorization', 'roleAssignments/a1b2c3d4-0000-4000-8000-000000000002'),
    (session) => ({ principalId: session.principal, roleDefinitionId: `${session.subscription}${rolePath}` }),
  ),
  lookup(
    assignment(
      'reading',
      ['scope'],
      `${scopePath}/providers/Microsoft.Authorization/roleAssignments/a1b2c3d4-0000-4000-8000-000000000003`,
      (session) => ({
        principalId: '11111111-1111-1111-1111-111111111111',
        principalType: 'ServicePrincipal',
        roleDefinitionId: `${session.subscription}${reader}`,
      }),
    ),
    scopePath,
  ),
];
