import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Provider } from '@tombolo/arm';
import { defineResourceType, useClaim } from '@tombolo/arm';
import { createAuthorizationMemory, createAuthorizer } from '@tombolo/identity';
import type { JsonObject, ListQuery } from '@tombolo/store/port';
import { createArmWorld, owner, subscriptionId, tenantId } from '@tombolo/testkit/arm-world';
import { z } from 'zod';
import { registeredOnly } from '../registered-only.ts';
import { resourcesProvider } from './manifest.ts';

const subscription = `/subscriptions/${subscriptionId}`;
const group = `${subscription}/resourceGroups/island`;

/** Things that use other things; slow ones are deleted by an operation. */
const thingsProvider: Provider = {
  namespace: 'Microsoft.Test',
  types: [
    defineResourceType<{ readonly uses?: string; readonly slow?: boolean; readonly stuck?: boolean }>({
      type: 'Microsoft.Test/things',
      apiVersions: ['2024-01-01'],
      placement: 'tracked',
      properties: z.object({
        uses: z.string().optional(),
        slow: z.boolean().optional(),
        stuck: z.boolean().optional(),
      }),
      put: ({ command }) => ({
        properties: command.properties as JsonObject,
        ...(command.properties.uses === undefined
          ? {}
          : { effects: { claims: [useClaim(command.properties.uses, command.id.text)] } }),
      }),
      remove: ({ existing }) => {
        const { slow, stuck } = existing.body.properties as { slow?: boolean; stuck?: boolean };
        return slow || stuck
          ? { deferred: true, operation: { kind: 'Microsoft.Test/removal', state: { polls: 0 } } }
          : {};
      },
      lists: ['subscription', 'resourceGroup'],
    }),
    defineResourceType<never>({
      type: 'Microsoft.Test/things/parts',
      apiVersions: ['2024-01-01'],
      placement: 'proxy',
      put: () => ({ properties: {} }),
      lists: ['parent'],
    }),
  ],
  operationKinds: {
    'Microsoft.Test/removal': {
      step: async ({ operation, store, now }) => {
        const found = await store.get(operation.target);
        if (found && (found.body.properties as JsonObject).stuck === true)
          return { status: 'Failed', error: { code: 'ThingIsStuck', message: 'it does not let go.' } };
        if (operation.state.polls === 0)
          return { status: 'InProgress', state: { polls: 1 }, dueAt: now + 1_000 };
        return {
          status: 'Succeeded',
          effects: { deletes: [operation.target], releases: [{ holder: operation.target }] },
        };
      },
    },
  },
  operationAddresses: { status: 'operations', result: 'operationResults', notifies: false },
};

const newWorld = () => createArmWorld({ providers: [resourcesProvider, thingsProvider] });
type World = Awaited<ReturnType<typeof newWorld>>;
const thing = (name: string, inGroup = group): string => `${inGroup}/providers/Microsoft.Test/things/${name}`;
const makeGroup = async (world: World, path = group, tags: JsonObject = {}): Promise<void> => {
  const made = await world.put(path, { location: 'japaneast', tags });
  assert.equal(made.status, 201);
};
const makeThing = async (
  world: World,
  path: string,
  properties: JsonObject = {},
  tags: JsonObject = {},
): Promise<void> => {
  const made = await world.put(path, { location: 'japaneast', tags, properties });
  assert.equal(made.status, 201, JSON.stringify(made.json));
};

