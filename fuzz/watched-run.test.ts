/** An input that never ends ends nothing but its own thread, and is told. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { textOf } from './target.ts';
import { runWatched } from './watched-run.ts';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const targets = import.meta.resolve('./hanging.testkit.ts');

const watched = async (name: string, hangMs?: number) => {
  const told: (readonly [string, string])[] = [];
  const order = { name, targets, root, seed: 1, milliseconds: 600_000, most: 100, corpus: [] };
  const outcome = await runWatched(order, ({ key }, input) => told.push([key, textOf(input)]), hangMs);
  return { told, ended: outcome.blocks !== undefined, inputs: outcome.inputs };
};

test('a loop without end, by the input that is in it', async () =>
  assert.deepEqual(await watched('loops', 3_000), { told: [['hang', 'stay']], ended: false, inputs: 2 }));

test('a promise that nobody settles, too', async () =>
  assert.deepEqual(await watched('forgets'), { told: [['hang', 'stay']], ended: false, inputs: 2 }));

test('a run that ends has nothing to tell', async () => {
  const { told, ended, inputs } = await watched('ends');
  assert.deepEqual([told, ended], [[], true]);
  assert.ok(inputs >= 100);
});
