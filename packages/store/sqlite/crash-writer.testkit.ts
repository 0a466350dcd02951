/**
 * The process that the crash tests kill: writes numbered batches to the store at argv[2] and prints each number
 * once its commit has resolved. argv[3]: commits in flight; argv[4]: how many; argv[5]: full or normal.
 */
import { writeSync } from 'node:fs';
import type { Batch } from '../port.ts';
import { openSqliteStore } from './sqlite-store.ts';

const pad = (n: number) => String(n).padStart(6, '0');

/** Two documents, a shared one, a claim that moves on, a deletion of the batch ten before, an operation. */
export function numberedBatch(n: number, at: number): Batch {
  const id = (side: string, of = n) => `/batch/${pad(of)}/${side}`;
  return {
    puts: [
      { id: id('left'), type: 'T/left', body: { n, text: 'x'.repeat((n * 37) % 3_000) } },
      { id: id('right'), type: 'T/right', body: { n } },
      { id: '/last', type: 'T/last', body: { n } },
    ],
    ...(n > 10
      ? { deletes: [id('left', n - 10), id('right', n - 10)], releases: [{ holder: id('left', n - 10) }] }
      : {}),
    claims: [
      { key: `claim ${pad(n)}`, value: String(n), holder: id('left') },
      { key: 'shared', value: 'same', holder: id('left') },
    ],
    operations: [
      {
        id: `operation-${n}`,
        kind: 'k',
        subscriptionId: 's',
        location: 'l',
        target: id('left'),
        status: 'InProgress',
        startTime: at,
        dueAt: at,
        state: { n },
      },
    ],
    audit: [
      { at, correlationId: pad(n), caller: 'crash', action: 'write', resourceId: id('left'), status: 201 },
    ],
  };
}

async function writeUntilKilled(): Promise<void> {
  const [, , path, flight, limit, synchronous] = process.argv;
  const store = openSqliteStore({
    path: path!,
    now: () => 0,
    synchronous: synchronous === 'normal' ? 'normal' : 'full',
  });
  let next = (await store.head()).through + 1;
  const last = next + Number(limit);
  const worker = async () => {
    while (next < last) {
      const n = next++;
      await store.commit(numberedBatch(n, n));
      // Synchronous: what is printed has left this process before the next instruction.
      writeSync(1, `acknowledged ${n}\n`);
    }
  };
  await Promise.all(Array.from({ length: Number(flight) }, worker));
  await store.close();
}

if (import.meta.main) await writeUntilKilled();