describe('tenants, subscriptions, locations', () => {
  test('a tenant, its subscription and the regions are listed in the shapes that clients read', async () => {
    const world = await newWorld();
    assert.equal((await world.get('/tenants')).json.value[0].tenantId, tenantId);
    const [only] = (await world.get('/subscriptions?api-version=2016-06-01')).json.value;
    assert.equal(only.subscriptionId, subscriptionId);
    assert.equal(only.state, 'Enabled');
    assert.equal((await world.get(subscription)).json.displayName, 'Tombolo');
    const locations = (await world.get(`${subscription}/locations`)).json.value;
    const japan = locations.find((location: JsonObject) => location.name === 'japaneast');
    assert.equal(japan.displayName, 'Japan East');
    assert.equal(japan.metadata.regionType, 'Physical');
  });

  test('an unknown subscription is 404 and no collection below it answers', async () => {
    const world = await newWorld();
    const other = '/subscriptions/99999999-9999-4999-8999-999999999999';
    for (const path of [other, `${other}/locations`, `${other}/resources`, `${other}/providers`]) {
      assert.equal((await world.get(path)).status, 404, path);
    }
    const refused = await world.put(`${other}/resourceGroups/g`, { location: 'japaneast' });
    assert.equal(refused.json.error.code, 'SubscriptionNotFound');
  });

  test('a caller sees only subscriptions in which it has a role, on a group too', async () => {
    const world = await createArmWorld({
      providers: [resourcesProvider],
      isAllowed: createAuthorizer(createAuthorizationMemory()),
    });
    assert.deepEqual((await world.get('/subscriptions')).json.value, []);
    assert.equal((await world.get(subscription)).status, 404);
    await world.store.commit({
      puts: [
        {
          id: `${group}/providers/Microsoft.Authorization/roleAssignments/1`,
          type: 'Microsoft.Authorization/roleAssignments',
          body: {
            properties: { principalId: owner.objectId.toUpperCase(), roleDefinitionId: '/x', scope: group },
          },
        },
      ],
    });
    assert.equal((await world.get('/subscriptions')).json.value.length, 1);
  });
});

describe('resource groups', () => {
  test('a group lives: PUT, HEAD, GET, PATCH, list, DELETE by Location', async () => {
    const world = await newWorld();
    assert.equal((await world.send('HEAD', group)).status, 404);
    const missing = await world.get(group);
    assert.equal(missing.json.error.code, 'ResourceGroupNotFound');
    await makeGroup(world, `${subscription}/resourcegroups/island`);
    assert.equal((await world.send('HEAD', group)).status, 204);
    const found = await world.get(group);
    assert.equal(found.json.id, group, 'the words of the id are canonical whatever the client wrote');
    assert.equal(found.json.type, 'Microsoft.Resources/resourceGroups');
    assert.equal(found.json.properties.provisioningState, 'Succeeded');
    const patched = await world.patch(group, { tags: { env: 'test' } });
    assert.deepEqual(patched.json.tags, { env: 'test' });
    assert.equal(patched.json.location, 'japaneast');
    const retagged = await world.patch(group, { tags: { owner: 'us' } });
    assert.deepEqual(retagged.json.tags, { owner: 'us' }, 'the tags of a patch replace those before');
    assert.equal((await world.put(group, { location: 'Japan East' })).status, 200);
    const removed = await world.remove(group);
    assert.equal(removed.status, 202);
    assert.equal(removed.headers['azure-asyncoperation'], undefined);
    assert.match(
      removed.headers.location ?? '',
      /\/subscriptions\/[^/]+\/operationresults\/[^/]+\?api-version=/,
    );
    assert.equal((await world.get(removed.headers.location!)).status, 202);
    await world.settle();
    assert.equal((await world.get(removed.headers.location!)).status, 200);
    assert.equal((await world.get(group)).status, 404);
    assert.equal((await world.remove(group)).json.error.code, 'ResourceGroupNotFound');
  });

  test('what is looked for in no group or no subscription is answered with what is missing', async () => {
    const world = await newWorld();
    const other = '/subscriptions/99999999-1111-4111-8111-111111111111';
    for (const [path, code] of [
      [`${group}/resources`, 'ResourceGroupNotFound'],
      [`${other}/resourceGroups`, 'SubscriptionNotFound'],
      [`${other}/resourceGroups/any`, 'SubscriptionNotFound'],
    ] as const) {
      const answer = await world.get(path);
      assert.deepEqual([answer.status, answer.json.error?.code], [404, code], path);
    }
    const noGuid = await world.get('/subscriptions/mine/resourceGroups');
    assert.deepEqual([noGuid.status, noGuid.json.error?.code], [400, 'InvalidSubscriptionId']);
  });

  test('a token of another list is refused', async () => {
    const world = await newWorld();
    const answer = await world.get('/tenants?$skiptoken=00780079');
    assert.equal(answer.json.error?.code, 'InvalidQueryParameter');
  });

  test('a list is filtered by tag and paged by $top', async () => {
    const world = await newWorld();
    for (const [name, env] of [
      ['a', 'test'],
      ['b', 'live'],
      ['c', 'test'],
    ] as const)
      await makeGroup(world, `${subscription}/resourceGroups/${name}`, { env });
    const filter = encodeURIComponent("tagName eq 'ENV' and tagValue eq 'test'");
    const page = await world.get(`${subscription}/resourcegroups?$top=1&$filter=${filter}`);
    assert.equal(page.json.value.length, 1);
    assert.ok(page.json.nextLink);
    const all = await world.listAll(`${subscription}/resourcegroups?$top=1&$filter=${filter}`);
    assert.deepEqual(
      all.map((item) => item.name),
      ['a', 'c'],
    );
  });

  test('bad names, moved locations and unknown members are refused by name', async () => {
    const world = await newWorld();
    const ends = await world.put(`${subscription}/resourceGroups/ends.`, { location: 'japaneast' });
    assert.equal(ends.json.error.code, 'InvalidResourceName');
    await makeGroup(world);
    assert.equal(
      (await world.put(group, { location: 'japanwest' })).json.error.code,
      'InvalidResourceGroupLocation',
    );
    assert.equal((await world.put(group, {})).status, 200, 'an update may leave the location out');
    const nowhere = await world.put(`${subscription}/resourceGroups/g2`, { location: 'atlantis' });
    assert.equal(nowhere.json.error.code, 'LocationNotAvailableForResourceGroup');
    const odd = await world.patch(group, { colour: 'red' });
    assert.equal(odd.json.error.code, 'InvalidRequestContent');
  });
});

