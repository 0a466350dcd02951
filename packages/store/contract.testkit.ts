/** The contract that every Store keeps: one suite, run against each implementation. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { feedContract, operation, put } from './feed-contract.testkit.ts';
import { leaseContract } from './lease-contract.testkit.ts';
import {
  type Batch,
  type ConflictReason,
  type JsonObject,
  MalformedBatch,
  type Store,
  StoreConflict,
} from './port.ts';
import { readContract } from './read-contract.testkit.ts';
import { versionContract } from './version-contract.testkit.ts';

const conflict = (reason: ConflictReason) => (error: unknown) => {
  assert.ok(error instanceof StoreConflict, String(error));
  assert.deepEqual(error.reason, reason);
  return true;
};

const circular: Record<string, unknown> = {};
circular.self = circular;

/** Registers the suite; `open` gives a new, empty store each time, `beside` what another process would have of the newest. */
export function storeContract(name: string, open: () => Promise<Store>, beside: () => Promise<Store>): void {
  describe(`store contract: ${name}`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    describe('documents', () => {
      test('are found without regard to case, keep the case of their creator and count versions', async () => {
        const first = await store.commit({ puts: [put('/Sub/A', { n: 1 })] });
        const second = await store.commit({ puts: [put('/sub/a', { n: 2 })] });
        assert.deepEqual([first.feed, second.feed], [1, 2]);
        assert.deepEqual([...second.versions], [['/sub/a', 2]]);
        assert.deepEqual(await store.get('/SUB/a'), {
          id: '/Sub/A',
          type: 'T/a',
          version: 2,
          body: { n: 2 },
        });
        const many = await store.getMany(['/SUB/A', '/nowhere', '/sub/a']);
        assert.deepEqual([...many.keys()], ['/sub/a']);
      });

      test('start anew, in the new case and at a version that was none of theirs, after a delete', async () => {
        await store.commit({ puts: [put('/A')] });
        await store.commit({ deletes: ['/a'] });
        assert.equal(await store.get('/A'), undefined);
        await store.commit({ puts: [put('/a')] });
        assert.deepEqual(await store.get('/A'), { id: '/a', type: 'T/a', version: 3, body: {} });
      });

      test('are not shared with the caller: neither the batch nor an answer changes the store', async () => {
        const body = { tags: { a: '1' } };
        const committed = store.commit({ puts: [put('/a', body)] });
        body.tags.a = '2';
        await committed;
        const answer = (await store.get('/a')) as unknown as { body: typeof body };
        answer.body.tags.a = '3';
        assert.deepEqual((await store.get('/a'))?.body, { tags: { a: '1' } });
      });

      test('list strictly below an id, by type, sorted, in pages', async () => {
        await store.commit({
          puts: [put('/s/A'), put('/s/b', {}, 'T/b'), put('/s'), put('/s/a/x'), put('/sx/y'), put('/s0')],
        });
        const ids = async (query: Parameters<Store['list']>[0]) =>
          (await store.list(query)).map((document) => document.id);
        assert.deepEqual(await ids({ under: '/S' }), ['/s/A', '/s/a/x', '/s/b']);
        assert.deepEqual(await ids({ under: '/s/', type: 'T/b' }), ['/s/b']);
        assert.deepEqual(await ids({ under: '/s', limit: 2 }), ['/s/A', '/s/a/x']);
        assert.deepEqual(await ids({ under: '/s', limit: 2, after: '/S/A/X' }), ['/s/b']);
        assert.deepEqual(await ids({ limit: 0 }), []);
        assert.equal((await ids({})).length, 6);
        assert.deepEqual(await ids({ type: 't/B' }), []);
      });

      test('sort by code point, beyond the basic plane too', async () => {
        await store.commit({ puts: ['\u{1f600}', '\uffee', 'z'].map((id) => put(id)) });
        assert.deepEqual(
          (await store.list({})).map(({ id }) => id),
          ['z', '\uffee', '\u{1f600}'],
        );
      });

      test('come whole and in order when there are thousands', async () => {
        const ids = Array.from({ length: 2_500 }, (_, index) => `/many/${String(index).padStart(5, '0')}`);
        await store.commit({ puts: ids.map((id) => put(id)) });
        assert.deepEqual(
          (await store.list({ under: '/many' })).map(({ id }) => id),
          ids,
        );
        assert.deepEqual(
          (await store.list({ limit: 600 })).map(({ id }) => id),
          ids.slice(0, 600),
        );
        assert.equal((await store.getMany(ids)).size, 2_500);
        const three = [...(await store.getMany(ids.slice(0, 3).toReversed())).keys()];
        assert.deepEqual(three, three.toSorted());
        assert.equal((await store.snapshot()).documents.length, 2_500);
        // A document and a list in one round trip, as most requests ask for them.
        const few = ids.slice(0, 5).map((id) => id.replace('many', 'few'));
        await store.commit({ puts: few.map((id) => put(id)) });
        for (const [under, all, limit] of [
          ['/many', ids],
          ['/many', ids, 600],
          ['/few', few],
          ['/few', few, 3],
        ] as const) {
          const reading = store.reading();
          const [one, list] = await Promise.all([
            reading.get('/many/00007'),
            reading.list({ under, ...(limit === undefined ? {} : { limit }) }),
          ]);
          assert.equal(one?.id, '/many/00007');
          assert.deepEqual(
            list.map(({ id }) => id),
            all.slice(0, limit),
          );
        }
      });
    });

    describe('expectations', () => {
      test('a version that is another refuses the whole batch', async () => {
        await store.commit({ puts: [put('/a')] });
        const refused = store.commit({
          expect: [{ id: '/A', version: 2 }],
          puts: [put('/b')],
          deletes: ['/a'],
          claims: [{ key: 'k', value: 'v', holder: '/b' }],
          operations: [operation('o')],
        });
        await assert.rejects(refused, conflict({ kind: 'version', id: '/A', expected: 2, found: 1 }));
        assert.equal(await store.get('/b'), undefined);
        assert.equal(await store.claim('k'), undefined);
        assert.equal(await store.operation('o'), undefined);
        assert.equal((await store.head()).through, 1);
      });

      test('absent and present', async () => {
        await store.commit({ puts: [put('/a')] });
        await assert.rejects(
          store.commit({ expect: [{ id: '/a', version: 'absent' }] }),
          conflict({ kind: 'version', id: '/a', expected: 'absent', found: 1 }),
        );
        await assert.rejects(
          store.commit({ expect: [{ id: '/b', version: 'present' }] }),
          conflict({ kind: 'version', id: '/b', expected: 'present', found: 'absent' }),
        );
        await store.commit({
          expect: [
            { id: '/A', version: 'present' },
            { id: '/b', version: 'absent' },
          ],
        });
      });

      test('of two creations of one id in one turn, one wins and the other leaves nothing', async () => {
        const create = (value: string) =>
          store.commit({
            expect: [{ id: '/a', version: 'absent' }],
            puts: [put('/a', { value })],
            audit: [{ at: 1, correlationId: 'c', caller: value, action: 'w', resourceId: '/a', status: 201 }],
          });
        const [one, other, third] = await Promise.allSettled([
          create('one'),
          create('other'),
          store.commit({ puts: [put('/c')] }),
        ]);
        assert.deepEqual([one.status, other.status, third.status], ['fulfilled', 'rejected', 'fulfilled']);
        assert.deepEqual((await store.get('/a'))?.body, { value: 'one' });
        assert.deepEqual(
          (await store.audit({ limit: 9 })).map(({ caller }) => caller),
          ['one'],
        );
        assert.equal((await store.head()).through, 2);
      });
    });

    describe('claims', () => {
      test('R1: all holders of a key agree on its value', async () => {
        const scope = (value: string, holder: string) => ({
          claims: [{ key: 'scope of vnet', value, holder }],
        });
        await store.commit(scope('/scope/1', '/pe/B'));
        await store.commit(scope('/scope/1', '/pe/a'));
        const held = { key: 'scope of vnet', value: '/scope/1', holders: ['/pe/a', '/pe/B'] };
        assert.deepEqual(await store.claim('scope of vnet'), held);
        await assert.rejects(
          store.commit(scope('/scope/2', '/pe/c')),
          conflict({ kind: 'claim', key: 'scope of vnet', wanted: '/scope/2', held }),
        );
        await store.commit({ releases: [{ holder: '/PE/a' }] });
        await store.commit({
          releases: [{ holder: '/pe/b', key: 'scope of vnet' }],
          ...scope('/scope/2', '/pe/c'),
        });
        assert.deepEqual((await store.claim('scope of vnet'))?.value, '/scope/2');
      });

      test('taking a claim again is no error, and claims of one batch are judged together', async () => {
        const claim = { key: 'k', value: 'v', holder: '/A' };
        await store.commit({ claims: [claim, { ...claim, holder: '/a' }] });
        await store.commit({ claims: [claim] });
        assert.deepEqual(await store.claim('k'), { key: 'k', value: 'v', holders: ['/A'] });
        await assert.rejects(
          store.commit({
            claims: [
              { key: 'n', value: '1', holder: '/x' },
              { key: 'n', value: '2', holder: '/y' },
            ],
          }),
          conflict({ kind: 'claim', key: 'n', wanted: '2', held: { key: 'n', value: '1', holders: ['/x'] } }),
        );
        assert.equal(await store.claim('n'), undefined);
      });

      test('an unclaimed key is judged after releases and before claims', async () => {
        await store.commit({
          claims: [
            { key: 'k', value: 'v', holder: '/a' },
            { key: 'k', value: 'v', holder: '/b' },
          ],
        });
        await assert.rejects(
          store.commit({ expect: [{ unclaimed: 'k', except: ['/A'] }] }),
          conflict({ kind: 'in-use', key: 'k', holders: ['/b'] }),
        );
        await store.commit({
          expect: [{ unclaimed: 'k' }],
          releases: [{ holder: '/a' }, { holder: '/b', key: 'k' }],
          claims: [{ key: 'k', value: 'w', holder: '/c' }],
        });
        assert.deepEqual(await store.claim('k'), { key: 'k', value: 'w', holders: ['/c'] });
      });

      test('are listed by prefix, sorted', async () => {
        const keys = ['b/1', 'a/2', 'a/1', 'A/1', 'a'];
        await store.commit({ claims: keys.map((key) => ({ key, value: 'v', holder: '/h' })) });
        assert.deepEqual(
          (await store.claimsUnder('a/')).map(({ key }) => key),
          ['a/1', 'a/2'],
        );
        assert.equal((await store.claimsUnder('')).length, 5);
      });
    });

    describe('malformed batches are refused before anything is written', () => {
      const bad: Record<string, unknown> = {
        'an id put twice': { puts: [put('/a'), put('/A')] },
        'an id put and deleted': { puts: [put('/a')], deletes: ['/A'] },
        'a body that is a list': { puts: [put('/b'), { id: '/a', type: 'T/a', body: [] }] },
        'a body that is missing': { puts: [{ id: '/a', type: 'T/a' }] },
        'an empty id': { puts: [put('')] },
        'an id with a line break': { puts: [put('/a\n')] },
        'an id with half a surrogate pair': { puts: [put('/\ud800')] },
        'an id of 3,000 characters': { puts: [put(`/${'a'.repeat(3_000)}`)] },
        'a type that is a number': { puts: [{ id: '/a', type: 7, body: {} }] },
        'puts that are no list': { puts: put('/a') },
        'an empty entry': { puts: [put('/b'), null] },
        'a claim without a holder': { puts: [put('/b')], claims: [{ key: 'k', value: 'v' }] },
        'a version that is no number': { expect: [{ id: '/a', version: '1' }] },
        'an operation of unknown status': { operations: [operation('o', { status: 'Done' as never })] },
        'a circular body': { puts: [put('/a', circular as JsonObject)] },
        'an audit entry without a time': { audit: [{}] },
        'more exceptions than entries of a batch': {
          expect: [
            { unclaimed: 'k', except: new Array(10_000).fill('/a') },
            { unclaimed: 'l', except: new Array(10_000).fill('/a') },
          ],
        },
        // Of so many entries none is looked at.
        'more entries than a batch takes': { deletes: new Array(20_001).fill(null) },
      };
      for (const [what, batch] of Object.entries(bad))
        test(what, async () => {
          await assert.rejects(store.commit(batch as Batch), MalformedBatch);
          assert.deepEqual(await store.list({}), []);
          assert.equal((await store.head()).through, 0);
        });

      test('a put that changes the type of what is there', async () => {
        await store.commit({ puts: [put('/a')] });
        await assert.rejects(store.commit({ puts: [put('/b'), put('/a', {}, 'T/b')] }), MalformedBatch);
        assert.equal(await store.get('/b'), undefined);
      });
    });
    readContract(() => store);
    versionContract(() => store);
    feedContract(() => store);
    leaseContract(() => store, beside);
  });
}
