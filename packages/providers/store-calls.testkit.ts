/** What every type's requests cost in calls to the store: measured on one resource of each. */

import assert from 'node:assert/strict';
import {
  createAuthorizationMemory,
  createAuthorizer,
  createRequireStanding,
  createServicePrincipal,
  newServicePrincipal,
} from '@tombolo/identity';
import { builtInRoles } from '@tombolo/identity/roles';
import type { JsonObject } from '@tombolo/store/port';
import { type Answer, createArmWorld, owner } from '@tombolo/testkit/arm-world';
import { type Noted, type Watched, watchedStore } from '@tombolo/testkit/watched-store';
import { bodyOfPatch, examples, idOf } from './every-type.testkit.ts';
import { type Example, subscription } from './example.testkit.ts';
import { providers } from './index.ts';

export type Request = 'GET' | 'PUT create' | 'PUT update' | 'PATCH' | 'DELETE';

export interface Measured {
  readonly example: Example;
  readonly id: string;
  readonly request: Request;
  readonly noted: Noted;
}

const ownerRole = builtInRoles.find(({ properties }) => properties.roleName === 'Owner')!;

/** The caller's right to all this is stored as everybody's is. */
const ownAssignment = {
  id: `${subscription}/providers/Microsoft.Authorization/roleAssignments/99999999-9999-4999-8999-999999999999`,
  type: 'Microsoft.Authorization/roleAssignments',
  body: {
    properties: {
      roleDefinitionId: ownerRole.id,
      principalId: owner.objectId,
      scope: '/',
    } satisfies JsonObject,
  },
};

/** Makes, reads, updates, patches and deletes one of each; every request is answered as it should be. */
export const measureEveryType = async (): Promise<readonly Measured[]> => {
  let watched: Watched | undefined;
  const memory = createAuthorizationMemory();
  const world = await createArmWorld({
    providers,
    isAllowed: createAuthorizer(memory),
    requireStanding: createRequireStanding(memory, { authorizationUri: 'https://localhost', now: () => 0 }),
    around: (store) => {
      watched = watchedStore(store);
      return watched.store;
    },
  });
  const caller = createServicePrincipal({ ...owner, appId: owner.appId!, displayName: 'owner' });
  await world.store.commit({ puts: [ownAssignment, ...newServicePrincipal(caller).puts] });
  await world.get(subscription);
  const measured: Measured[] = [];

  const run = async (
    example: Example,
    request: Request,
    wanted: readonly number[],
    body?: JsonObject,
  ): Promise<Answer> => {
    const id = await idOf(example, world);
    watched!.take();
    const method = request.startsWith('PUT') ? 'PUT' : (request as 'GET' | 'PATCH' | 'DELETE');
    const answer = await world.send(method, id, body);
    measured.push({ example, id, request, noted: watched!.take() });
    const said = `${request} ${id}: ${answer.status} ${JSON.stringify(answer.json)}`;
    assert.ok(wanted.includes(answer.status), said);
    await world.settle();
    return answer;
  };
  const patches = ({ type }: Example): boolean => {
    const definition = world.registry.typeOf(type)!;
    return definition.patch !== undefined || definition.computed?.patch !== undefined;
  };

  for (const example of examples) {
    if (example.body && example.madeBy === undefined)
      await run(example, 'PUT create', [200, 201], example.body);
    await run(example, 'GET', [example.found ?? 200]);
  }
  // Only now, when they have all that they ever have around them.
  for (const example of examples) {
    if (example.body) await run(example, 'PUT update', [200, 201], example.body);
    await run(example, 'GET', [example.found ?? 200]);
    if (patches(example)) await run(example, 'PATCH', [200], bodyOfPatch(example));
  }
  for (const example of examples.toReversed()) {
    if (example.body === undefined && example.refusesDelete === undefined) continue;
    await run(example, 'DELETE', example.refusesDelete ? [example.refusesDelete] : [200, 202]);
  }
  return measured;
};
