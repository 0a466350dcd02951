/** The Store on node:sqlite: one file, one writer, group commit. */
import { randomUUID } from 'node:crypto';
import type { SQLInputValue } from 'node:sqlite';
import { checkBatch, checkName, checkWhole, idKey, jsonText } from '../batch.ts';
import { listeners } from '../listeners.ts';
import type { Follower, Store } from '../port.ts';
import { prefixRange } from '../prefix-range.ts';
import { openReading } from '../reading.ts';
import { singleReads } from '../single-reads.ts';
import { batchApplier } from './apply-batch.ts';
import { backupParts } from './backup-parts.ts';
import { batchReader } from './batch-reader.ts';
import { changeReader, HEAD, toHead, typeParameter } from './change-reader.ts';
import { openDatabaseFile, refuseDamage, type Synchronous } from './database-file.ts';
import { faultOf, withFaults } from './faults.ts';
import { operationLeases } from './operation-leases.ts';
import { CHUNK, readerPool } from './reader-pool.ts';
import { roundReader } from './round-reader.ts';
import { DOCUMENT, FACT, OF_TYPES, type Row, toDocument, toFact, toFollower } from './rows.ts';
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

  const headRow = () => toHead(sql(HEAD).get());

  const read = batchReader(database, readers);

  const plain: Omit<Store, 'reading'> = {
    read,
    ...singleReads(read),
    async factsUnder(keyPrefix) {
      const text = `${FACT} WHERE key >= :from AND key < :to ORDER BY key`;
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
        const { epoch, through } = toHead(reader.prepare(HEAD).get());
        const [where, parameters] = types === undefined ? ['', {}] : [OF_TYPES, typeParameter({ types })];
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
    async forgetFacts({ keyPrefix, after, limit }) {
      checkWhole('the limit of what is forgotten', limit, 1);
      const { from, to } = prefixRange(keyPrefix);
      return queue.write(() => {
        const page = sql(
          `SELECT key FROM facts WHERE key > :from AND key < :to ORDER BY key LIMIT :limit + 0`,
        );
        const keys = page.all({ from: after ?? from, to, limit }).map(({ key }) => key as string);
        const forget = sql(
          'DELETE FROM facts WHERE key = :key AND NOT EXISTS (SELECT 1 FROM documents WHERE documents.key = :id)',
        );
        for (const key of keys) forget.run({ key, id: key.slice(keyPrefix.length) });
        return keys.length < limit ? undefined : keys.at(-1);
      }, limit);
    },
    async audit({ limit, resourceId }) {
      checkWhole('the limit of an audit query', limit);
      const where = resourceId === undefined ? '' : 'WHERE resource = :resource';
      const parameters: Parameters = resourceId === undefined ? {} : { resource: idKey(resourceId) };
      const text = `SELECT entry FROM audit ${where} ORDER BY sequence DESC`;
      return select(text, parameters, (row) => JSON.parse(row.entry as string), limit);
    },
    async compact({ before, auditBefore = before }) {
      checkWhole('the number to compact to', before);
      checkWhole('the number to forget the audit to', auditBefore);
      await queue.write(() =>
        sql(
          'UPDATE head SET compacted = min(:before - 1, through) WHERE compacted < min(:before - 1, through)',
        ).run({ before }),
      );
      const forgotten = '(SELECT compacted FROM head)';
      const forget = async (text: string, parameters: Parameters = {}): Promise<void> => {
        while (Number((await queue.write(() => sql(text).run(parameters), 1_000)).changes) > 0);
      };
      await forget(
        `DELETE FROM audit WHERE sequence IN (SELECT sequence FROM audit
           WHERE feed <= min(:last, ${forgotten}) LIMIT 1000)`,
        { last: auditBefore - 1 },
      );
      await forget(
        `DELETE FROM tombstones WHERE (key, type) IN (SELECT key, type FROM tombstones
           WHERE feed <= ${forgotten} LIMIT 1000)`,
      );
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
