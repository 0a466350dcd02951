/**
 * The store beside the physical limit: raw node:sqlite prepared statements that do the same durable insert into a
 * table of the same shape, measured in turns within one run. `node bench/store.ts [--json] [--rounds N]`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { openSqliteStore } from '@tombolo/store';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    rounds: { type: 'string', default: '9' },
    directory: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
if (!Number.isSafeInteger(rounds) || rounds < 1)
  throw new Error('--rounds must be a whole number of at least 1.');

const directory = mkdtempSync(join(values.directory ?? tmpdir(), 'tombolo-bench-'));
const PER_ROUND = 400;
const body = {
  location: 'westeurope',
  tags: { bench: 'store' },
  properties: { addressSpace: { addressPrefixes: ['10.0.0.0/16'] }, provisioningState: 'Succeeded' },
};
const text = JSON.stringify(body);
const GROUP = '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/bench';
const idOf = (n: number) =>
  `${GROUP}/providers/Microsoft.Network/virtualNetworks/net-${String(n).padStart(8, '0')}`;

const store = openSqliteStore({ path: join(directory, 'store.db'), now: Date.now });
const raw = new DatabaseSync(join(directory, 'raw.db'));
raw.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
  CREATE TABLE documents (key TEXT NOT NULL UNIQUE, id TEXT NOT NULL, type TEXT NOT NULL, version INTEGER NOT NULL,
    feed INTEGER NOT NULL, body TEXT NOT NULL) STRICT`);
const rawInsert = raw.prepare('INSERT INTO documents VALUES (?, ?, ?, 1, ?, ?)');
const rawGet = raw.prepare('SELECT id, type, version, body FROM documents WHERE key = ?');
const rawList = raw.prepare(
  'SELECT id, type, version, body FROM documents WHERE key > ? ORDER BY key LIMIT 100',
);

let stored = 0;
let rawStored = 0;
const commitNext = () => {
  const id = idOf(stored++);
  return store.commit({
    expect: [{ id, version: 'absent' }],
    puts: [{ id, type: 'Microsoft.Network/virtualNetworks', body }],
  });
};
const rawNext = () => {
  const id = idOf(rawStored++);
  rawInsert.run(id.toLowerCase(), id, 'Microsoft.Network/virtualNetworks', rawStored, text);
};
const parsed = (row: Record<string, unknown> | undefined) => ({
  ...row,
  body: JSON.parse(row?.body as string),
});

/** Each does `PER_ROUND` of its unit; raw ones are the limit of those beside them. */
const subjects: Record<string, () => Promise<void>> = {
  'raw durable insert': async () => {
    for (let n = 0; n < PER_ROUND; n++) rawNext();
  },
  'single commit': async () => {
    for (let n = 0; n < PER_ROUND; n++) await commitNext();
  },
  'raw 16 inserts, one sync': async () => {
    for (let n = 0; n < PER_ROUND; n += 16) {
      raw.exec('BEGIN IMMEDIATE');
      for (let each = 0; each < 16; each++) rawNext();
      raw.exec('COMMIT');
    }
  },
  '16 concurrent commits': async () => {
    for (let n = 0; n < PER_ROUND; n += 16) await Promise.all(Array.from({ length: 16 }, commitNext));
  },
  'raw get': async () => {
    for (let n = 0; n < PER_ROUND; n++) parsed(rawGet.get(idOf((n * 7_919) % rawStored).toLowerCase()));
  },
  get: async () => {
    for (let n = 0; n < PER_ROUND; n++) await store.get(idOf((n * 7_919) % stored));
  },
  'raw list 100': async () => {
    for (let n = 0; n < PER_ROUND; n++) rawList.all(`${GROUP.toLowerCase()}/`).map(parsed);
  },
  'list 100': async () => {
    for (let n = 0; n < PER_ROUND; n++) await store.list({ under: GROUP, limit: 100 });
  },
};
const LIMITS: readonly (readonly [name: string, limit: string])[] = [
  ['single commit', 'raw durable insert'],
  ['16 concurrent commits', 'raw durable insert'],
  ['16 concurrent commits', 'raw 16 inserts, one sync'],
  ['get', 'raw get'],
  ['list 100', 'raw list 100'],
];

const samples = new Map(Object.keys(subjects).map((name) => [name, [] as number[]]));
// One round to warm up; then all in turns, so that a noisy moment of the machine meets all of them.
for (let round = -1; round < rounds; round++)
  for (const [name, run] of Object.entries(subjects)) {
    const start = process.hrtime.bigint();
    await run();
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    if (round >= 0) samples.get(name)!.push(PER_ROUND / seconds);
  }
await store.close();
raw.close();
rmSync(directory, { recursive: true });

const results = [...samples].map(([name, perSecond]) => {
  const sorted = [...perSecond].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)]!;
  return {
    name,
    perSecond: Math.round(median),
    lowest: Math.round(sorted[0]!),
    highest: Math.round(sorted.at(-1)!),
  };
});
const rate = (name: string) => results.find((result) => result.name === name)!.perSecond;
const ratios = LIMITS.map(([name, limit]) => ({
  name,
  limit,
  ratio: Number((rate(name) / rate(limit)).toFixed(2)),
}));

if (values.json)
  console.log(JSON.stringify({ bench: 'store', rounds, perRound: PER_ROUND, results, ratios }));
else {
  console.log(`medians of ${rounds} rounds, operations per second (lowest to highest)`);
  for (const { name, perSecond, lowest, highest } of results)
    console.log(`  ${name.padEnd(26)} ${String(perSecond).padStart(8)}   (${lowest} to ${highest})`);
  console.log('ratios');
  for (const { name, limit, ratio } of ratios) console.log(`  ${name.padEnd(26)} ${ratio} of ${limit}`);
}
