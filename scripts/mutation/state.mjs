/** What is known already, on disk after every mutant: a run that was ended goes on where it was. */

import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/** A line a result; the last one of a key counts, and a line that was cut off by a crash does not. */
export const openState = (path, { fresh = false } = {}) => {
  if (fresh) rmSync(path, { force: true });
  mkdirSync(dirname(path), { recursive: true });
  const known = new Map();
  for (const line of existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []) {
    try {
      const entry = JSON.parse(line);
      known.set(entry.key, entry);
    } catch {
      // The end of a file whose writer was killed.
    }
  }
  return {
    get: (key) => known.get(key),
    put: (entry) => {
      known.set(entry.key, entry);
      // Begins with a line end: what stands before it may have been cut off.
      appendFileSync(path, `\n${JSON.stringify(entry)}`);
    },
  };
};

/**
 * Does an earlier result still hold? A killed mutant does while the test that killed it is as it was, one that survived
 * while all that run it are.
 * @param versions test file → hash of it and of what it shares with others
 */
export const stillHolds = (entry, covering, versions) => {
  if (entry === undefined) return false;
  if (entry.outcome === 'survived')
    return (
      covering.length === Object.keys(entry.tests).length &&
      covering.every((file) => entry.tests[file] === versions.get(file))
    );
  return Object.entries(entry.tests).every(([file, version]) => versions.get(file) === version);
};
