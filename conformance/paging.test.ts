/** Lists longer than a page, followed by the clients' own iterators. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { all, names } from './expect.ts';
import { createScope, groupId } from './topology.ts';
import { openWorld } from './world.ts';

const world = await openWorld();
const { privateLinkScopes } = world.hybridCompute;
const count = 260;
const atOnce = 8;

const group = await world.createGroup();
const expected = Array.from({ length: count }, (_, index) => `scope-${String(index).padStart(4, '0')}`);
const queue = [...expected];
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      await createScope(world, group, name);
    }
  }),
);

describe(`a group of ${count} scopes`, () => {
  test('is listed whole, each scope once, by group and by subscription', async () => {
    assert.deepEqual(await names(privateLinkScopes.listByResourceGroup(group)), expected);
    assert.deepEqual(await names(privateLinkScopes.list()), expected);
  });

  test('comes in more than one page', async () => {
    const sizes: number[] = [];
    for await (const page of privateLinkScopes.listByResourceGroup(group).byPage()) sizes.push(page.length);
    assert.ok(sizes.length > 1, `pages of ${sizes.join(', ')}`);
    assert.equal(
      sizes.reduce((sum, size) => sum + size, 0),
      count,
    );
  });

  test('is listed whole by the generic list too, with a filter', async () => {
    const scopes = world.resources.resources.listByResourceGroup(group, {
      filter: "resourceType eq 'Microsoft.HybridCompute/privateLinkScopes'",
    });
    assert.equal((await all(scopes)).length, count);
  });

  test('is followed by nextLink in pages of the size that $top asks for, without loss when scopes come and go', async () => {
    const seen: string[] = [];
    let path: string | undefined =
      `${groupId(world, group)}/providers/Microsoft.HybridCompute/privateLinkScopes?api-version=2021-05-20&$top=60`;
    let pages = 0;
    while (path !== undefined) {
      const answer = await world.send({ path });
      assert.equal(answer.status, 200, answer.text);
      assert.ok((answer.json.value?.length ?? 0) <= 60);
      seen.push(...(answer.json.value ?? []).map((item) => item.name ?? ''));
      pages += 1;
      // Names that sort before and after the cursor; neither may shift what is still to come.
      await createScope(world, group, `a-new-${pages}`);
      const next = answer.json.nextLink;
      assert.ok(next === undefined || next.startsWith(`${world.origin}/`), next);
      path = next?.slice(world.origin.length);
    }
    assert.ok(pages >= 5);
    assert.deepEqual(
      seen.filter((name) => name.startsWith('scope-')),
      expected,
    );
    assert.equal(new Set(seen).size, seen.length, 'no scope twice');
  });

  test('a token that is none of ours, or a $top beyond bounds, is refused', async () => {
    const list = `${groupId(world, group)}/providers/Microsoft.HybridCompute/privateLinkScopes?api-version=2021-05-20`;
    for (const query of ['$skiptoken=zzzz', '$top=0', '$top=ten', '$top=1000000']) {
      const answer = await world.send({ path: `${list}&${query}` });
      assert.equal(answer.status, 400, query);
      assert.equal(answer.json.error?.code, 'InvalidQueryParameter', query);
    }
  });
});
