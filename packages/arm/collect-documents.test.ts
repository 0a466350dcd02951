import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Document, ListQuery } from '@tombolo/store/port';
import { createArmWorld, subscriptionId } from '@tombolo/testkit/arm-world';
import { z } from 'zod';
import { defineResourceType } from './index.ts';
import { collectDocuments } from './read-operations.ts';

const documents: readonly Document[] = Array.from({ length: 25_000 }, (_, index) => ({
  id: `/machines/M-${String(index).padStart(5, '0')}`,
  type: 'T',
  body: {},
  version: 1,
}));

/** Lists the documents above, and counts what each request looks at. */
const watched = () => {
  let looked = 0;
  const list = async ({ after = '', limit = 0 }: ListQuery) => {
    const start = documents.findIndex(({ id }) => id.toLowerCase() > after);
    const found = start < 0 ? [] : documents.slice(start, start + limit);
    looked += found.length;
    return found;
  };
  return {
    context: { store: { list } } as unknown as Parameters<typeof collectDocuments>[0],
    looked: () => looked,
  };
};

/** The names on each page, from the first to the last, and what the request for it looked at. */
const pages = async (size: number, keep: (document: Document) => boolean) => {
  const seen: { names: readonly string[]; looked: number }[] = [];
  for (let after: string | undefined; ; ) {
    const { context, looked } = watched();
    const { documents: kept, next } = await collectDocuments(context, { size, after }, { keep });
    seen.push({ names: kept.map(({ id }) => id), looked: looked() });
    if (next === undefined) return seen;
    after = next;
  }
};

test('a request looks at 10,000 documents at most, and its page leads to all that is kept', async () => {
  const wanted = new Set([
    documents[0]!.id,
    documents[9_999]!.id,
    documents[10_000]!.id,
    documents[24_999]!.id,
  ]);
  const seen = await pages(100, ({ id }) => wanted.has(id));
  assert.deepEqual(
    seen.flatMap(({ names }) => names),
    [...wanted],
  );
  assert.deepEqual(
    seen.map(({ looked }) => looked),
    [10_000, 10_000, 5_000],
  );
});

test('a page of what is all kept looks at one document more than it shows', async () => {
  const [first] = await pages(1_000, () => true);
  assert.deepEqual([first?.names.length, first?.looked], [1_000, 1_001]);
});

test('a request reads 32 Mi characters of documents, whether it keeps them or not, and its pages lead to all', async () => {
  const mega = 1024 * 1024;
  const large = Array.from({ length: 50 }, (_, index) => ({
    ...documents[index]!,
    body: { text: 'x'.repeat(mega - 11) },
  }));
  for (const keeps of [1, 25]) {
    const reads: number[] = [];
    const list = async ({ after = '', limit = 0, characters = 0 }: ListQuery) => {
      const rest = large.filter(({ id }) => id.toLowerCase() > after).slice(0, limit);
      const found = rest.slice(0, Math.ceil(characters / mega));
      reads[reads.length - 1]! += found.length;
      return found;
    };
    const seen: string[] = [];
    for (let after: string | undefined = ''; after !== undefined; ) {
      reads.push(0);
      const context = { store: { list } } as unknown as Parameters<typeof collectDocuments>[0];
      const keep = ({ id }: Document): boolean => Number(id.slice(-2)) % keeps === 0;
      const page = await collectDocuments(context, { size: 40, after: after || undefined }, { keep });
      seen.push(...page.documents.map(({ id }) => id));
      after = page.next;
    }
    assert.deepEqual(reads, [32, 18], `${keeps}`);
    assert.equal(seen.length, 50 / keeps);
  }
});

test('a page of large resources shows few more than fit, and the next goes on after them', async () => {
  let shown = 0;
  const type = defineResourceType<object>({
    type: 'Microsoft.X/groups',
    apiVersions: ['2024-01-01'],
    placement: 'proxy',
    properties: z.looseObject({}),
    inlineChildren: ['rules'],
    lists: ['resourceGroup'],
    present: async (_, those) => {
      shown += those.length;
      return those.map(({ body }) => ({ ...body, rules: 'x'.repeat(1024 * 1024) }));
    },
  });
  const world = await createArmWorld({ providers: [{ namespace: 'Microsoft.X', types: [type] }] });
  const group = `/subscriptions/${subscriptionId}/resourceGroups/g`;
  const collection = `${group}/providers/Microsoft.X/groups`;
  const ids = Array.from({ length: 50 }, (_, index) => `${collection}/g${String(index).padStart(2, '0')}`);
  await world.store.commit({
    puts: [
      { id: group, type: 'Microsoft.Resources/subscriptions/resourceGroups', body: { location: 'x' } },
      ...ids.map((id) => ({ id, type: type.type, body: {} })),
    ],
  });
  const first = await world.get(`${collection}?$top=1000`);
  assert.deepEqual([first.json.value.length, shown], [7, 10]);
  const all = await world.listAll(`${collection}?$top=1000`);
  assert.deepEqual(
    all.map(({ id }) => id),
    ids,
  );
});
