/** The process that the follower's crash test kills: amends and replaces the state at argv[2], printing each number. */
import { writeSync } from 'node:fs';
import type { Document } from '../port.ts';
import { followerFile } from './follower-file.ts';

export const SIDES = Array.from({ length: 40 }, (_, n) => `/side/${n}`);
const side = (id: string, version: number): Document => ({ id, type: 'T/a', version, body: {} });

if (import.meta.main) {
  const state = followerFile(process.argv[2]!)(['T/a'], (error) => {
    throw error;
  });
  for (let n = (state.cursor?.through ?? 0) + 1; ; n++) {
    const cursor = { epoch: 'e', through: n };
    if (n % 5 === 1) await state.replace(cursor, new Map(SIDES.map((id) => [id, side(id, n)])));
    else
      await state.amend(
        cursor,
        SIDES.map((id) => ({ feed: n, id, type: 'T/a', document: side(id, n) })),
      );
    writeSync(1, `${n}\n`);
  }
}
