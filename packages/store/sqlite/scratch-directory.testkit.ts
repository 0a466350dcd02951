/** A directory for one test file, removed after it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

/** Call at a test file's top level; the result names files in the directory. */
export function scratchDirectory(): (name: string) => string {
  const directory = mkdtempSync(join(tmpdir(), 'tombolo-store-'));
  after(() => rmSync(directory, { recursive: true, force: true }));
  return (name) => join(directory, name);
}
