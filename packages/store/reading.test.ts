import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from './memory/memory-store.ts';
import type { Reads, Store } from './port.ts';
import { openReading } from './reading.ts';

/** A reading over a store with three documents, and what it sends to the store: the members that ask for something. */
const watched = async (fails?: Error) => {
  const store = openMemoryStore();
  await store.commit({ puts: ['/a', '/b', '/b/c'].map((id) => ({ id, type: 'T', body: {} })) });
  const trips: Partial<Reads>[] = [];
  const read: Store['read'] = async (reads) => {
    trips.push(Object.fromEntries(Object.entries(reads).filter(([, asked]) => asked.length > 0)));
    if (fails) throw fails;
    return store.read(reads);
  };
  return { reading: openReading({ read, followers: store.followers }), trips, store };
};

test('what several ask for before anybody waits is one round trip, however deep their promises are', async () => {
  const { reading, trips } = await watched();
  const deep = async (depth: number): Promise<unknown> =>
    depth === 0 ? reading.get('/b') : await deep(depth - 1);
  const late = async () => {
    for (let turn = 0; turn < 50; turn += 1) await undefined;
    return reading.list({ under: '/b' });
  };
  reading.ahead({ claims: ['k'] });
  await Promise.all([reading.get('/a'), deep(20), late(), reading.head()]);
  assert.deepEqual(trips, [{ claims: ['k'], documents: ['/a', '/b'], lists: [{ under: '/b' }] }]);
});

test('what depends on an answer is the next round trip, and joins others that do', async () => {
  const { reading, trips } = await watched();
  const after = async (id: string, then: string) => {
    await reading.get(id);
    return reading.claim(then);
  };
  await Promise.all([after('/a', 'one'), after('/b', 'two')]);
  assert.deepEqual(trips, [{ documents: ['/a', '/b'] }, { claims: ['one', 'two'] }]);
});

test('nothing is asked twice: not while it is under way, not when it is known, not what a list has told', async () => {
  const { reading, trips } = await watched();
  await Promise.all([reading.get('/nowhere'), reading.get('/NOWHERE'), reading.list({ under: '/b' })]);
  await reading.getMany(['/nowhere', '/b/C']);
  assert.deepEqual(await reading.list({ under: '/B/' }), await reading.list({ under: '/b' }));
  assert.deepEqual(trips, [{ documents: ['/nowhere'], lists: [{ under: '/b' }] }]);
});

test('what was read once stays, though a list that comes later has it newer', async () => {
  const { reading, store } = await watched();
  await reading.get('/b/c');
  await store.commit({ puts: [{ id: '/b/c', type: 'T', body: { newer: true } }] });
  await reading.list({ under: '/b' });
  assert.deepEqual((await reading.get('/b/c'))?.body, {});
});

test('an error of the store comes to all who wait for the round trip, and to nobody else', async () => {
  const broken = new Error('broken');
  const { reading } = await watched(broken);
  reading.ahead({ claims: ['nobody waits for it'] });
  const outcomes = await Promise.allSettled([reading.get('/a'), reading.list({})]);
  assert.deepEqual(outcomes, Array(2).fill({ status: 'rejected', reason: broken }));
});

test('a page of a list is read again once something in it was written: what follows cannot be told from it', async () => {
  const store = openMemoryStore();
  await store.commit({ puts: [{ id: '/b', type: 'T', body: {} }] });
  const reading = store.reading();
  const page = async () => (await reading.list({ type: 'T', limit: 1 })).map(({ id }) => id);
  assert.deepEqual(await page(), ['/b']);
  const batch = { puts: [{ id: '/a', type: 'T', body: {} }] };
  reading.wrote(batch, await store.commit(batch));
  assert.deepEqual(await page(), ['/a']);
});
