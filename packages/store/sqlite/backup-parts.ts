/** The bytes of a consistent copy of the whole store: a database file of its own, in bounded parts. */
import { closeSync, openSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { backup, type DatabaseSync } from 'node:sqlite';
import type { Backup } from '../port.ts';
import { HEAD, toHead } from './change-reader.ts';
import { filesBeside } from './database-file.ts';
import type { ReaderPool } from './reader-pool.ts';

/** Pages copied, and bytes given, at once: a moment of work, and a bound of the memory that it takes. */
const PAGES = 256;
const BYTES = 1024 * 1024;

/** What `reader`'s open read transaction sees, page by page off the main thread, so that commits go on meanwhile. */
async function copyTo(reader: DatabaseSync, copy: string): Promise<void> {
  // SQLite gives what it makes the mode of the process: private before it sees it.
  closeSync(openSync(copy, 'wx', 0o600));
  await backup(reader, copy, { rate: PAGES });
}

async function giveParts(copy: string, take: (part: Uint8Array) => Promise<void>): Promise<void> {
  const file = await open(copy, 'r');
  try {
    for (;;) {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(BYTES) });
      if (bytesRead === 0) return;
      await take(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}

/**
 * SQLite writes a consistent copy as a file only, and what reads it may be slow: it is made beside the store, and gone
 * after the last part. One at a time; what a killed process left is removed when the store is opened.
 */
export function backupParts(readers: ReaderPool, path: string) {
  const copy = `${path}.copy`;
  const remove = () => {
    for (const file of [copy, ...filesBeside(copy)]) rmSync(file, { force: true });
  };
  remove();
  let last: Promise<unknown> = Promise.resolve();

  async function run(take: (part: Uint8Array) => Promise<void>): Promise<Backup> {
    remove();
    try {
      const head = await readers.use(async ({ database: reader }) => {
        // The read transaction begins with its first read.
        const { epoch, through } = toHead(reader.prepare(HEAD).get());
        await copyTo(reader, copy);
        return { epoch, through };
      });
      await giveParts(copy, take);
      return head;
    } finally {
      remove();
    }
  }

  return (take: (part: Uint8Array) => Promise<void>): Promise<Backup> => {
    const next = last.then(() => run(take));
    last = next.catch(() => {});
    return next;
  };
}
