/** The SQLite schema: forward-only migrations, and a refusal of files that a newer version wrote. */
import type { DatabaseSync } from 'node:sqlite';

/** Each entry brings format n to n + 1 and is never edited once released. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    epoch TEXT NOT NULL,
    through INTEGER NOT NULL,
    -- Cursors below this number may have missed a forgotten tombstone.
    compacted INTEGER NOT NULL
  ) STRICT;
  -- A document carries the number of its last change: with the tombstones, that is the whole change log.
  CREATE TABLE documents (
    key TEXT NOT NULL UNIQUE,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    version INTEGER NOT NULL,
    feed INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX documents_type ON documents (type, key);
  CREATE INDEX documents_feed ON documents (feed);
  -- By type too: who follows only the former type must learn of the deletion, though the id returns as another.
  CREATE TABLE tombstones (
    key TEXT NOT NULL,
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    feed INTEGER NOT NULL,
    PRIMARY KEY (key, type)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX tombstones_feed ON tombstones (feed);
  CREATE TABLE claims (
    key TEXT NOT NULL,
    holder_key TEXT NOT NULL,
    holder TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (key, holder_key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX claims_holder ON claims (holder_key);
  CREATE TABLE operations (
    key TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    lease_owner TEXT,
    leased_until INTEGER NOT NULL DEFAULT 0,
    operation TEXT NOT NULL
  ) STRICT;
  CREATE INDEX operations_due ON operations (due_at, key) WHERE status = 'InProgress';
  CREATE TABLE audit (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    feed INTEGER NOT NULL,
    resource TEXT NOT NULL,
    entry TEXT NOT NULL
  ) STRICT;
  CREATE INDEX audit_resource ON audit (resource, sequence);
  CREATE INDEX audit_feed ON audit (feed);
  CREATE TRIGGER audit_is_not_edited BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the activity log is append-only'); END;
  CREATE TRIGGER audit_is_only_compacted BEFORE DELETE ON audit
    WHEN OLD.feed > (SELECT compacted FROM head)
    BEGIN SELECT RAISE(ABORT, 'the activity log is append-only'); END;
  CREATE TABLE facts (key TEXT PRIMARY KEY, at INTEGER NOT NULL, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE followers (
    name TEXT PRIMARY KEY,
    through INTEGER NOT NULL,
    at INTEGER NOT NULL,
    report TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  // With the type, so that a follower passes over changes of other types without reading their rows. The index of the
  // tombstones has it already: it ends with their primary key.
  `
  DROP INDEX documents_feed;
  CREATE INDEX documents_feed ON documents (feed, type);
  `,
  // What an earlier version had leased has no token, and expires.
  `
  ALTER TABLE operations ADD COLUMN lease_token INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE runners (name TEXT PRIMARY KEY, generation INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
  // Those that have ended are forgotten by when that was.
  `
  CREATE INDEX operations_ended ON operations (json_extract(operation, '$.endTime')) WHERE status <> 'InProgress';
  `,
];

/** The format that this version writes. */
const FORMAT = MIGRATIONS.length;

/** The format of a store; 0: it is new. Throws where a newer version wrote it. */
export function checkFormat(database: DatabaseSync, path: string): number {
  const row = database.prepare('SELECT coalesce(max(format), 0) AS format FROM schema_migrations').get();
  const found = Number(row?.format);
  if (found > FORMAT)
    throw new Error(
      `The store ${path} has format ${found}, and this version reads formats up to ${FORMAT}: ` +
        'start it with the version that wrote it, or restore a backup made by this one.',
    );
  return found;
}

/**
 * Brings the file to {@link FORMAT}; `epoch` is used only when the store is new. Throws, having changed nothing,
 * when a newer version wrote it.
 */
export function migrate(
  database: DatabaseSync,
  path: string,
  now: () => number,
  newGuid: () => string,
): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    database.exec(
      'CREATE TABLE IF NOT EXISTS schema_migrations (format INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT',
    );
    const found = checkFormat(database, path);
    for (let format = found + 1; format <= FORMAT; format++) {
      database.exec(MIGRATIONS[format - 1]!);
      database.prepare('INSERT INTO schema_migrations VALUES (?, ?)').run(format, now());
    }
    database
      .prepare('INSERT OR IGNORE INTO head (one, epoch, through, compacted) VALUES (1, ?, 0, 0)')
      .run(newGuid());
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
