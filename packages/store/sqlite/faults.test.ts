import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreFault } from '../port.ts';
import { faultOf } from './faults.ts';

const sqliteError = (errcode: number) =>
  Object.assign(new Error('what SQLite says'), { code: 'ERR_SQLITE_ERROR', errcode });

/** By name, as https://www.sqlite.org/rescode.html has them: the primary code, then one that extends it. */
const faults = [
  ['failed', 'SQLITE_NOMEM', 7],
  ['failed', 'SQLITE_NOMEM_extended', 7 | (1 << 8)],
  ['unwritable', 'SQLITE_READONLY', 8],
  ['unwritable', 'SQLITE_READONLY_DBMOVED', 1032],
  ['failed', 'SQLITE_IOERR', 10],
  ['failed', 'SQLITE_IOERR_FSYNC', 1034],
  ['damaged', 'SQLITE_CORRUPT', 11],
  ['damaged', 'SQLITE_CORRUPT_INDEX', 779],
  ['full', 'SQLITE_FULL', 13],
  ['full', 'SQLITE_FULL_extended', 13 | (1 << 8)],
  ['failed', 'SQLITE_CANTOPEN', 14],
  ['failed', 'SQLITE_CANTOPEN_ISDIR', 526],
  ['damaged', 'SQLITE_NOTADB', 26],
  ['damaged', 'SQLITE_NOTADB_extended', 26 | (1 << 8)],
] as const;

const says = {
  full: /^The disk that holds \/s\.db is full: .*Free space on it/,
  unwritable: /^\/s\.db cannot be written \(what SQLite says\): make the file system writable/,
  damaged: /^\/s\.db is damaged \(what SQLite says\): .*restore a backup/,
  failed: /^The system failed to read or write \/s\.db \(what SQLite says\): see the kernel's log/,
} as const;

test('a fault of the disk or the file says what it is and what helps, by its primary or an extended code', () => {
  for (const [kind, name, errcode] of faults) {
    const cause = sqliteError(errcode);
    const fault = faultOf(cause, '/s.db');
    assert.ok(fault instanceof StoreFault, name);
    assert.deepEqual([fault.kind, fault.cause], [kind, cause], name);
    assert.match(fault.message, says[kind], name);
  }
});

test('anything else stays what it is', () => {
  const others = [
    // SQLITE_ERROR, SQLITE_BUSY, SQLITE_CONSTRAINT_UNIQUE, SQLITE_MISUSE.
    ...[1, 5, 2067, 21].map(sqliteError),
    Object.assign(new Error('of the file system'), { code: 'ENOSPC', errcode: 13 }),
    new StoreFault('full', 'said before'),
  ];
  for (const error of others) assert.equal(faultOf(error, '/s.db'), error);
});