describe('deleting a group', () => {
  test('takes users before what they use, children with their parents, and documents without a type', async () => {
    const world = await newWorld();
    await makeGroup(world);
    await makeThing(world, thing('a-used'));
    await makeThing(world, thing('b-user'), { uses: thing('a-used') });
    await makeThing(world, thing('c-slow'), { uses: thing('b-user'), slow: true });
    await world.put(`${thing('a-used')}/parts/p`, {});
    await world.store.commit({
      puts: [{ id: `${thing('a-used')}/identities/current`, type: 'Tombolo/identities', body: {} }],
    });
    await world.remove(group);
    const refused = await world.put(thing('late'), { location: 'japaneast' });
    assert.equal(refused.json.error.code, 'ResourceGroupBeingDeleted');
    assert.equal((await world.put(group, { location: 'japaneast' })).status, 409);
    assert.equal((await world.get(group)).json.properties.provisioningState, 'Deleting');
    await world.settle();
    assert.deepEqual(await world.store.list({ under: group }), []);
    assert.deepEqual(await world.store.claimsUnder('use:'), []);
    assert.equal((await world.get(group)).status, 404);
    assert.deepEqual(world.failures, []);
  });

  test('a use from outside fails the operation before anything is deleted, and the group takes writes again', async () => {
    const world = await newWorld();
    const shore = `${subscription}/resourceGroups/shore`;
    await makeGroup(world);
    await makeGroup(world, shore);
    await makeThing(world, thing('a'));
    await makeThing(world, thing('used'));
    await makeThing(world, thing('user', shore), { uses: thing('used') });
    const removed = await world.remove(group);
    await world.settle();
    const result = await world.get(removed.headers.location!);
    assert.equal(result.status, 409);
    assert.equal(result.json.error.code, 'ResourceGroupDeletionBlocked');
    assert.match(result.json.error.message, /things\/user/);
    assert.equal((await world.get(thing('a'))).status, 200);
    assert.equal((await world.get(group)).json.properties.provisioningState, 'Succeeded');
    await makeThing(world, thing('later'));
    await world.remove(thing('user', shore));
    await world.remove(group);
    await world.settle();
    assert.equal((await world.get(group)).status, 404);
  });

  test('a resource whose own deletion fails fails the group with its error', async () => {
    const world = await newWorld();
    await makeGroup(world);
    await makeThing(world, thing('stuck'), { stuck: true });
    const removed = await world.remove(group);
    await world.settle();
    assert.equal((await world.get(removed.headers.location!)).json.error.code, 'ThingIsStuck');
    assert.equal((await world.get(group)).json.properties.provisioningState, 'Succeeded');
  });

  test('450 resources go in bounded batches', async () => {
    const world = await newWorld();
    await makeGroup(world);
    for (let index = 0; index < 450; index += 1) await makeThing(world, thing(`t${index}`));
    await world.remove(group);
    await world.settle();
    assert.deepEqual(await world.store.list({ under: group }), []);
  });
});

