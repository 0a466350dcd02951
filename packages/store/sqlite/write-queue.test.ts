import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { writeQueue } from './write-queue.ts';

/** A queue over a table of unique numbers, and how many transactions it has committed. */
const opened = () => {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE t (a INTEGER UNIQUE ON CONFLICT ROLLBACK)');
  const queue = writeQueue(database);
  const add = (a: number, weight?: number) =>
    queue.write(() => {
      database.prepare('INSERT INTO t VALUES (?)').run(a);
      return a;
    }, weight);
  const rows = () =>
    database
      .prepare('SELECT a FROM t ORDER BY a')
      .all()
      .map(({ a }) => a);
  return { database, queue, add, rows };
};
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('a write that ends the whole transaction refuses all of it, each with what SQLite said', async () => {
  const { queue, add, rows } = opened();
  await add(1);
  const group = await Promise.allSettled([add(2), add(1), add(3)]);
  assert.deepEqual(
    group.map(({ status }) => status),
    ['rejected', 'rejected', 'rejected'],
  );
  for (const each of group) assert.match(String((each as PromiseRejectedResult).reason), /UNIQUE constraint/);
  assert.deepEqual(rows(), [1]);
  assert.equal(await add(4), 4);
  assert.deepEqual(rows(), [1, 4]);
  await queue.close();
});

test('a write that throws leaves nothing, and the others of its transaction stand', async () => {
  const { database, queue, add, rows } = opened();
  const refused = queue.write(() => {
    database.exec('INSERT INTO t VALUES (9)');
    throw new Error('refused');
  });
  const group = await Promise.allSettled([add(1), refused, add(2)]);
  assert.deepEqual(
    group.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.deepEqual(rows(), [1, 2]);
  await queue.close();
});

test('one turn takes 64 writes at most, and none more once they weigh 2000', async () => {
  const { queue, add, rows } = opened();
  const many = Array.from({ length: 65 }, (_, a) => add(a));
  await turn();
  assert.equal(rows().length, 64);
  await turn();
  assert.equal(rows().length, 65);
  const heavy = [add(100, 1_999), add(101, 1), add(102)];
  await turn();
  assert.equal(rows().length, 67);
  await Promise.all([...many, ...heavy]);
  assert.equal(rows().length, 68);
  await queue.close();
});
