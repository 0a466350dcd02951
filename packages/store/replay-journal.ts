/** A file of uses, as hashes with their ends: what was used before a restart of the process is used after it. */

import { createHash } from 'node:crypto';
import { closeSync, openSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import type { ReplayJournal, Use } from './kept-journal.ts';
import { readOwnFile } from './own-file.ts';

const line = ([key, expiresAt]: Use): string => `${expiresAt} ${key}\n`;

/**
 * A key is a hash, or two: of what was used, and how. The last line may be torn: whoever was killed while it was written has answered
 * nothing. It is cut off, which needs no room on a full disk either, so that the next line begins where a line begins.
 */
const readEntries = (path: string): readonly Use[] => {
  let octets: Buffer;
  try {
    octets = readOwnFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const whole = octets.lastIndexOf('\n') + 1;
  if (whole < octets.length) truncateSync(path, whole);
  const lines = octets.toString('latin1', 0, whole).split('\n');
  return lines.flatMap((each) => {
    const [, expiresAt, key] = /^(\d{1,16}) ([\w-]{43}(?: [\w-]{43})?)$/.exec(each) ?? [];
    return key === undefined ? [] : [[key, Number(expiresAt)] as const];
  });
};

/**
 * A line is with the system before the request goes on, and so survives the process, however it ends. It is not synced: a machine that
 * loses its power may forget the last seconds, and each request would wait for the disk otherwise.
 */
export const openReplayJournal = (path: string): ReplayJournal & { readonly close: () => void } => {
  const entries = readEntries(path);
  let file = openSync(path, 'a', 0o600);
  return {
    entries,
    keyOf: (id) => createHash('sha256').update(id).digest('base64url'),
    append: (use) => {
      writeFileSync(file, line(use));
    },
    rewrite: (kept) => {
      const temporary = `${path}.tmp`;
      const next = openSync(temporary, 'w', 0o600);
      try {
        writeFileSync(next, [...kept].map(line).join(''));
        renameSync(temporary, path);
      } catch (error) {
        closeSync(next);
        throw error;
      }
      closeSync(file);
      file = next;
    },
    close: () => closeSync(file),
  };
};
