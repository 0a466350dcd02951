/** What holds for every type, whatever it is: tried with one of each. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '@tombolo/store/port';
import { type ArmWorld, createArmWorld, errorOf } from '@tombolo/testkit/arm-world';
import fc from 'fast-check';
import { examples, idOf } from './every-type.testkit.ts';
import { type Example, group } from './example.testkit.ts';
import { providers } from './index.ts';

/** One of each, made in a world of its own. */
const createEvery = async (): Promise<ArmWorld> => {
  const world = await createArmWorld({ providers });
  for (const example of examples) {
    if (!example.body || example.madeBy !== undefined) continue;
    const answer = await world.put(await idOf(example, world), example.body);
    assert.ok([200, 201].includes(answer.status), `${example.type}: ${JSON.stringify(answer.json)}`);
    await world.settle();
  }
  return world;
};

const written = examples.filter(({ body }) => body !== undefined);

/** As some clients write ids: all of it in another case but the names. */
const recased = (id: string, change: (segment: string) => string): string =>
  id
    .split('/')
    .map((segment, index) =>
      index % 2 === 1 || segment.startsWith('Microsoft.') ? change(segment) : segment,
    )
    .join('/');

test('ids in any case mean the same resources, and are answered in the canonical one', async () => {
  const world = await createEvery();
  const before = (await world.store.snapshot()).documents.length;
  for (const example of written) {
    const id = await idOf(example, world);
    for (const other of [id.toUpperCase(), id.toLowerCase()])
      assert.equal((await world.get(other)).json.id, id);
  }
  for (const example of written) {
    const id = await idOf(example, world);
    for (const change of [(text: string) => text.toUpperCase(), (text: string) => text.toLowerCase()]) {
      const again = await world.put(recased(id, change), example.body!);
      assert.ok([200, 201].includes(again.status), `${id}: ${JSON.stringify(again.json)}`);
      assert.equal(again.json.id, id);
      await world.settle();
    }
  }
  assert.equal((await world.store.snapshot()).documents.length, before);
  assert.deepEqual(world.failures, []);
});

test('a resource group’s deletion takes one of each, in order, and leaves no document and no claim', async () => {
  const world = await createEvery();
  assert.equal((await world.remove(group)).status, 202);
  await world.settle(2_000);
  assert.equal((await world.get(group)).status, 404);
  assert.deepEqual(await world.store.list({ under: group }), []);
  const claims = await world.store.claimsUnder('');
  const below = claims.flatMap(({ holders }) => holders).filter((id) => id.startsWith(group.toLowerCase()));
  assert.deepEqual(below, []);
  assert.deepEqual(world.failures, []);
});

const bodyOf = ({ full, body }: Example): Json => full ?? body!;

const pathsOf = (value: Json, path: readonly string[] = []): readonly (readonly string[])[] =>
  typeof value === 'object' && value !== null
    ? [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner as Json, [...path, key]))]
    : [path];

const replaced = (value: Json, [key, ...rest]: readonly string[], by: Json): Json => {
  if (key === undefined) return by;
  const inner = (value as Record<string, Json>)[key] ?? null;
  const next = replaced(inner, rest, by);
  return Array.isArray(value)
    ? value.map((item, index) => (String(index) === key ? next : item))
    : { ...(value as object), [key]: next };
};

const spoilers: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json[]>(
    ...[null, '', ' ', '/', [], {}, -1, 0, 1e308, 2 ** 53, true],
    ...['::', '0.0.0.0/0', '/subscriptions/x', '__proto__', 'x'.repeat(3000), group],
    ...written.flatMap(({ id }) => (typeof id === 'string' ? [id] : [])),
  ),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
);

test('whatever is in a body, the answer is an ARM error or a resource, and never a failure of ours', async () => {
  const world = await createEvery();
  const ids = new Map<Example, string>();
  for (const example of written) ids.set(example, await idOf(example, world));
  const cases = fc.constantFrom(...written).chain((example) =>
    fc.record({
      example: fc.constant(example),
      path: fc.constantFrom(...pathsOf(bodyOf(example))),
      by: spoilers,
      method: fc.constantFrom('PUT' as const, 'PATCH' as const),
    }),
  );
  await fc.assert(
    fc.asyncProperty(cases, async ({ example, path, by, method }) => {
      const id = ids.get(example)!;
      const answer = await world.send(method, id, replaced(bodyOf(example), path, by));
      assert.ok(
        answer.status < 500 || answer.status === 501,
        `${method} ${id} ${path.join('.')}: ${JSON.stringify(answer.json)}`,
      );
      if (answer.status >= 400) assert.ok(errorOf(answer).code && errorOf(answer).message);
      assert.deepEqual(world.failures, []);
      assert.ok((await world.get(id)).status < 500);
    }),
    { seed: 7, numRuns: 2_000 },
  );
});

test('there is one of each type that can be written', () => {
  const tried = new Set(written.map(({ type }) => type));
  const missing = providers
    .flatMap(({ types }) => types)
    .filter((type) => type.properties !== undefined && type.put !== undefined)
    .map(({ type }) => type)
    .filter((type) => !tried.has(type));
  assert.deepEqual(missing, []);
});
