import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '@tombolo/store/port';
import { type ArmWorld, createArmWorld, owner, subscriptionId } from '@tombolo/testkit/arm-world';
import { z } from 'zod';
import { type ReferenceDeclaration, resourceId, resourceReference } from './resource-reference.ts';
import type { AnyResourceType } from './resource-type.ts';
import { defineResourceType } from './resource-type.ts';
import { useKey } from './use-claim.ts';

const group = `/subscriptions/${subscriptionId}/resourceGroups/rg`;
const target = `${group}/providers/A.B/targets/one`;
const other = `${group}/providers/A.B/targets/two`;
const user = `${group}/providers/A.B/users/u`;
const child = `${user}/parts/p`;
const join = 'A.B/targets/join/action';
const declared: ReferenceDeclaration = {
  type: 'A.B/targets',
  resolve: 'must-exist',
  linkedAction: join,
  withoutAction: 'ask its owner',
};

const proxy = (type: string, properties: z.ZodObject, more: Partial<AnyResourceType> = {}) =>
  defineResourceType<object>({
    type,
    apiVersions: ['2024-01-01'],
    placement: type.split('/').length > 2 ? 'proxy' : 'tracked',
    lists: [],
    properties,
    put: ({ command }) => ({ properties: command.properties as JsonObject }),
    patch: 'merge',
    ...more,
  });

const part = z.object({ target: resourceReference({ ...declared, uses: true }).nullish() });
const userProperties = z.object({
  target: resourceReference({ ...declared, near: 'region-and-subscription', uses: true }).nullish(),
  targets: z.array(resourceReference(declared)).nullish(),
  byName: z.record(z.string(), resourceId(declared)).nullish(),
  first: resourceReference({ type: 'A.B/targets', resolve: 'must-exist-at-first' }).nullish(),
  loose: resourceId({ type: 'A.B/targets', resolve: 'may-dangle' }, { orEmpty: true }).nullish(),
  gap: resourceReference({ type: 'A.B/gaps', resolve: 'not-implemented' }).nullish(),
  any: resourceId({ resolve: 'may-dangle' }).nullish(),
  parts: z.array(z.object({ name: z.string(), properties: part })).nullish(),
});

/** Its parts are stored as Microsoft.Network stores children. */
const users = proxy('A.B/users', userProperties, {
  inlineChildren: ['parts'],
  put: ({ command, referenced }) => {
    const { parts, ...rest } = command.properties as z.output<typeof userProperties>;
    return {
      properties: { ...(rest as JsonObject), known: [...referenced.keys()] },
      effects: {
        puts: (parts ?? []).map(({ name, properties }) => ({
          id: `${command.storedId}/parts/${name}`,
          type: 'A.B/users/parts',
          body: { properties: properties as JsonObject },
        })),
      },
    };
  },
  readOnly: ['known'],
});

const createWorld = async (
  denied: readonly string[] = [],
  asksEachReference = false,
): Promise<ArmWorld & { denied: string[] }> => {
  const list = [...denied];
  const world = await createArmWorld({
    settings: { asksEachReference },
    providers: [
      {
        namespace: 'A.B',
        types: [proxy('A.B/targets', z.object({})), users, proxy('A.B/users/parts', part)],
      },
    ],
    isAllowed: async (_, action, scope) => !(action === join && list.includes(scope)),
  });
  const body = { location: 'japaneast', tags: {}, properties: {} };
  await world.store.commit({
    puts: [
      { id: group, type: 'Microsoft.Resources/subscriptions/resourceGroups', body },
      { id: target, type: 'A.B/targets', body },
      { id: other, type: 'A.B/targets', body },
    ],
  });
  return Object.assign(world, { denied: list });
};

const put = (world: ArmWorld, properties: JsonObject) =>
  world.put(user, { location: 'japaneast', properties });
const refusal = async (answer: ReturnType<ArmWorld['put']>): Promise<string> => {
  const { status, json } = await answer;
  const detail = json.error?.details?.[0].code;
  return [status, json.error?.code, json.error?.target, detail]
    .filter((item) => item !== undefined)
    .join(' ');
};
const holders = async (world: ArmWorld, id: string) => (await world.store.claim(useKey(id)))?.holders ?? [];

