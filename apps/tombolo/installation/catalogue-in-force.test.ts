import assert from 'node:assert/strict';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { catalogueDocument, currentCatalogue } from '@tombolo/requirements';
import { catalogueInForce, keptCatalogueFile, watchCatalogue } from './catalogue-in-force.ts';

const inDirectory = async (run: (state: string) => Promise<void>): Promise<void> => {
  const state = await mkdtemp(join(tmpdir(), 'tombolo-catalogue-'));
  try {
    await run(state);
  } finally {
    await rm(state, { recursive: true });
  }
};
const versioned = (version: string): string =>
  JSON.stringify({ ...catalogueDocument(currentCatalogue), version });

test("the release's is in force until a newer one is kept, and again when that is taken away", () =>
  inDirectory(async (state) => {
    let clock = 1_000;
    const failures: unknown[] = [];
    const watched = watchCatalogue(
      state,
      () => clock,
      (error) => failures.push(error),
    );
    assert.deepEqual(watched(), { catalogue: currentCatalogue, since: 0 });
    const file = keptCatalogueFile(state);
    await writeFile(file, versioned('9.0.0'));
    clock = 2_000;
    const kept = watched();
    assert.deepEqual([kept?.catalogue.version, kept?.catalogue.kept, kept?.since], ['9.0.0', true, 2_000]);
    clock = 3_000;
    assert.equal(watched(), kept);
    assert.equal(catalogueInForce(state).version, '9.0.0');
    // What an earlier release kept is older than this one's.
    await writeFile(file, versioned('2.5.0'));
    assert.equal(watched()?.catalogue, currentCatalogue);
    await rm(file);
    clock = 4_000;
    assert.deepEqual(watched(), { catalogue: currentCatalogue, since: 4_000 });
    assert.deepEqual(failures, []);
  }));

test('what was kept before the start counts from when it was kept; what cannot be read is told once', () =>
  inDirectory(async (state) => {
    const file = keptCatalogueFile(state);
    await writeFile(file, versioned('9.0.0'));
    await utimes(file, 50, 50);
    const failures: string[] = [];
    const watched = watchCatalogue(
      state,
      () => 60_000,
      (error) => failures.push(String(error)),
    );
    assert.equal(watched()?.since, 50_000);
    await writeFile(file, '{');
    assert.deepEqual([watched(), watched()], [undefined, undefined]);
    assert.equal(failures.length, 1);
    assert.match(failures[0] ?? '', /requirements\.json/);
    await writeFile(file, versioned('9.0.1'));
    assert.equal(watched()?.catalogue.version, '9.0.1');
  }));
