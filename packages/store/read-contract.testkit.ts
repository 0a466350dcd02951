/** The part of the store contract about a batch of reads: one round trip, one snapshot; and a request's reader over it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { operation, put } from './feed-contract.testkit.ts';
import { type Batch, MalformedBatch, type Reading, type Store } from './port.ts';

/** What fills a store for these tests. */
const filling: Batch = {
  puts: [put('/s/A', { n: 1 }), put('/s/b', {}, 'T/b'), put('/s/a/x'), put('/t')],
  claims: [
    { key: 'use:/s/a', value: '/s/a', holder: '/t' },
    { key: 'use:/s/a', value: '/s/a', holder: '/s/B' },
    { key: 'use:/t', value: '/t', holder: '/s/b' },
  ],
  operations: [operation('o')],
};

/** Registers the tests; `current` gives the store of the running one. */
export function readContract(current: () => Store): void {
  describe('a batch of reads', () => {
    test('is answered as each read by itself would be, and says of which number', async () => {
      const store = current();
      await store.commit(filling);
      await store.recordFacts([{ key: 'f', at: 5, value: { up: true } }]);
      const { epoch, through } = await store.head();
      const feed = { after: 0, epoch, types: ['T/b'], limit: 9 };
      const lists = [
        { under: '/S' },
        { type: 'T/b' },
        { under: '/s', limit: 1 },
        { under: '/s', after: '/s/a/x' },
      ];
      const answers = await store.read({
        documents: ['/S/a', '/nowhere', '/T'],
        lists,
        claims: ['use:/s/a', 'use:/nowhere'],
        claimsUnder: ['use:', 'other'],
        facts: ['f', 'g'],
        operations: ['O', 'p'],
        changes: [feed, { ...feed, epoch: 'another' }],
      });
      assert.deepEqual([answers.epoch, answers.through], [epoch, through]);
      assert.deepEqual(answers.documents, await store.getMany(['/S/a', '/nowhere', '/T']));
      assert.deepEqual(answers.lists, await Promise.all(lists.map((query) => store.list(query))));
      assert.deepEqual([...answers.claims], [['use:/s/a', await store.claim('use:/s/a')]]);
      assert.deepEqual(answers.claimsUnder, [await store.claimsUnder('use:'), []]);
      assert.deepEqual(answers.facts, await store.facts(['f', 'g']));
      assert.deepEqual([...answers.operations], [['o', await store.operation('o')]]);
      assert.deepEqual(answers.changes, [await store.changes(feed), undefined]);
    });

    test('of a list goes no further than to the document that reaches its characters, however it is read', async () => {
      const store = current();
      const ids = Array.from({ length: 400 }, (_, index) => `/large/${String(index).padStart(3, '0')}`);
      await store.commit({ puts: ids.map((id) => put(id, { x: 'x'.repeat(92) })) });
      // {"x":"…"}: a hundred characters each.
      const list = (characters: number, after?: string) => ({
        ...{ under: '/large', limit: 401, characters },
        ...(after === undefined ? {} : { after }),
      });
      for (const [characters, count] of [
        [1, 1],
        [100, 1],
        [101, 2],
        [25_000, 250],
        [30_000, 300],
        [40_001, 400],
      ] as const) {
        const query = list(characters);
        for (const found of [
          await store.list(query),
          (await store.read({ lists: [query] })).lists[0]!,
          // With others: more than are read by one statement.
          (await store.read({ documents: ids.slice(0, 9), lists: [{ under: '/none' }, query] })).lists[1]!,
        ])
          assert.deepEqual(
            found.map(({ id }) => id),
            ids.slice(0, count),
            `${characters}`,
          );
      }
      assert.deepEqual(
        (await store.list(list(150, ids[397]!))).map(({ id }) => id),
        ids.slice(398),
      );
      const reading = store.reading();
      assert.equal((await reading.list(list(100))).length, 1);
      assert.equal((await reading.list(list(200))).length, 2);
    });

    test('of one document, with what has changed: nothing, something, or another epoch', async () => {
      const store = current();
      await store.commit(filling);
      const { epoch, through } = await store.head();
      const nothing = { after: through, epoch, types: ['T/b'], limit: 9 };
      for (const id of ['/S/a', '/nowhere'])
        for (const changes of [
          [],
          [nothing],
          [nothing, { ...nothing, after: 0 }],
          [{ ...nothing, epoch: 'another' }],
        ]) {
          const answers = await store.read({ documents: [id], changes });
          assert.deepEqual([answers.epoch, answers.through], [epoch, through]);
          assert.deepEqual(answers.documents, await store.getMany([id]));
          assert.deepEqual(
            answers.changes,
            await Promise.all(changes.map((query) => store.changes(query).catch(() => undefined))),
          );
        }
    });

    test('of changes from no number, or of a page without room, is refused', async () => {
      const store = current();
      const { epoch } = await store.head();
      for (const [after, limit] of [
        [-1, 9],
        [0.5, 9],
        [0, 0],
        [0, 1.5],
      ] as const)
        await assert.rejects(store.read({ changes: [{ after, epoch, limit }] }), MalformedBatch);
    });

    test('of a prefix finds whatever follows it, beyond U+FFFF too', async () => {
      const store = current();
      const keys = ['a/\u{ffff}', 'a/\u{1f600}', 'a/\u{10fffe}', 'a0'];
      await store.commit({ claims: keys.map((key) => ({ key, value: 'v', holder: '/h' })) });
      assert.deepEqual(
        (await store.claimsUnder('a/')).map(({ key }) => key),
        keys.slice(0, 3),
      );
      await store.commit({ puts: keys.map((key) => put(`/${key}`)) });
      assert.deepEqual(
        (await store.list({ under: '/a' })).map(({ id }) => id),
        keys.slice(0, 3).map((key) => `/${key}`),
      );
    });

    test('of nothing says the number', async () => {
      const store = current();
      await store.commit(filling);
      assert.equal((await store.read({})).through, 1);
    });

    test('finds many keys as it finds few', async () => {
      const store = current();
      const many = Array.from({ length: 40 }, (_, index) => `/many/${index}`);
      await store.commit({
        puts: many.map((id) => put(id)),
        claims: many.map((id) => ({ key: `use:${id}`, value: id, holder: '/h' })),
        operations: many.map((id) => operation(id)),
      });
      await store.recordFacts(many.map((key) => ({ key, at: 1, value: {} })));
      const claims = many.map((id) => `use:${id}`);
      const answers = await store.read({ documents: many, claims, facts: many, operations: many });
      const { documents, facts, operations } = answers;
      assert.deepEqual(
        [documents, answers.claims, facts, operations].map((found) => found.size),
        [40, 40, 40, 40],
      );
    });

    for (const size of [3, 2_500])
      test(`of ${size} documents is one snapshot, whatever is committed meanwhile`, async () => {
        const store = current();
        const many = Array.from({ length: size }, (_, index) => put(`/many/${index}`, { n: 0 }));
        await store.commit({ puts: many, claims: [{ key: 'k', value: 'old', holder: '/many/0' }] });
        const reading = store.read({
          lists: [{ under: '/many' }],
          documents: ['/many/0', '/new'],
          claims: ['k'],
          changes: [{ after: 0, epoch: (await store.head()).epoch, limit: 9_999 }],
        });
        const during: Promise<unknown>[] = [];
        for (let n = 1; n <= 20; n += 1) {
          during.push(
            store.commit({
              puts: [...many.map(({ id, type }) => ({ id, type, body: { n } })), put('/new', { n })],
              releases: [{ holder: '/many/0' }],
              claims: [{ key: 'k', value: `of ${n}`, holder: '/many/0' }],
            }),
          );
          await new Promise((resolve) => setImmediate(resolve));
        }
        const { through, lists, documents, claims, changes } = await reading;
        await Promise.all(during);
        const n = through - 1;
        assert.deepEqual([...new Set(lists[0]!.map(({ body }) => body.n))], [n]);
        assert.equal(lists[0]!.length, size);
        assert.equal(documents.get('/many/0')?.body.n, n);
        assert.equal(documents.get('/new')?.body.n, n === 0 ? undefined : n);
        assert.equal(claims.get('k')?.value, n === 0 ? 'old' : `of ${n}`);
        assert.equal(changes[0]?.through, through);
        assert.equal(changes[0]?.changes.length, n === 0 ? size : size + 1);
      });
  });

  describe('a reading', () => {
    /** What is known of everything that `filling` and the writes below touch. */
    const everything = async (
      reader: Pick<Reading, 'getMany' | 'list' | 'claim' | 'claimsUnder' | 'operation'>,
    ) => [
      [...(await reader.getMany(['/s/A', '/s/b', '/s/c', '/t']))],
      await reader.list({ under: '/s' }),
      await reader.list({ type: 'T/b' }),
      await reader.list({ type: 'T/b', under: '/s/a' }),
      await reader.list({ under: '/s', limit: 2 }),
      await reader.list({ under: '/s', after: '/s/a' }),
      await reader.claim('use:/s/a'),
      await reader.claim('use:/t'),
      await reader.claimsUnder('use:'),
      await reader.operation('o'),
    ];

    test('knows what its request has written, without asking', async () => {
      const store = current();
      await store.commit(filling);
      const writes: readonly Batch[] = [
        // Of another claim than it holds: nothing is released.
        { releases: [{ holder: '/s/B', key: 'use:/t' }] },
        { puts: [put('/S/a', { n: 2 }), put('/s/C', {}, 'T/b'), put('/s/a/y', {}, 'T/b')] },
        { deletes: ['/S/B', '/s/a/x'], releases: [{ holder: '/S/b' }] },
        {
          releases: [{ holder: '/T', key: 'use:/s/a' }],
          claims: [{ key: 'use:/s/a', value: 'else', holder: '/U' }],
        },
        {
          claims: [{ key: 'use:/v', value: '/v', holder: '/s/c' }],
          operations: [operation('o', { dueAt: 99 })],
        },
      ];
      const reading = store.reading();
      await everything(reading);
      for (const batch of writes) {
        reading.wrote(batch, await store.commit(batch));
        assert.deepEqual(await everything(reading), await everything(store));
      }
    });

    test('tells changes of different types, places and ends apart, and asks again after its own write', async () => {
      const store = current();
      await store.commit(filling);
      await store.commit({ puts: [put('/s/d', {}, 'T/b')] });
      const { epoch } = await store.head();
      const feed = { after: 0, epoch, types: ['T/b'], limit: 9 };
      const queries = [feed, { ...feed, types: ['T'] }, { ...feed, after: 1 }, { ...feed, limit: 1 }];
      const reading = store.reading();
      const told = (reader: Pick<Reading, 'changes'>) =>
        Promise.all(queries.map((query) => reader.changes(query)));
      assert.deepEqual(await told(reading), await Promise.all(queries.map((query) => store.changes(query))));
      assert.equal(await reading.changes({ ...feed, epoch: 'another' }), undefined);
      const batch: Batch = { puts: [put('/s/e', {}, 'T/b')] };
      reading.wrote(batch, await store.commit(batch));
      assert.deepEqual(await told(reading), await Promise.all(queries.map((query) => store.changes(query))));
    });

    test('finds nothing new that others write', async () => {
      const store = current();
      await store.commit(filling);
      const reading = store.reading();
      const before = await everything(reading);
      await store.commit({ puts: [put('/s/A', { n: 3 }), put('/s/c')], deletes: ['/s/b'] });
      assert.deepEqual(await everything(reading), before);
    });
  });
}