describe('references of a write', () => {
  test('are bounded', async () => {
    const world = await createWorld();
    const many = (count: number) => ({ targets: Array.from({ length: count }, () => ({ id: target })) });
    assert.equal(await refusal(put(world, many(5_000))), '201');
    assert.equal(await refusal(put(world, many(5_001))), '400 InvalidRequestContent');
  });

  test('an id that is none, or of another type, is refused by its place; gaps by their name', async () => {
    const world = await createWorld();
    const gap = `${group}/providers/A.B/gaps/g`;
    const cases: readonly (readonly [JsonObject, string])[] = [
      [{ target: { id: 'nonsense' } }, '400 LinkedInvalidPropertyId properties.target.id'],
      [{ targets: [{ id: target }, { id: '/x' }] }, '400 LinkedInvalidPropertyId properties.targets[1].id'],
      [{ byName: { a: '/x' } }, '400 LinkedInvalidPropertyId properties.byName.a'],
      [
        { target: { id: `${group}/providers/Test.Things/things/a/b` } },
        '400 InvalidRequestFormat properties.target.id InvalidJsonReferenceFormat',
      ],
      [{ target: {} }, '400 InvalidRequestContent properties.target.id'],
      [{ any: 'x' }, '400 LinkedInvalidPropertyId properties.any'],
      [
        { target: { id: user } },
        '400 InvalidRequestFormat properties.target.id InvalidJsonReferenceWrongType',
      ],
      [{ loose: user }, '400 InvalidRequestFormat properties.loose InvalidJsonReferenceWrongType'],
      [{ gap: { id: target } }, '400 InvalidRequestFormat properties.gap.id InvalidJsonReferenceWrongType'],
      [{ gap: { id: gap } }, '501 NotImplemented properties.gap.id'],
      [{ target: { id: `${target}x` } }, '400 InvalidResourceReference properties.target.id'],
      [{ target: { id: '////' } }, '400 LinkedInvalidPropertyId properties.target.id'],
      [{ any: '' }, '400 LinkedInvalidPropertyId properties.any'],
      [{ any: `/${'x'.repeat(300_000)}` }, '400 InvalidRequestContent properties.any'],
      [
        { parts: [{ name: 'p', properties: { target: { id: `${target}x` } } }] },
        '400 InvalidResourceReference properties.parts[0].properties.target.id',
      ],
    ];
    for (const [properties, wanted] of cases)
      assert.equal(await refusal(put(world, properties)), wanted, JSON.stringify(properties));
    assert.equal((await world.get(user)).status, 404);
  });

  test('what is there is handed to the decision, once, in whatever case and with whatever slashes', async () => {
    const world = await createWorld();
    const twice = [{ id: `${target.toUpperCase()}//` }, { id: target }];
    const { json } = await put(world, { targets: twice, loose: `${target}x`, any: group });
    assert.deepEqual(json.properties.known, [group.toLowerCase(), target.toLowerCase()]);
  });

  test('region and subscription are held to where the declaration says so', async () => {
    const world = await createWorld();
    const away = { location: 'westeurope', properties: { targets: [{ id: target }] } };
    assert.equal((await world.put(user, away)).status, 201);
    const near = { ...away, properties: { target: { id: target } } };
    assert.equal(await refusal(world.put(user, near)), '400 InvalidResourceReference properties.target.id');
    const elsewhere = target.replace(subscriptionId, '99999999-9999-4999-8999-999999999999');
    const body = { location: 'westeurope', properties: {} };
    await world.store.commit({ puts: [{ id: elsewhere, type: 'A.B/targets', body }] });
    const foreign = { ...away, properties: { target: { id: elsewhere } } };
    assert.equal(
      await refusal(world.put(user, foreign)),
      '400 InvalidResourceReference properties.target.id',
    );
  });

  test('R15: a new or changed one needs its linked action, on PUT, PATCH and in a child; a kept one does not', async () => {
    const world = await createWorld([target]);
    const refused = `403 LinkedAuthorizationFailed ${target}`;
    const [one, two] = [target, other].map((id) => ({ target: { id } }));
    assert.equal(await refusal(put(world, one!)), refused);
    assert.equal((await put(world, two!)).status, 201);
    assert.equal(await refusal(put(world, one!)), refused);
    assert.equal(await refusal(world.patch(user, { properties: one! })), refused);
    const part = (properties: JsonObject) => ({ parts: [{ name: 'p', properties }] });
    assert.equal(await refusal(put(world, part(one!))), refused);
    assert.equal((await put(world, part(two!))).status, 200);
    // As it stands in one place it is still new in another.
    world.denied.push(other);
    assert.equal((await put(world, part(two!))).status, 200);
    const second = [...part(two!).parts, { name: 'q', properties: two! }];
    assert.equal(await refusal(put(world, { parts: second })), `403 LinkedAuthorizationFailed ${other}`);
    assert.equal(await refusal(put(world, two!)), `403 LinkedAuthorizationFailed ${other}`);
    assert.equal((await world.put(child, { properties: two! })).status, 200);
  });

  test('R15: as Azure does it, a kept one needs its linked action at each write, on PATCH and in a child, too', async () => {
    const world = await createWorld([], true);
    const body = { target: { id: target }, parts: [{ name: 'p', properties: { target: { id: other } } }] };
    assert.equal((await put(world, body)).status, 201);
    assert.equal((await put(world, body)).status, 200);
    world.denied.push(target);
    assert.equal(await refusal(put(world, body)), `403 LinkedAuthorizationFailed ${target}`);
    assert.equal(
      await refusal(world.patch(user, { properties: {} })),
      `403 LinkedAuthorizationFailed ${target}`,
    );
    assert.equal((await put(world, { parts: body.parts })).status, 200, 'it is let go');
    world.denied.push(other);
    assert.equal(await refusal(put(world, { parts: body.parts })), `403 LinkedAuthorizationFailed ${other}`);
    assert.equal(
      await refusal(world.put(child, { properties: { target: { id: other } } })),
      `403 LinkedAuthorizationFailed ${other}`,
    );
  });

  test('R15: what may be named in one property of a resource is new in another', async () => {
    const world = await createWorld();
    const list = { targets: [{ id: target }] };
    assert.equal((await put(world, list)).status, 201);
    world.denied.push(target);
    assert.equal((await put(world, list)).status, 200);
    const refused = `403 LinkedAuthorizationFailed ${target}`;
    assert.equal(await refusal(put(world, { ...list, target: { id: target } })), refused);
    assert.equal(await refusal(put(world, { ...list, byName: { a: target } })), refused);
  });

  test('R15: the refusal names caller, both actions and both resources, and what helps', async () => {
    const world = await createWorld([target]);
    const { message } = (await put(world, { target: { id: target } })).json.error;
    const { appId, objectId } = owner;
    for (const part of [appId, objectId, 'A.B/users/write', user, join, target])
      assert.ok(message.includes(`'${part}'`), part);
    assert.match(message, /Have a role with that action assigned on it, or ask its owner\.$/);
  });

  test('R15: a caller without the action is not told whether what it names is there', async () => {
    const missing = `${target}x`;
    const world = await createWorld([missing]);
    assert.equal(
      await refusal(put(world, { target: { id: missing } })),
      `403 LinkedAuthorizationFailed ${missing}`,
    );
  });

  test('what uses another holds it, and lets go of it when it refers to it no longer', async () => {
    const world = await createWorld();
    await put(world, {
      target: { id: target },
      parts: [{ name: 'p', properties: { target: { id: other } } }],
    });
    assert.deepEqual(await holders(world, target), [user]);
    assert.deepEqual(await holders(world, other), [child]);
    const { status, json } = await world.remove(target.toLowerCase());
    assert.equal(status, 409);
    assert.ok(
      json.error.message.includes(user),
      `its user is named as it was written: ${json.error.message}`,
    );
    await put(world, { target: { id: other }, parts: [{ name: 'p', properties: {} }] });
    assert.deepEqual(await holders(world, target), []);
    assert.deepEqual(await holders(world, other), [user]);
    await world.patch(user, { properties: { target: null } });
    assert.deepEqual(await holders(world, other), []);
  });

  test('what has to be there at first may go later: it can be sent back, and is not held', async () => {
    const world = await createWorld();
    const gone = { first: { id: target } };
    assert.equal((await put(world, gone)).status, 201);
    assert.equal((await world.remove(target)).status, 200);
    assert.equal((await put(world, gone)).status, 200);
    await put(world, {});
    assert.equal(await refusal(put(world, gone)), '400 InvalidResourceReference properties.first.id');
  });

  test('what is not implemented and stored from before can be sent back; a new one is refused', async () => {
    const world = await createWorld();
    const gap = { id: `${group}/providers/A.B/gaps/g` };
    const body = { location: 'japaneast', tags: {}, properties: { gap } };
    await world.store.commit({ puts: [{ id: user, type: 'A.B/users', body }] });
    assert.equal((await put(world, { gap })).status, 200);
    assert.equal(
      await refusal(put(world, { gap: { id: `${gap.id}2` } })),
      '501 NotImplemented properties.gap.id',
    );
  });
});
