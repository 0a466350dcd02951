/** The part of the store's contract that is about the feed, facts and the activity log. */
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { FeedGone, type JsonObject, type Operation, type Store } from './port.ts';

export const put = (id: string, body: JsonObject = {}, type = 'T/a') => ({ id, type, body });

export const operation = (id: string, more: Partial<Operation> = {}): Operation => ({
  id,
  kind: 'delete-group',
  subscriptionId: 's',
  location: 'westeurope',
  target: '/a',
  status: 'InProgress',
  startTime: 1,
  dueAt: 10,
  state: { step: 1 },
  ...more,
});

/** Registers the tests inside a suite that opens `current()` before each. */
export function feedContract(current: () => Store): void {
  let store: Store;
  beforeEach(() => {
    store = current();
  });

  const changes = async (after: number, limit = 100, types?: readonly string[]) => {
    const { epoch } = await store.head();
    return store.changes({ after, epoch, limit, ...(types ? { types } : {}) });
  };

  describe('feed', () => {
    test('moves by one a batch, and not where nothing was put or deleted', async () => {
      await store.commit({ puts: [put('/a'), put('/b')] });
      const same = await store.commit({
        deletes: ['/nowhere'],
        claims: [{ key: 'k', value: 'v', holder: '/a' }],
      });
      assert.equal(same.feed, 1);
      assert.equal((await store.commit({ deletes: ['/a', '/A'] })).feed, 2);
      const page = await changes(0);
      assert.equal(page.through, 2);
      assert.deepEqual(page.changes, [
        { feed: 1, id: '/b', type: 'T/a', document: { id: '/b', type: 'T/a', version: 1, body: {} } },
        { feed: 2, id: '/a', type: 'T/a' },
      ]);
    });

    test('gives each id once, with the document as it is now', async () => {
      for (const n of [1, 2, 3]) await store.commit({ puts: [put('/a', { n })] });
      const page = await changes(0);
      assert.deepEqual(
        page.changes.map((change) => [change.feed, change.document?.body]),
        [[3, { n: 3 }]],
      );
      assert.deepEqual((await changes(3)).changes, []);
    });

    test('never splits a batch over two pages', async () => {
      await store.commit({ puts: [put('/a'), put('/b'), put('/c')] });
      await store.commit({ puts: [put('/d')] });
      const page = await changes(0, 2);
      assert.deepEqual([page.through, page.changes.length], [1, 3]);
      assert.deepEqual(
        (await changes(1, 2)).changes.map(({ id }) => id),
        ['/d'],
      );
    });

    test('filters types and still moves through the numbers of others', async () => {
      await store.commit({ puts: [put('/a'), put('/b', {}, 'T/b')] });
      await store.commit({ puts: [put('/c', {}, 'T/c')] });
      const page = await changes(0, 10, ['T/b']);
      assert.deepEqual([page.through, page.changes.map(({ id }) => id)], [2, ['/b']]);
      assert.deepEqual((await changes(0, 10, [])).changes, []);
    });

    test('tells followers of the old type when an id returns as another', async () => {
      await store.commit({ puts: [put('/a')] });
      await store.commit({ deletes: ['/a'] });
      await store.commit({ puts: [put('/A', {}, 'T/b')] });
      assert.deepEqual((await changes(1, 10, ['T/a'])).changes, [{ feed: 2, id: '/a', type: 'T/a' }]);
      const both = await changes(1, 10);
      assert.deepEqual(
        both.changes.map(({ feed, type }) => [feed, type]),
        [[3, 'T/b']],
      );
    });

    test('is gone for another epoch, the future, and cursors behind the compaction, which keeps documents', async () => {
      await store.commit({ puts: [put('/a'), put('/b')] });
      await store.commit({ deletes: ['/a'] });
      await store.commit({ puts: [put('/c')] });
      const { epoch } = await store.head();
      await assert.rejects(store.changes({ after: 0, epoch: 'another', limit: 1 }), FeedGone);
      await assert.rejects(store.changes({ after: 4, epoch, limit: 1 }), FeedGone);
      await store.compact({ before: 3 });
      await assert.rejects(changes(1), FeedGone);
      assert.deepEqual(
        (await changes(2)).changes.map(({ id }) => id),
        ['/c'],
      );
      assert.deepEqual(
        (await store.snapshot()).documents.map(({ id }) => id),
        ['/b', '/c'],
      );
      await store.compact({ before: 1_000 });
      assert.deepEqual((await changes(3)).changes, []);
    });

    test('a round is one moment in bounded parts, whatever is committed between them', async () => {
      await Promise.all(Array.from({ length: 450 }, (_, n) => store.commit({ puts: [put(`/${n}`, { n })] })));
      const { epoch } = await store.head();
      const copy = new Map<string, JsonObject>();
      const parts: number[] = [];
      const through = await store.round({ after: 0, epoch }, async (part) => {
        parts.push(part.length);
        for (const { id, document } of part) copy.set(id, document!.body);
        // What is still to come is changed and deleted, and more comes.
        await store.commit({ puts: [put('/449', { late: true }), put(`/more/${parts.length}`)] });
        await store.commit({ deletes: ['/448'] });
        return true;
      });
      assert.equal(through, 450);
      assert.equal(
        parts.reduce((sum, part) => sum + part, 0),
        450,
      );
      assert.ok(parts.length > 1 && parts.every((part) => part <= 200));
      assert.deepEqual([copy.size, copy.get('/449'), copy.get('/448')], [450, { n: 449 }, { n: 448 }]);
      const next: string[] = [];
      const end = await store.round({ after: through, epoch }, async (part) => {
        next.push(...part.map(({ id, document }) => (document ? id : `-${id}`)));
        return true;
      });
      assert.equal(end, (await store.head()).through);
      assert.deepEqual(
        next.sort(),
        [...parts.map((_, index) => `/more/${index + 1}`), '-/448', '/449'].sort(),
      );
    });

    test('a round passes over any number of changes of other types, and ends early when told so', async () => {
      await store.commit({ puts: [put('/first', {}, 'T/b')] });
      for (let start = 0; start < 4_100; start += 1_000)
        await Promise.all(
          Array.from({ length: 1_000 }, (_, n) => store.commit({ puts: [put(`/${start + n}`)] })),
        );
      await store.commit({ puts: [put('/last', {}, 'T/b')], deletes: ['/7'] });
      const { epoch, through } = await store.head();
      const ids = async (types: readonly string[], goOn = true) => {
        const found: string[] = [];
        const end = await store.round({ after: 0, epoch, types }, async (part) => {
          found.push(...part.map(({ id }) => id));
          return goOn;
        });
        assert.equal(end, through);
        return found;
      };
      assert.deepEqual(await ids(['T/b']), ['/first', '/last']);
      assert.deepEqual(await ids(['T/c']), []);
      assert.equal((await ids(['T/a'])).length, 5_000);
      assert.equal((await ids(['T/a'], false)).length, 200);
      await assert.rejects(
        store.round({ after: 0, epoch: 'another' }, async () => true),
        FeedGone,
      );
    });

    test('a snapshot in parts is one moment, of these types, and ends early when told so', async () => {
      await Promise.all(
        Array.from({ length: 450 }, (_, n) =>
          store.commit({ puts: [put(`/${n}`, { n }), put(`/other/${n}`, {}, 'T/b')] }),
        ),
      );
      const { epoch, through } = await store.head();
      const copy = new Map<string, JsonObject>();
      const parts: number[] = [];
      const size = await store.snapshotInParts(['T/a'], async (documents, of) => {
        assert.deepEqual(of, { epoch, through, count: 450 });
        parts.push(documents.length);
        for (const { id, body } of documents) copy.set(id, body);
        await store.commit({
          puts: Array.from({ length: 450 }, (_, n) => put(`/${n}`, { late: true })),
        });
        return true;
      });
      assert.deepEqual(size, { epoch, through, count: 450 });
      assert.ok(parts.length > 1 && parts.every((part) => part <= 200));
      assert.equal(copy.size, 450);
      assert.ok([...copy.values()].every((body) => !('late' in body)));
      let taken = 0;
      await store.snapshotInParts(['T/a', 'T/b'], async (documents, { count }) => {
        taken += documents.length;
        assert.equal(count, 900);
        return false;
      });
      assert.equal(taken, 200);
      assert.equal((await store.snapshotInParts(['T/none'], async () => true)).count, 0);
    });

    test('calls back at each head until unsubscribed', async () => {
      const seen: number[] = [];
      const stop = store.onHead((through) => seen.push(through));
      await Promise.all([store.commit({ puts: [put('/a')] }), store.commit({ puts: [put('/b')] })]);
      await store.commit({ claims: [] });
      stop();
      await store.commit({ puts: [put('/c')] });
      assert.deepEqual(seen, [1, 2]);
    });

    test('keeps the last acknowledgement of each follower and calls back', async () => {
      const seen: string[] = [];
      store.onAcknowledge(({ name, through }) => seen.push(`${name} ${through}`));
      await store.acknowledge({ name: 'gateway', through: 1, at: 5, report: { unrealized: [] } });
      await store.acknowledge({ name: 'dns', through: 1, at: 6, report: {} });
      await store.acknowledge({ name: 'gateway', through: 2, at: 7, report: { n: 1 } });
      assert.deepEqual(await store.followers(), [
        { name: 'dns', through: 1, at: 6, report: {} },
        { name: 'gateway', through: 2, at: 7, report: { n: 1 } },
      ]);
      assert.deepEqual(seen, ['gateway 1', 'dns 1', 'gateway 2']);
    });
  });

  describe('facts and the activity log', () => {
    test('an older fact does not replace a newer one', async () => {
      await store.recordFacts([
        { key: 'm/1', at: 5, value: { n: 1 } },
        { key: 'm/2', at: 5, value: { n: 1 } },
      ]);
      await store.recordFacts([
        { key: 'm/1', at: 4, value: { n: 2 } },
        { key: 'm/2', at: 5, value: { n: 2 } },
      ]);
      assert.deepEqual(
        (await store.factsUnder('m/')).map(({ value }) => value),
        [{ n: 1 }, { n: 2 }],
      );
      assert.deepEqual([...(await store.facts(['m/2', 'm/3'])).keys()], ['m/2']);
      assert.equal((await store.head()).through, 0);
    });

    test('what is known of documents that are gone is forgotten, so many at a time', async () => {
      await store.commit({ puts: ['/A', '/b', '/c', '/d'].map((id) => put(id)) });
      await store.recordFacts(
        ['m:/a', 'm:/b', 'm:/c', 'm:/d', 'n:/b'].map((key) => ({ key, at: 1, value: {} })),
      );
      await store.commit({ deletes: ['/b', '/d'] });
      const left = async () => [...(await store.facts(['m:/a', 'm:/b', 'm:/c', 'm:/d', 'n:/b'])).keys()];
      const after = await store.forgetFacts({ keyPrefix: 'm:', limit: 2 });
      assert.deepEqual([after, await left()], ['m:/b', ['m:/a', 'm:/c', 'm:/d', 'n:/b']]);
      assert.equal(await store.forgetFacts({ keyPrefix: 'm:', after: 'm:/b', limit: 9 }), undefined);
      assert.deepEqual(await left(), ['m:/a', 'm:/c', 'n:/b']);
    });

    test('the log gives the newest first, by resource, and is only shortened by compaction', async () => {
      const entry = (resourceId: string, at: number) => ({
        at,
        correlationId: 'c',
        caller: 'me',
        action: 'write',
        resourceId,
        status: 200,
      });
      await store.commit({ puts: [put('/a')], audit: [entry('/a', 1), entry('/b', 2)] });
      await store.commit({ puts: [put('/a')], audit: [entry('/A', 3)] });
      assert.deepEqual(
        (await store.audit({ limit: 2 })).map(({ at }) => at),
        [3, 2],
      );
      assert.deepEqual(
        (await store.audit({ limit: 9, resourceId: '/A' })).map(({ at }) => at),
        [3, 1],
      );
      const left = async () => (await store.audit({ limit: 9 })).map(({ at }) => at);
      await store.compact({ before: 2, auditBefore: 1 });
      assert.deepEqual(await left(), [3, 2, 1]);
      await store.compact({ before: 2 });
      assert.deepEqual(await left(), [3]);
      // What the feed still has keeps its lines.
      await store.compact({ before: 2, auditBefore: 9 });
      assert.deepEqual(await left(), [3]);
    });
  });
}
