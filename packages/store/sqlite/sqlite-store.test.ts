import assert from 'node:assert/strict';
import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { test } from 'node:test';
import { storeContract } from '../contract.testkit.ts';
import { StoreFault } from '../port.ts';
import { scratchDirectory } from './scratch-directory.testkit.ts';
import { openSqliteStore } from './sqlite-store.ts';

const scratch = scratchDirectory();
let count = 0;
const open = async () => openSqliteStore({ path: scratch(`store-${count}.db`), now: () => 0 });

storeContract(
  'sqlite',
  () => {
    count++;
    return open();
  },
  open,
);

test('a page that is damaged while the store is open is told with the file and what to do', async () => {
  const path = scratch('damaged-open.db');
  const filling = openSqliteStore({ path, now: () => 0 });
  for (let n = 0; n < 40; n += 1)
    await filling.commit({ puts: [{ id: `/${n}`, type: 'T/a', body: { text: 'x'.repeat(2_000) } }] });
  await filling.close();
  const store = openSqliteStore({ path, now: () => 0 });
  const file = openSync(path, 'r+');
  // All but the first page, which has the schema.
  writeSync(file, Buffer.alloc(statSync(path).size - 4_096, 0x5a), 0, undefined, 4_096);
  closeSync(file);
  await assert.rejects(store.snapshot(), (error) => {
    assert.ok(error instanceof StoreFault);
    assert.equal(error.kind, 'damaged');
    assert.match(error.message, /damaged-open\.db is damaged .*restore/);
    return true;
  });
  await store.close();
});
