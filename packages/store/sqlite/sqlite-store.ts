/** The Store on node:sqlite: one file, one writer, group commit. */
import { randomUUID } from 'node:crypto';
import type { SQLInputValue } from 'node:sqlite';
import { checkBatch, checkName, checkWhole, idKey, jsonText } from '../batch.ts';
import { listeners } from '../listeners.ts';
import type { Follower, ListQuery, Store } from '../port.ts';
import { pageRange, prefixRange } from '../prefix-range.ts';
import { openReading } from '../reading.ts';
import { batchApplier } from './apply-batch.ts';
import { backupParts } from './backup-parts.ts';
import { batchReader } from './batch-reader.ts';
import { changeReader } from './change-reader.ts';
import { openDatabaseFile, refuseDamage, type Synchronous } from './database-file.ts';
import { faultOf, withFaults } from './faults.ts';
import { operationLeases } from './operation-leases.ts';
import { CHUNK, readerPool } from './reader-pool.ts';
import { roundReader } from './round-reader.ts';
import { type Row, toDocument, toFact, toFollower, toHeldClaims, toOperation } from './rows.ts';
import { migrate } from './schema.ts';
import { writeQueue } from './write-queue.ts';

export interface SqliteStoreOptions {
  /** The database file, made with mode 0600 if absent; SQLite keeps its log beside it. */
  readonly path: string;
  /** `full`, the default, syncs each commit; `normal` may lose the last commits in a power cut, never their order. */
  readonly synchronous?: Synchronous;
  /** Epoch milliseconds; stamps schema migrations. */
  readonly now: () => number;
  /** Makes the epoch of a new store. */
  readonly newGuid?: () => string;
}

type Parameters = Record<string, SQLInputValue>;

const DOCUMENT = 'SELECT id, type, version, body FROM documents';
const BELOW = 'key > :from AND key < :to';
const IN_TYPES = 'type IN (SELECT value FROM json_each(:types))';

