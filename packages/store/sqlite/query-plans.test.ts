import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { Operation, Store } from '../port.ts';
import { scratchDirectory } from './scratch-directory.testkit.ts';
import { openSqliteStore } from './sqlite-store.ts';

const scratch = scratchDirectory();
const operation: Operation = {
  id: '/o',
  kind: 'k',
  subscriptionId: 's',
  location: 'l',
  target: '/a',
  status: 'InProgress',
  startTime: 0,
  dueAt: 0,
  state: {},
};

const page = (filter: string): string =>
  `SELECT feed, key, id, type, version, body FROM documents WHERE feed > :after AND feed <= :upTo ${filter}UNION ALL ` +
  `SELECT feed, key, id, type, NULL, NULL FROM tombstones WHERE feed > :after AND feed <= :upTo ${filter}ORDER BY feed, key`;

const reasoned = [
  // Within one number: what one batch has written.
  `USE TEMP B-TREE FOR LAST TERM OF ORDER BY: ${page('')}`,
  `USE TEMP B-TREE FOR LAST TERM OF ORDER BY: ${page('AND +type IN (SELECT value FROM json_each(:types)) ')}`,
  // Once a start of a runner; ended operations have no row.
  'SCAN operations: UPDATE operations SET lease_owner = NULL, leased_until = 0 WHERE lease_owner = ?',
  // A handful.
  'SCAN followers: SELECT name, through, at, report FROM followers ORDER BY name LIMIT :limit + 0',
  // A snapshot is all of its types.
  'USE TEMP B-TREE FOR ORDER BY: SELECT id, type, version, body FROM documents WHERE type IN (SELECT value FROM json_each(:types)) ORDER BY key',
  // From the newest on, and no further than the limit.
  'SCAN audit: SELECT entry FROM audit ORDER BY sequence DESC LIMIT :limit + 0',
];

/** Everything that the port can ask. */
const everyCall = async (store: Store): Promise<void> => {
  const many = Array.from({ length: 40 }, (_, index) => `/many/${index}`);
  await store.commit({
    expect: [{ id: '/a', version: 'absent' }],
    puts: ['/a', '/a/b', '/c'].map((id) => ({ id, type: 'T', body: {} })),
    claims: [{ key: 'k', value: 'v', holder: '/a' }],
    operations: [operation],
  });
  await store.commit({ deletes: ['/c'], releases: [{ holder: '/a' }, { holder: '/a', key: 'k' }] });
  const { epoch, through } = await store.head();
  const feed = { after: 0, epoch, limit: 1 };
  await store.recordFacts([{ key: 'f', at: 1, value: {} }]);
  await store.acknowledge({ name: 'f', through, at: 1, report: {} });
  for (const keys of [['/a'], many])
    await store.read({ documents: keys, claims: keys, facts: keys, operations: keys });
  await store.read({
    lists: [
      {},
      { type: 'T' },
      { under: '/a', after: '/a/a', limit: 1 },
      { type: 'T', under: '/a', limit: 1 },
    ],
    claimsUnder: ['k'],
    changes: [feed, { ...feed, types: ['T'] }],
  });
  await store.read({ documents: ['/a'], lists: [{ type: 'T', under: '/a' }, {}], claims: ['k'] });
  await store.read({ claimsUnder: ['k'], facts: ['f'], operations: ['/o'] });
  await store.get('/a');
  await store.getMany(many);
  await store.list({ type: 'T', under: '/a', after: '/a/a', limit: 1 });
  await store.list({ under: '/a', limit: 1 });
  await store.claim('k');
  await store.claimsUnder('k');
  await store.operation('/o');
  await store.facts(['f']);
  await store.factsUnder('f');
  await store.forgetFacts({ keyPrefix: 'f', limit: 1 });
  await store.followers();
  await store.changes(feed);
  await store.changes({ ...feed, types: ['T'] });
  for (const types of [undefined, ['T']])
    await store.round({ after: 0, epoch, ...(types ? { types } : {}) }, async () => true);
  await store.snapshot(['T']);
  const runner = await store.startRunner('r');
  await store.leaseOperations({ runner, now: 1, dueBy: 1, leaseMs: 1, limit: 1 });
  await store.renewLeases([], 1);
  await store.audit({ limit: 1 });
  await store.audit({ limit: 1, resourceId: '/a' });
  await store.compact({ before: 1 });
};

test('no statement reads a table from one end to the other, or sorts what it has not bounded', async (t) => {
  const path = scratch('store.db');
  const prepare = t.mock.method(DatabaseSync.prototype, 'prepare');
  const store = openSqliteStore({ path, now: () => 0 });
  const opened = prepare.mock.callCount();
  assert.ok(opened > 0);
  await everyCall(store);
  const statements = new Set(prepare.mock.calls.map(({ arguments: [sql] }) => sql));
  prepare.mock.restore();
  const database = new DatabaseSync(path);
  // Two bounds below, and SQLite begins at either: a later page would read all pages before it.
  const selects = [...statements].flatMap((sql) => sql.split(' UNION ALL '));
  const bounds = selects.filter((sql) => (sql.match(/\bkey >/g) ?? []).length > 1);
  assert.deepEqual(bounds, []);
  const found = [...statements]
    .filter((sql) => /^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)/i.test(sql))
    .flatMap((sql) =>
      database
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map(({ detail }) => `${detail}: ${sql.replace(/\s+/g, ' ').trim()}`)
        .filter((line) => /^SCAN (?!head|json_each|\(|schema_migrations|CONSTANT)|TEMP B-TREE/.test(line)),
    );
  database.close();
  await store.close();
  assert.ok(statements.size > opened / 2);
  assert.deepEqual(found.toSorted(), reasoned.toSorted());
});