describe('resources', () => {
  const newStocked = async () => {
    const world = await newWorld();
    await makeGroup(world);
    await makeGroup(world, `${subscription}/resourceGroups/shore`);
    await makeThing(world, thing('gull'), {}, { wing: 'white' });
    await makeThing(world, thing('tern'), {}, { wing: 'grey', beak: 'white' });
    await makeThing(world, thing('crab', `${subscription}/resourceGroups/shore`));
    await world.put(`${thing('gull')}/parts/p`, {});
    return world;
  };
  const filters: readonly (readonly [string, readonly string[]])[] = [
    ["resourceType eq 'microsoft.test/things'", ['gull', 'tern', 'crab']],
    ["resourceType eq 'Microsoft.Network/virtualNetworks'", []],
    ["name eq 'GULL'", ['gull']],
    ["resourceGroup eq 'shore'", ['crab']],
    ["tagName eq 'wing'", ['gull', 'tern']],
    ["tagName eq 'wing' and tagValue eq 'white'", ['gull']],
    ["name eq 'gull' or name eq 'crab'", ['gull', 'crab']],
    ["substringof('er', name)", ['tern']],
    ["(name ne 'gull') and resourceGroup eq 'island'", ['tern']],
    ["not name eq 'gull' and location eq 'japaneast'", ['tern', 'crab']],
  ];
  for (const [filter, names] of filters) {
    test(`$filter=${filter}`, async () => {
      const world = await newStocked();
      const found = await world.get(`${subscription}/resources?$filter=${encodeURIComponent(filter)}`);
      assert.deepEqual(found.json.value.map((item: JsonObject) => item.name).sort(), [...names].sort());
    });
  }

  test('a filter by type or group reads no documents of others', async (context) => {
    const world = await newStocked();
    const read: string[] = [];
    const { list } = world.store;
    context.mock.method(world.store, 'list', async (query: ListQuery) => {
      const found = await list(query);
      read.push(...found.map(({ id }) => id));
      return found;
    });
    const readFor = async (filter: string) => {
      read.length = 0;
      await world.get(`${subscription}/resources?$filter=${encodeURIComponent(filter)}`);
      return read.map((id) => id.slice(id.lastIndexOf('/') + 1)).sort();
    };
    const byType = "resourceType eq 'MICROSOFT.TEST/things'";
    assert.deepEqual(await readFor(byType), ['crab', 'gull', 'tern']);
    assert.deepEqual(await readFor("resourceGroup eq 'Shore' and name ne 'gull'"), ['crab']);
    assert.deepEqual(await readFor(`(${byType} and tagName eq 'wing') and resourceGroup eq 'shore'`), [
      'crab',
    ]);
    assert.deepEqual(await readFor("resourceType eq 'Microsoft.Nowhere/things'"), []);
    assert.ok((await readFor(`${byType} or name eq 'p'`)).includes('p'), 'an alternative reads all');
    assert.ok((await readFor("resourceType ne 'Microsoft.Nowhere/things'")).includes('p'));
  });

  test('a group lists its own, tracked ones only; $top pages; $expand adds what it names', async () => {
    const world = await newStocked();
    const own = await world.listAll(`${group}/resources?$top=1`);
    assert.deepEqual(
      own.map((item) => item.name),
      ['gull', 'tern'],
    );
    const expanded = await world.get(`${group}/resources?$expand=createdTime,provisioningState`);
    assert.equal(expanded.json.value[0].createdTime, '2026-01-01T00:00:00.000Z');
    assert.equal(expanded.json.value[0].changedTime, undefined);
  });

  for (const query of [
    `$filter=${encodeURIComponent('name eq')}`,
    `$filter=${encodeURIComponent("name gt 'a'")}`,
    `$filter=${encodeURIComponent("colour eq 'a'")}`,
    `$filter=${encodeURIComponent("name eq 'a' name eq 'b'")}`,
    `$filter=${encodeURIComponent("name eq 'a' %")}`,
    `$filter=${encodeURIComponent('('.repeat(100))}`,
    `$filter=${encodeURIComponent(`name eq '${'a'.repeat(3000)}'`)}`,
    '$expand=everything',
    '$top=0',
    '$top=many',
    '$skiptoken=zz',
  ]) {
    test(`${query.slice(0, 40)} is 400 InvalidQueryParameter`, async () => {
      const world = await newStocked();
      const answer = await world.get(`${subscription}/resources?${query}`);
      assert.equal(answer.status, 400);
      assert.equal(answer.json.error.code, 'InvalidQueryParameter');
    });
  }
});

