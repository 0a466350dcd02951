/** Every target holds for its seeds, for what earlier runs kept, and for a few inputs that are drawn the same everywhere. */

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startingInputs } from './campaign.ts';
import { readCorpus } from './corpus.ts';
import { mutated } from './mutation.ts';
import { seededRandom } from './random.ts';
import { octetsOf, type Target } from './target.ts';
import { loadTarget, targetNames } from './targets/index.ts';

const corpora = fileURLToPath(new URL('./corpus', import.meta.url));
const drawn = 30;

const inputsOf = (target: Target): readonly Uint8Array[] => {
  const corpus = startingInputs(target, readCorpus(join(corpora, target.name)));
  const { longest = 4096, dictionary } = target;
  const material = { random: seededRandom(20261127), corpus, words: dictionary.map(octetsOf), longest };
  return [
    ...corpus,
    ...Array.from({ length: drawn }, () => mutated(material.random.oneOf(corpus), material)),
  ];
};

test('each target has a corpus, and no corpus is of none', () =>
  assert.deepEqual(readdirSync(corpora).sort(), targetNames.toSorted()));

describe('whatever it is sent, it answers or refuses', () => {
  for (const name of targetNames)
    test(name, async () => {
      const target = await loadTarget(name);
      assert.ok(target);
      assert.equal(target.name, name);
      for (const input of inputsOf(target))
        try {
          await target.run(Uint8Array.from(input));
        } catch (cause) {
          const shown = Buffer.from(input).toString('base64');
          throw new Error(`${name} fails with the input ${shown} (base64)`, { cause });
        }
    });
});