/** Throws a sentence when the file is no store, is of a newer format, or cannot be written. */
export function openSqliteStore({
  path,
  synchronous = 'full',
  now,
  newGuid = randomUUID,
}: SqliteStoreOptions): Store {
  const database = openDatabaseFile(path, synchronous);
  try {
    refuseDamage(database, path);
    migrate(database, path, now, newGuid);
  } catch (error) {
    database.close();
    throw faultOf(error, path);
  }
  const queue = writeQueue(database);
  const readers = readerPool(path);
  const applyBatch = batchApplier(database);
  const readChanges = changeReader(database);
  const rounds = roundReader(database, path);
  const heads = listeners<number>();
  const acknowledgements = listeners<Follower>();
  let closing: Promise<void> | undefined;

  const prepared = new Map<string, ReturnType<typeof database.prepare>>();
  const sql = (text: string) => {
    let statement = prepared.get(text);
    if (statement === undefined) {
      statement = database.prepare(text);
      prepared.set(text, statement);
    }
    return statement;
  };

  /** Small answers come at once from the writer's connection, large ones in chunks from one snapshot. */
  async function select<T>(
    text: string,
    parameters: Parameters,
    map: (row: Row) => T,
    limit = Number.MAX_SAFE_INTEGER,
  ): Promise<T[]> {
    // A sum, because SQLite compiles a statement anew whenever its bare LIMIT parameter is bound.
    const limited = `${text} LIMIT :limit + 0`;
    const small = sql(limited).all({ ...parameters, limit: Math.min(limit, CHUNK + 1) });
    if (small.length <= CHUNK) return small.map(map);
    return readers.use((reader) => reader.scan(limited, { ...parameters, limit }, map));
  }

  const headRow = () => sql('SELECT epoch, through FROM head').get() as { epoch: string; through: number };

  const listParameters = (query: ListQuery): Parameters => ({
    ...pageRange(query),
    ...(query.type === undefined ? {} : { type: query.type }),
  });

  const read = batchReader(database, readers);

  const plain: Omit<Store, 'reading'> = {
    read,
    async get(id) {
      const row = sql(`${DOCUMENT} WHERE key = ?`).get(idKey(id));
      return row === undefined ? undefined : toDocument(row);
    },
    async getMany(ids) {
      const keys = JSON.stringify(ids.map(idKey));
      const text = `${DOCUMENT} WHERE key IN (SELECT value FROM json_each(:keys)) ORDER BY key`;
      const found = await select(text, { keys }, toDocument);
      return new Map(found.map((document) => [idKey(document.id), document]));
    },
    async list(query) {
      if (query.limit !== undefined) checkWhole('the limit of a list', query.limit);
      const where = query.type === undefined ? BELOW : `type = :type AND ${BELOW}`;
      return select(
        `${DOCUMENT} WHERE ${where} ORDER BY key`,
        listParameters(query),
        toDocument,
        query.limit,
      );
    },
    async claim(key) {
      const rows = sql('SELECT key, value, holder FROM claims WHERE key = ? ORDER BY holder_key').all(key);
      return toHeldClaims(rows)[0];
    },
    async claimsUnder(keyPrefix) {
      const text =
        'SELECT key, value, holder FROM claims WHERE key >= :from AND key < :to ORDER BY key, holder_key';
      return toHeldClaims(await select(text, prefixRange(keyPrefix), (row) => row));
    },
    async operation(id) {
      const row = sql('SELECT operation FROM operations WHERE key = ?').get(idKey(id));
      return row === undefined ? undefined : toOperation(row);
    },
    async facts(keys) {
      const text =
        'SELECT key, at, value FROM facts WHERE key IN (SELECT value FROM json_each(:keys)) ORDER BY key';
      const found = await select(text, { keys: JSON.stringify(keys) }, toFact);
      return new Map(found.map((fact) => [fact.key, fact]));
    },
    async factsUnder(keyPrefix) {
      const text = 'SELECT key, at, value FROM facts WHERE key >= :from AND key < :to ORDER BY key';
      return select(text, prefixRange(keyPrefix), toFact);
    },
    async followers() {
      return select('SELECT name, through, at, report FROM followers ORDER BY name', {}, toFollower);
    },
    async head() {
      const { epoch, through } = headRow();
      return { epoch, through };
    },
    async commit(batch) {
      const checked = checkBatch(batch);
      let before = 0;
      const committed = await queue.write(() => {
        before = headRow().through;
        return applyBatch(checked);
      }, checked.weight);
      if (committed.feed !== before) heads.call(committed.feed);
      return committed;
    },
    async changes(query) {
      checkWhole('the cursor of the feed', query.after);
      checkWhole('the limit of a page', query.limit, 1);
      return readChanges(query);
    },
    async round(query, take) {
      checkWhole('the cursor of the feed', query.after);
      return rounds.round(query, take);
    },
    snapshotInParts: rounds.snapshotInParts,
    async snapshot(types) {
      return readers.use(async ({ database: reader, scan }) => {
        const { epoch, through } = reader.prepare('SELECT epoch, through FROM head').get() as {
          epoch: string;
          through: number;
        };
        const where = types === undefined ? '' : `WHERE ${IN_TYPES}`;
        const parameters: Parameters = types === undefined ? {} : { types: JSON.stringify(types) };
        const documents = await scan(`${DOCUMENT} ${where} ORDER BY key`, parameters, toDocument);
        return { epoch, through, documents };
      });
    },
    onHead: heads.add,
    onAcknowledge: acknowledgements.add,
    async acknowledge(follower) {
      const { name, through, at } = follower;
      checkName('the name of a follower', name);
      checkWhole('the number acknowledged', through);
      const report = jsonText('the report of a follower', follower.report);
      await queue.write(() =>
        sql('INSERT OR REPLACE INTO followers (name, through, at, report) VALUES (?, ?, ?, ?)').run(
          name,
          through,
          checkWhole('the time of an acknowledgement', at),
          report,
        ),
      );
      acknowledgements.call({ name, through, at, report: JSON.parse(report) });
    },
    ...operationLeases(database, queue),
    async recordFacts(facts) {
      const rows = facts.map(({ key, at, value }) => ({
        key: checkName('the key of a fact', key),
        at: checkWhole(`the time of fact ${key}`, at),
        value: jsonText(`the value of fact ${key}`, value),
      }));
      const text = `INSERT INTO facts (key, at, value) VALUES (:key, :at, :value) ON CONFLICT (key)
        DO UPDATE SET at = excluded.at, value = excluded.value WHERE excluded.at >= at`;
      const writes: Promise<unknown>[] = [];
      for (let start = 0; start < rows.length; start += CHUNK) {
        const chunk = rows.slice(start, start + CHUNK);
        writes.push(queue.write(() => chunk.forEach((row) => void sql(text).run(row)), chunk.length));
      }
      await Promise.all(writes);
    },
    async audit({ limit, resourceId }) {
      checkWhole('the limit of an audit query', limit);
      const where = resourceId === undefined ? '' : 'WHERE resource = :resource';
      const parameters: Parameters = resourceId === undefined ? {} : { resource: idKey(resourceId) };
      const text = `SELECT entry FROM audit ${where} ORDER BY sequence DESC`;
      return select(text, parameters, (row) => JSON.parse(row.entry as string), limit);
    },
    async compact(before) {
      checkWhole('the number to compact to', before);
      await queue.write(() =>
        sql('UPDATE head SET compacted = max(compacted, min(:before - 1, through))').run({ before }),
      );
      for (const forget of [
        `DELETE FROM audit WHERE sequence IN (SELECT sequence FROM audit
           WHERE feed <= (SELECT compacted FROM head) LIMIT 1000)`,
        `DELETE FROM tombstones WHERE (key, type) IN (SELECT key, type FROM tombstones
           WHERE feed <= (SELECT compacted FROM head) LIMIT 1000)`,
      ])
        while (Number((await queue.write(() => sql(forget).run(), 1_000)).changes) > 0);
    },
    backup: backupParts(readers, path),
    close() {
      closing ??= (async () => {
        await queue.close();
        await readers.close();
        await rounds.close();
        database.close();
      })();
      return closing;
    },
  };
  const store: Store = withFaults({ ...plain, reading: () => openReading(store) }, path);
  return store;
}