test('a filter is judged before a resource is looked at, all of it', async () => {
  const world = await createArmWorld({ providers: [resourcesProvider] });
  await world.put(group, { location: 'westeurope' });
  for (const list of [`${subscription}/resourcegroups`, `${subscription}/resources`, `${group}/resources`])
    for (const filter of [
      "colour eq 'a'",
      "name eq 'none' and colour eq 'a'",
      "name eq 'none' and f(name,'a')",
    ]) {
      const { status, json } = await world.get(`${list}?$filter=${encodeURIComponent(filter)}`);
      assert.deepEqual([status, json.error?.code], [400, 'InvalidQueryParameter'], `${list}: ${filter}`);
    }
});

describe('providers', () => {
  test('what onboarding guides register beside it can be registered, and offers nothing', async () => {
    const world = await createArmWorld({ providers: [resourcesProvider, ...registeredOnly] });
    for (const namespace of [
      'Microsoft.GuestConfiguration',
      'Microsoft.HybridConnectivity',
      'Microsoft.AzureArcData',
      'Microsoft.Compute',
      'Microsoft.Kubernetes',
      'Microsoft.KubernetesConfiguration',
      'Microsoft.ExtendedLocation',
    ]) {
      const path = `${subscription}/providers/${namespace.toLowerCase()}`;
      const before = (await world.get(path)).json;
      assert.deepEqual(
        [before.namespace, before.registrationState, before.resourceTypes],
        [namespace, 'NotRegistered', []],
      );
      assert.equal((await world.post(`${path}/register`)).json.registrationState, 'Registered');
      assert.equal((await world.get(path)).json.registrationState, 'Registered');
    }
    const machine = `${subscription}/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/m`;
    const missing = await world.get(machine, { apiVersion: '2024-07-01' });
    assert.equal(missing.json.error.code, 'InvalidResourceType');
  });

  test('what a provider offers comes from its manifest, and it is registered until unregistered', async () => {
    const world = await newWorld();
    const path = `${subscription}/providers/microsoft.test`;
    const found = await world.get(path);
    assert.equal(found.json.registrationState, 'Registered');
    assert.deepEqual(
      found.json.resourceTypes.map((type: JsonObject) => type.resourceType),
      ['things', 'things/parts'],
    );
    assert.ok(found.json.resourceTypes[0].locations.includes('Japan East'));
    assert.equal((await world.post(`${path}/unregister`)).json.registrationState, 'Unregistered');
    assert.equal((await world.get(path)).json.registrationState, 'Unregistered');
    assert.equal((await world.post(`${path}/register`)).json.registrationState, 'Registered');
    assert.equal((await world.get(`${subscription}/providers`)).json.value.length, 2);
    assert.equal((await world.get('/providers')).json.value.length, 2);
    assert.equal((await world.get('/providers/Microsoft.Test')).json.namespace, 'Microsoft.Test');
    assert.equal((await world.post(`${subscription}/providers/Microsoft.None/register`)).status, 404);
  });

  test('registering needs the namespace’s own action', async () => {
    const asked: string[] = [];
    const world = await createArmWorld({
      providers: [resourcesProvider, thingsProvider],
      isAllowed: async (_, action) => {
        asked.push(action);
        return false;
      },
    });
    const refused = await world.post(`${subscription}/providers/Microsoft.Test/register`);
    assert.equal(refused.json.error.code, 'AuthorizationFailed');
    assert.deepEqual(asked, ['Microsoft.Test/register/action']);
  });

  test('checkResourceName knows reserved words', async () => {
    const world = await newWorld();
    const path = '/providers/Microsoft.Resources/checkResourceName';
    const check = (name: string) => world.post(path, { name, type: 'Microsoft.Test/things' });
    assert.equal((await check('gull')).json.status, 'Allowed');
    assert.equal((await check('mywindowsbox')).json.status, 'Reserved');
    assert.equal((await world.post(path, { name: 1 })).json.error.code, 'InvalidRequestContent');
  });
});

