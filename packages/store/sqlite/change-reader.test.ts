import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { changeQueries } from './change-reader.ts';
import { snapshotQueries } from './round-reader.ts';
import { migrate } from './schema.ts';

test('a snapshot is read by type, and nothing of it is sorted before the first part', () => {
  const database = new DatabaseSync(':memory:');
  migrate(
    database,
    ':memory:',
    () => 0,
    () => 'epoch',
  );
  for (const sql of Object.values(snapshotQueries)) {
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
    const lines = plan.map(({ detail }) => String(detail)).join('\n');
    assert.match(lines, /SEARCH documents USING (COVERING )?INDEX documents_type \(type=\?\)/);
    assert.doesNotMatch(lines, /ORDER BY/);
  }
  database.close();
});

describe('the plan of a page of changes', () => {
  for (const ofTypes of [false, true]) {
    for (const [name, sql] of Object.entries(changeQueries(ofTypes))) {
      test(`${name}${ofTypes ? ' of some types' : ''}: by number, from the cursor on, and no further than the page`, () => {
        const database = new DatabaseSync(':memory:');
        migrate(
          database,
          ':memory:',
          () => 0,
          () => 'epoch',
        );
        const plan = database
          .prepare(`EXPLAIN QUERY PLAN ${sql}`)
          .all()
          .map((row) => String(row.detail));
        const searches = plan.filter((line) => /^(SEARCH|SCAN) (documents|tombstones)/.test(line));
        const covering = name === 'cut' ? 'COVERING ' : '';
        assert.deepEqual(searches, [
          `SEARCH documents USING ${covering}INDEX documents_feed (feed>? AND feed<?)`,
          `SEARCH tombstones USING ${covering}INDEX tombstones_feed (feed>? AND feed<?)`,
        ]);
        // The order within one number may be sorted; what is left to come may not.
        const sorted = plan.filter((line) => line.includes('TEMP B-TREE'));
        const allowed = name === 'cut' ? [] : ['USE TEMP B-TREE FOR LAST TERM OF ORDER BY'];
        assert.deepEqual([...new Set(sorted)], allowed, plan.join('\n'));
        database.close();
      });
    }
  }
});
