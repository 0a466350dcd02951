/** Writes one checked batch inside the caller's transaction. */
import type { DatabaseSync } from 'node:sqlite';
import type { CheckedBatch } from '../batch.ts';
import { type Committed, type HeldClaim, MalformedBatch, StoreConflict } from '../port.ts';
import { leaseJudge } from './operation-leases.ts';
import { toHeldClaims } from './rows.ts';

/**
 * The order is the port's: lease, versions, releases, unclaimed, claims, deletes, puts, operations, audit.
 * Throws StoreConflict, LeaseLost or MalformedBatch; the caller's savepoint then undoes what was written.
 */
export function batchApplier(database: DatabaseSync): (batch: CheckedBatch) => Committed {
  const judgeLease = leaseJudge(database);
  const version = database.prepare('SELECT version FROM documents WHERE key = ?');
  const releaseAll = database.prepare('DELETE FROM claims WHERE holder_key = ?');
  const releaseOne = database.prepare('DELETE FROM claims WHERE holder_key = ? AND key = ?');
  const claimRows = database.prepare(
    'SELECT key, value, holder, holder_key FROM claims WHERE key = ? ORDER BY holder_key',
  );
  const otherValue = database.prepare('SELECT 1 FROM claims WHERE key = ? AND value <> ? LIMIT 1');
  const claim = database.prepare(
    'INSERT OR IGNORE INTO claims (key, holder_key, holder, value) VALUES (?, ?, ?, ?)',
  );
  const head = database.prepare('SELECT through FROM head');
  const setHead = database.prepare('UPDATE head SET through = ?');
  const remove = database.prepare('DELETE FROM documents WHERE key = ? RETURNING id, type');
  const bury = database.prepare(
    'INSERT OR REPLACE INTO tombstones (key, type, id, feed) VALUES (?, ?, ?, ?)',
  );
  const exhume = database.prepare('DELETE FROM tombstones WHERE key = ? AND type = ?');
  // Versions begin at the feed's number: they grow no faster than it, so no later life has one of an earlier.
  const put = database.prepare(`
    INSERT INTO documents (key, id, type, version, feed, body) VALUES (?1, ?2, ?3, ?4, ?4, ?5)
    ON CONFLICT (key) DO UPDATE SET version = version + 1, feed = excluded.feed, body = excluded.body
    WHERE type = excluded.type
    RETURNING version`);
  const putOperation = database.prepare(`
    INSERT INTO operations (key, status, due_at, operation) VALUES (?, ?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET status = excluded.status, due_at = excluded.due_at,
      operation = excluded.operation, lease_owner = NULL, leased_until = 0`);
  const log = database.prepare('INSERT INTO audit (feed, resource, entry) VALUES (?, ?, ?)');

  const held = (key: string): HeldClaim => toHeldClaims(claimRows.all(key))[0]!;

  function checkVersions(batch: CheckedBatch): void {
    for (const { id, version: expected } of batch.versions) {
      const found = (version.get(id.toLowerCase())?.version as number | undefined) ?? 'absent';
      const holds = expected === 'present' ? found !== 'absent' : expected === found;
      if (!holds) throw new StoreConflict({ kind: 'version', id, expected, found });
    }
  }

  function checkUnclaimed(batch: CheckedBatch): void {
    for (const { key, except } of batch.unclaimed) {
      const holders = claimRows.all(key).filter((row) => !except.has(row.holder_key as string));
      if (holders.length > 0)
        throw new StoreConflict({ kind: 'in-use', key, holders: holders.map((row) => row.holder as string) });
    }
  }

  function takeClaims(batch: CheckedBatch): void {
    for (const { key, value, holder, holderKey } of batch.claims) {
      if (otherValue.get(key, value) !== undefined)
        throw new StoreConflict({ kind: 'claim', key, wanted: value, held: held(key) });
      claim.run(key, holderKey, holder, value);
    }
  }

  /** Returns whether anything changed; what is absent is not deleted, and moves no head. */
  function writeDocuments(batch: CheckedBatch, feed: number, versions: Map<string, number>): boolean {
    let changed = batch.puts.length > 0;
    for (const key of batch.deletes) {
      const gone = remove.get(key);
      if (gone === undefined) continue;
      bury.run(key, gone.type!, gone.id!, feed);
      changed = true;
    }
    for (const { key, id, type, text } of batch.puts) {
      const row = put.get(key, id, type, feed, text);
      if (row === undefined)
        throw new MalformedBatch(
          `The batch was refused: ${id} exists as another type than ${type}. Nothing was written.`,
        );
      if (row.version === feed) exhume.run(key, type);
      versions.set(key, row.version as number);
    }
    return changed;
  }

  return (batch) => {
    if (batch.lease !== undefined) judgeLease(batch.lease);
    checkVersions(batch);
    for (const { holder, key } of batch.releases) {
      if (key === undefined) releaseAll.run(holder);
      else releaseOne.run(holder, key);
    }
    checkUnclaimed(batch);
    takeClaims(batch);
    const versions = new Map<string, number>();
    const before = head.get()!.through as number;
    const feed = writeDocuments(batch, before + 1, versions) ? before + 1 : before;
    if (feed !== before) setHead.run(feed);
    for (const { key, status, dueAt, text } of batch.operations) putOperation.run(key, status, dueAt, text);
    for (const { resource, text } of batch.audit) log.run(feed, resource, text);
    return { feed, versions };
  };
}
