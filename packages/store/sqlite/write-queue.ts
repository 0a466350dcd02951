/** Group commit: writes of one turn of the event loop share one transaction, so that one sync serves them all. */
import type { DatabaseSync } from 'node:sqlite';

/** One transaction takes at most this many writes, or entries, before the loop turns again. */
const MAX_WRITES = 64;
const MAX_WEIGHT = 2_000;

interface Write {
  readonly weight: number;
  run(): unknown;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

export interface WriteQueue {
  /**
   * Runs `run` in a savepoint of the next transaction. Resolves or rejects only after the commit is durable,
   * for a refusal, too, was judged by what that transaction wrote. `run` that throws leaves nothing behind.
   */
  write<T>(run: () => T, weight?: number): Promise<T>;
  /** Resolves once everything queued so far is settled; later writes are refused. */
  close(): Promise<void>;
}

export function writeQueue(database: DatabaseSync): WriteQueue {
  let waiting: Write[] = [];
  let scheduled = false;
  let closed = false;
  let onIdle: (() => void) | undefined;
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const savepoint = database.prepare('SAVEPOINT one');
  const release = database.prepare('RELEASE one');
  const undo = database.prepare('ROLLBACK TO one');

  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(flush);
  };

  function runOne(write: Write): () => void {
    savepoint.run();
    try {
      const value = write.run();
      release.run();
      return () => write.resolve(value);
    } catch (error) {
      // A full disk or an I/O error ends the whole transaction: no savepoint is left to return to.
      if (!database.isTransaction) throw error;
      undo.run();
      release.run();
      return () => write.reject(error);
    }
  }

  /**
   * A commit whose sync failed is undone here and yet whole in the log, where the next start would find it. Another takes
   * its place there, though its own sync fails, too: of a number that nothing reads. SQLite writes its page though the number is
   * the same, as it does not for a row that is updated to what it was.
   */
  function overwriteRefused(): void {
    try {
      begin.run();
      database.exec('PRAGMA user_version = 0');
      commit.run();
    } catch {
      if (database.isTransaction) database.exec('ROLLBACK');
    }
  }

  function flush(): void {
    scheduled = false;
    let weight = 0;
    let count = 0;
    while (count < waiting.length && count < MAX_WRITES && weight < MAX_WEIGHT)
      weight += waiting[count++]!.weight;
    const group = waiting.slice(0, count);
    waiting = waiting.slice(count);
    if (waiting.length > 0) schedule();
    let committing = false;
    try {
      begin.run();
      const settle = group.map(runOne);
      committing = true;
      commit.run();
      committing = false;
      for (const each of settle) each();
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      if (committing) overwriteRefused();
      for (const write of group) write.reject(error);
    }
    if (waiting.length === 0) onIdle?.();
  }

  return {
    write<T>(run: () => T, weight = 1) {
      if (closed) return Promise.reject(new Error('The store is closed.'));
      return new Promise<T>((resolve, reject) => {
        waiting.push({ weight, run, resolve: resolve as (value: unknown) => void, reject });
        schedule();
      });
    },
    close() {
      closed = true;
      return new Promise<void>((resolve) => {
        if (waiting.length === 0) resolve();
        else onIdle = resolve;
      });
    },
  };
}
