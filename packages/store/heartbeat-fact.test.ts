import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentAfterMs, sinceOf } from './heartbeat-fact.ts';

const minute = 60_000;
const fact = (at: number, status: string, since?: number) => ({
  key: 'k',
  at,
  value: { status, ...(since === undefined ? {} : { since }) },
});

const table: readonly (readonly [string, Parameters<typeof sinceOf>, number])[] = [
  ['the first', [undefined, 10, 'Connected'], 10],
  ['the next in time', [fact(10, 'Connected', 5), 10 + 5 * minute, 'Connected'], 5],
  ['the next to one that does not say since when', [fact(10, 'Connected'), 20, 'Connected'], 10],
  ['one that says something else', [fact(10, 'Connected', 5), 20, 'Error'], 20],
  ['just in time', [fact(10, 'Error', 5), 9 + silentAfterMs, 'Error'], 5],
  ['after a gap', [fact(10, 'Connected', 5), 10 + silentAfterMs, 'Connected'], 10 + silentAfterMs],
  ['one that came too late', [fact(10, 'Connected', 9), 8, 'Connected'], 8],
];
for (const [name, given, expected] of table)
  test(`since when a machine says so: ${name}`, () => assert.equal(sinceOf(...given), expected));