describe('tags', () => {
  test('merge, replace, delete and clear, on a resource, a group and the subscription', async () => {
    const world = await newWorld();
    await makeGroup(world);
    await makeThing(world, thing('gull'), { uses: thing('x') }, { wing: 'white' });
    for (const scope of [thing('gull'), group, subscription]) {
      const path = `${scope}/providers/Microsoft.Resources/tags/default`;
      const replaced = await world.put(path, { properties: { tags: { a: '1', b: '2' } } });
      assert.equal(replaced.status, 200);
      assert.equal(replaced.json.id, path);
      const mergedTags = await world.patch(path, {
        operation: 'Merge',
        properties: { tags: { B: '3', c: '4' } },
      });
      assert.deepEqual(mergedTags.json.properties.tags, { a: '1', b: '3', c: '4' });
      const less = await world.patch(path, {
        operation: 'delete',
        properties: { tags: { a: '', c: 'other' } },
      });
      assert.deepEqual(less.json.properties.tags, { b: '3', c: '4' });
      assert.deepEqual((await world.get(scope)).json.tags, { b: '3', c: '4' });
      assert.equal((await world.remove(path)).status, 200);
      assert.deepEqual((await world.get(path)).json.properties.tags, {});
    }
    assert.deepEqual((await world.get(thing('gull'))).json.properties, { uses: thing('x') });
  });

  test('proxy resources, missing scopes and malformed bodies are refused', async () => {
    const world = await newWorld();
    await makeGroup(world);
    await makeThing(world, thing('gull'));
    await world.put(`${thing('gull')}/parts/p`, {});
    const at = (scope: string) => `${scope}/providers/Microsoft.Resources/tags/default`;
    const body = { properties: { tags: { a: '1' } } };
    assert.equal((await world.put(at(`${thing('gull')}/parts/p`), body)).status, 400);
    assert.equal((await world.put(at(thing('none')), body)).status, 404);
    assert.equal((await world.put(at(group), { tags: {} })).status, 400);
    assert.equal((await world.put(at(group), { properties: { tags: { a: 1 } } })).status, 400);
    assert.equal((await world.patch(at(group), { operation: 'Explode', ...body })).status, 400);
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`t${index}`, '']));
    assert.equal((await world.put(at(group), { properties: { tags: many } })).status, 400);
  });
});
