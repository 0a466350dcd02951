import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { Store } from '../port.ts';
import { scratchDirectory } from './scratch-directory.testkit.ts';
import { openSqliteStore } from './sqlite-store.ts';
import { renewEpoch } from './stored-file.ts';

const scratch = scratchDirectory();
const open = (path: string, now = () => 7) => openSqliteStore({ path, now });

async function filled(path: string): Promise<Store> {
  const store = open(path);
  await store.commit({
    puts: [{ id: '/a', type: 'T/a', body: { n: 1 } }],
    claims: [{ key: 'k', value: 'v', holder: '/a' }],
    audit: [{ at: 1, correlationId: 'c', caller: 'me', action: 'w', resourceId: '/a', status: 201 }],
  });
  return store;
}

test('the file, its log and its index are readable by their owner only', async () => {
  const path = scratch('modes/store.db');
  const store = await filled(path);
  const modes = readdirSync(dirname(path)).map((name) => [
    name,
    statSync(`${dirname(path)}/${name}`).mode & 0o777,
  ]);
  assert.deepEqual(modes.sort(), [
    ['store.db', 0o600],
    ['store.db-shm', 0o600],
    ['store.db-wal', 0o600],
  ]);
  await store.close();
});

test('what was committed is there after the store is opened again, in the same epoch', async () => {
  const path = scratch('again.db');
  const first = await filled(path);
  const head = await first.head();
  await first.close();
  const second = open(path);
  assert.deepEqual(await second.head(), head);
  assert.deepEqual((await second.get('/A'))?.body, { n: 1 });
  await second.close();
});

test('a store of a newer format is refused by a sentence, and left as it was', async () => {
  const path = scratch('newer.db');
  await (await filled(path)).close();
  const database = new DatabaseSync(path);
  database.exec('INSERT INTO schema_migrations VALUES (99, 0); PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  const before = readFileSync(path);
  assert.throws(
    () => open(path),
    /has format 99, and this version reads formats up to 4: start it with the version/,
  );
  assert.deepEqual(readFileSync(path), before);
});

test('a store of the first format opens, is brought to the newest, and keeps its feed', async () => {
  const path = scratch('first-format.db');
  const first = await filled(path);
  const { epoch } = await first.head();
  await first.close();
  const database = new DatabaseSync(path);
  database.exec(`
    DROP INDEX documents_feed;
    CREATE INDEX documents_feed ON documents (feed);
    DROP TABLE runners;
    ALTER TABLE operations DROP COLUMN lease_token;
    DROP INDEX operations_ended;
    DELETE FROM schema_migrations WHERE format > 1;
  `);
  database.close();
  const again = open(path);
  assert.deepEqual(
    (await again.changes({ after: 0, epoch, limit: 10 })).changes.map(({ id }) => id),
    ['/a'],
  );
  await again.close();
  const opened = new DatabaseSync(path, { readOnly: true });
  const columns = opened.prepare("SELECT name FROM pragma_index_info('documents_feed')").all();
  assert.deepEqual(
    columns.map(({ name }) => name),
    ['feed', 'type'],
  );
  opened.close();
});

test('a file that is no database is refused by a sentence', () => {
  const path = scratch('text.db');
  writeFileSync(path, 'hello'.repeat(1_000));
  assert.throws(() => open(path), /text\.db is damaged \(file is not a database\): .*restore a backup/);
});

test('the activity log can be neither edited nor deleted, even by hand', async () => {
  const path = scratch('audit.db');
  const store = await filled(path);
  const database = new DatabaseSync(path);
  assert.throws(() => database.exec("UPDATE audit SET entry = '{}'"), /append-only/);
  assert.throws(() => database.exec('DELETE FROM audit'), /append-only/);
  database.close();
  assert.equal((await store.audit({ limit: 5 })).length, 1);
  await store.close();
});

test('a renewed epoch ends all cursors, and forgets acknowledgements and leases', async () => {
  const path = scratch('renewed.db');
  const store = await filled(path);
  const { epoch, through } = await store.head();
  await store.acknowledge({ name: 'dns', through, at: 1, report: {} });
  await store.commit({
    operations: [
      {
        id: 'o',
        kind: 'k',
        subscriptionId: 's',
        location: 'l',
        target: '/a',
        status: 'InProgress',
        startTime: 0,
        dueAt: 0,
        state: {},
      },
    ],
  });
  const runner = await store.startRunner('me');
  const query = { runner, now: 1, dueBy: 1, leaseMs: 1_000, limit: 1 };
  assert.equal((await store.leaseOperations(query)).length, 1);
  await store.close();
  const renewed = renewEpoch(path);
  assert.notEqual(renewed, epoch);
  const again = open(path);
  assert.deepEqual(await again.head(), { epoch: renewed, through });
  await assert.rejects(again.changes({ after: through, epoch, limit: 1 }), /start from a snapshot/);
  assert.deepEqual(await again.followers(), []);
  assert.equal((await again.leaseOperations(query)).length, 1);
  await again.close();
  assert.throws(() => renewEpoch(scratch('none.db')), /There is no store/);
});

test('close waits for commits that were asked for, and refuses later ones', async () => {
  const path = scratch('closing.db');
  const store = open(path);
  const commits = Array.from({ length: 200 }, (_, n) =>
    store.commit({ puts: [{ id: `/${n}`, type: 'T/a', body: {} }] }),
  );
  await store.close();
  assert.equal((await Promise.all(commits)).at(-1)?.feed, 200);
  await assert.rejects(store.commit({}), /closed/);
  const again = open(path);
  assert.equal((await again.list({})).length, 200);
  await again.close();
});

test('when the disk refuses the transaction, every commit of it is rejected and nothing is kept', async () => {
  const path = scratch('full.db');
  const store = await filled(path);
  const blocker = new DatabaseSync(path);
  blocker.exec(
    "CREATE TRIGGER full BEFORE INSERT ON documents WHEN NEW.key = '/full' BEGIN SELECT RAISE(ROLLBACK, 'disk full'); END",
  );
  const put = (id: string) => store.commit({ puts: [{ id, type: 'T/a', body: {} }] });
  const outcomes = await Promise.allSettled([put('/b'), put('/full'), put('/c')]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['rejected', 'rejected', 'rejected'],
  );
  assert.deepEqual(
    (await store.list({})).map(({ id }) => id),
    ['/a'],
  );
  blocker.exec('DROP TRIGGER full');
  blocker.close();
  assert.equal((await put('/b')).feed, 2);
  await store.close();
});

test('a snapshot of many turns is one moment, whatever is committed meanwhile', async () => {
  const store = open(scratch('moment.db'));
  await store.commit({
    puts: Array.from({ length: 3_000 }, (_, n) => ({ id: `/${n}`, type: 'T/a', body: { n: 0 } })),
  });
  let done = false;
  const snapshot = store.snapshot().finally(() => {
    done = true;
  });
  let commits = 0;
  while (!done) {
    commits++;
    await store.commit({
      puts: ['/0', '/2999', '/999'].map((id) => ({ id, type: 'T/a', body: { n: commits } })),
    });
  }
  const { through, documents } = await snapshot;
  const seen = new Set(
    documents.filter(({ id }) => ['/0', '/2999', '/999'].includes(id)).map(({ body }) => body.n),
  );
  assert.ok(commits > 1);
  assert.deepEqual([...seen], [through - 1]);
  await store.close();
});
