import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { followerFile } from './follower-file.ts';
import { scratchDirectory } from './scratch-directory.testkit.ts';
import { openSqliteStore } from './sqlite-store.ts';
import { checkFollower, checkStore } from './store-check.ts';

const scratch = scratchDirectory();
const document = (name: string) => ({ id: `/${name}`, type: 'T/a', body: { name } });

/** A store with three documents and a follower's copy of them. */
const prepare = async (name: string) => {
  const [path, copy] = [scratch(join(name, 'store.db')), scratch(join(name, 'followed.db'))];
  const store = openSqliteStore({ path, now: () => 0 });
  await store.commit({ puts: ['a', 'b', 'c'].map(document) });
  const { epoch, through, documents } = await store.snapshot(['T/a']);
  const follower = followerFile(copy)(['T/a'], assert.ifError);
  await follower.replace(
    { epoch, through },
    documents.map((one) => [one.id.toLowerCase(), one] as const) as never,
  );
  follower.close();
  await store.close();
  return { path, copy };
};

const change = (path: string, sql: string): void => {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
};

test('a store and its copy are whole and equal', async () => {
  const { path, copy } = await prepare('whole');
  const store = checkStore(path);
  assert.deepEqual([store.faults, store.documents], [[], 3]);
  const follower = checkFollower(copy, path);
  assert.deepEqual([follower.faults, follower.documents, follower.compared], [[], 3, 'equal']);
});

test('a copy that says something else is told by what differs', async () => {
  const { path, copy } = await prepare('different');
  change(copy, "DELETE FROM documents WHERE key = '/a'");
  change(copy, `UPDATE documents SET document = '{"version":99}' WHERE key = '/b'`);
  change(
    copy,
    `UPDATE documents SET document = replace(document, '"name":"c"', '"name":"d"') WHERE key = '/c'`,
  );
  change(copy, "INSERT INTO documents VALUES ('/z', '{}')");
  const { compared, faults } = checkFollower(copy, path);
  assert.equal(compared, 'different');
  assert.deepEqual(faults, [
    '/a is not in the copy',
    '/b has another version in the copy',
    '/c has another content in the copy',
    '/z is only in the copy',
  ]);
});

test('a copy on its way is whole, and not compared', async () => {
  const { path, copy } = await prepare('behind');
  const store = openSqliteStore({ path, now: () => 0 });
  await store.commit({ puts: [{ ...document('other'), type: 'T/b' }] });
  assert.equal(checkFollower(copy, path).compared, 'equal', 'what it does not follow is nothing to it');
  await store.commit({ deletes: ['/a'] });
  await store.close();
  assert.equal(checkFollower(copy, path).compared, 'behind');
  change(path, "UPDATE head SET epoch = 'another'");
  assert.equal(checkFollower(copy, path).compared, 'of another epoch');
  assert.equal(checkFollower(`${copy}.none`, path).compared, 'absent');
});

test('what does not fit the head, or is no JSON, is a fault of the store', async () => {
  const { path } = await prepare('broken');
  change(path, "UPDATE documents SET body = '{' WHERE key = '/a'");
  change(path, 'UPDATE head SET through = 0');
  const { faults } = checkStore(path);
  assert.equal(faults.length, 2);
  assert.match(faults[0]!, /\/a is no JSON/);
  assert.match(faults[1]!, /the head is 0/);
  change(path, "UPDATE documents SET body = '{}' WHERE key = '/a'");
  change(path, 'UPDATE head SET through = 1, compacted = 2');
  assert.deepEqual(checkStore(path).faults, ['it is compacted to 2, and the head is 1']);
  assert.match(checkStore(scratch('none')).faults[0]!, /no such file/);
});
