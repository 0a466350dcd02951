import assert from 'node:assert/strict';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { writeBackupFile } from './backup-file.ts';
import { openMemoryStore } from './memory/memory-store.ts';
import type { Store } from './port.ts';
import { scratchDirectory } from './sqlite/scratch-directory.testkit.ts';
import { openSqliteStore } from './sqlite/sqlite-store.ts';

const scratch = scratchDirectory();
const open = (path: string) => openSqliteStore({ path, now: () => 7 });

/** About two megabytes: some parts. */
async function filled(path: string): Promise<Store> {
  const store = open(path);
  await store.commit({
    puts: [{ id: '/a', type: 'T/a', body: { n: 1 } }],
    claims: [{ key: 'k', value: 'v', holder: '/a' }],
  });
  for (let n = 0; n < 40; n++)
    await store.commit({ puts: [{ id: `/fill/${n}`, type: 'T/a', body: { text: 'x'.repeat(50_000) } }] });
  return store;
}
const filesAt = (path: string) => readdirSync(dirname(path)).sort();

test('a backup made among commits is one moment of the store and says which, is private, and overwrites nothing', async () => {
  const path = scratch('among/source.db');
  const target = scratch('copy.db');
  const store = await filled(path);
  let running = true;
  const backup = writeBackupFile(store, target).finally(() => {
    running = false;
  });
  let n = 0;
  while (running) {
    n++;
    await store.commit({ puts: ['/left', '/right'].map((id) => ({ id, type: 'T/a', body: { n } })) });
  }
  const said = await backup;
  await assert.rejects(writeBackupFile(store, target), /exists already/);
  assert.deepEqual(filesAt(path), ['source.db', 'source.db-shm', 'source.db-wal']);
  await store.close();
  assert.equal(statSync(target).mode & 0o777, 0o600);
  assert.ok(!existsSync(`${target}.partial`));
  const copy = open(target);
  const { epoch, through, documents } = await copy.snapshot();
  assert.deepEqual(said, { epoch, through });
  const sides = ['/left', '/right'].map((id) => documents.find((document) => document.id === id)?.body);
  assert.deepEqual(sides[0], sides[1]);
  assert.equal(through, 41 + Number((sides[0]?.n as number | undefined) ?? 0));
  assert.deepEqual((await copy.claim('k'))?.holders, ['/a']);
  await copy.close();
});

test('parts are bounded, come one after another, and make the whole however slowly they are taken', async () => {
  const path = scratch('parts/source.db');
  const store = await filled(path);
  const parts: Uint8Array[] = [];
  let taking = false;
  const head = await store.backup(async (part) => {
    assert.ok(!taking);
    taking = true;
    // What is committed between two parts is not in them.
    await store.commit({ puts: [{ id: `/late/${parts.length}`, type: 'T/a', body: {} }] });
    parts.push(part);
    taking = false;
  });
  assert.equal(head.through, 41);
  assert.ok(parts.length > 1 && parts.every((part) => part.length <= 1024 * 1024));
  const target = scratch('parts.db');
  writeFileSync(target, Buffer.concat(parts));
  await store.close();
  const copy = open(target);
  assert.equal((await copy.list({ under: '/fill' })).length, 40);
  assert.deepEqual(await copy.list({ under: '/late' }), []);
  await copy.close();
});

test('a backup whose target fails leaves nothing, neither there nor at the store, and the next one succeeds', async () => {
  const path = scratch('failing/source.db');
  const store = await filled(path);
  const full = new Error('no space left');
  let parts = 0;
  await assert.rejects(
    store.backup(async () => {
      if (++parts === 2) throw full;
    }),
    full,
  );
  assert.equal(parts, 2);
  const target = scratch('after-failure.db');
  const failing: Pick<Store, 'backup'> = {
    backup: async (take) => {
      await take(Buffer.from('half of it'));
      throw full;
    },
  };
  await assert.rejects(writeBackupFile(failing, target), full);
  assert.ok(!existsSync(target) && !existsSync(`${target}.partial`));
  // What a killed process left is in nobody's way.
  writeFileSync(`${path}.copy`, 'half a copy');
  writeFileSync(`${target}.partial`, 'half a backup');
  await writeBackupFile(store, target);
  assert.deepEqual(filesAt(path), ['source.db', 'source.db-shm', 'source.db-wal']);
  await store.close();
});

test('a name that is taken meanwhile is not overwritten', async () => {
  const target = scratch('meanwhile.db');
  const store: Pick<Store, 'backup'> = {
    backup: async (take) => {
      await take(Buffer.from('a copy'));
      writeFileSync(target, 'of another');
      return { epoch: 'e', through: 1 };
    },
  };
  await assert.rejects(writeBackupFile(store, target), /EEXIST/);
  assert.equal(statSync(target).size, 'of another'.length);
  assert.ok(!existsSync(`${target}.partial`));
});

test('two backups at once are both whole', async () => {
  const store = await filled(scratch('twice/source.db'));
  const targets = [scratch('one.db'), scratch('two.db')];
  await Promise.all(targets.map((target) => writeBackupFile(store, target)));
  await store.close();
  for (const target of targets) {
    const copy = open(target);
    assert.equal((await copy.list({})).length, 41);
    await copy.close();
  }
});

test('of two backups to one name at once the second is refused, and the first is whole', async () => {
  const store = await filled(scratch('same/source.db'));
  const target = scratch('same.db');
  const first = writeBackupFile(store, target);
  await assert.rejects(writeBackupFile(store, target), /is being written already/);
  await first;
  await store.close();
  const copy = open(target);
  assert.equal((await copy.list({})).length, 41);
  await copy.close();
  await assert.rejects(writeBackupFile(openMemoryStore(), scratch('again.db')), /on a disk/);
  await assert.rejects(writeBackupFile(openMemoryStore(), scratch('again.db')), /on a disk/, 'given back');
});

test('what a killed backup left beside the store is gone when the store is opened', async () => {
  const path = scratch('killed/source.db');
  await (await filled(path)).close();
  for (const left of [`${path}.copy`, `${path}.copy-journal`]) writeFileSync(left, 'keys');
  const store = open(path);
  assert.deepEqual(
    readdirSync(dirname(path)).filter((name) => name.includes('.copy')),
    [],
  );
  await store.close();
});

test('a store in memory has no backup, and says so', async () => {
  const target = scratch('memory.db');
  await assert.rejects(writeBackupFile(openMemoryStore(), target), /back up one that is on a disk/);
  assert.ok(!existsSync(target) && !existsSync(`${target}.partial`));
});
