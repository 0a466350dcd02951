/** A campaign finds what is planted: behind blocks that chance alone would not reach, in the shortest words, once for each kind. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { followBlocks } from './block-coverage.ts';
import { runCampaign } from './campaign.ts';
import type { Fault } from './fault.ts';
import { seededRandom } from './random.ts';
import { type Target, textOf, unlessRefused } from './target.ts';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

/** Compiled here and now, so that it has counters whatever was compiled before. */
const compiled = <T>(name: string, source: string): T =>
  new Script(source, { filename: `${pathToFileURL(root).href}/packages/${name}.ts` }).runInThisContext() as T;

const target = (run: Target['run'], more: Partial<Target> = {}): Target => ({
  ...{ name: 'planted', asks: 'planted', seeds: ['hello'], dictionary: [], run },
  ...more,
});

const campaign = async (asked: Target, inputs: number, { seed = 7, mostFound = 9 } = {}) => {
  const coverage = followBlocks(root);
  const found: { readonly fault: Fault; readonly text: string }[] = [];
  try {
    const outcome = await runCampaign({
      ...{ target: asked, coverage, corpus: [], random: seededRandom(seed) },
      goOn: (done) => done < inputs && found.length < mostFound,
      onFault: (fault, input) => found.push({ fault, text: textOf(input) }),
    });
    return { outcome, found };
  } finally {
    coverage.close();
  }
};

const steps = `(text) => {
  if (text[0] === 'f') { if (text[1] === 'u') { if (text[2] === 'z') { if (text[3] === 'z') { throw new TypeError('planted'); } } } }
}`;

test('a fault four blocks deep is found step by step, and told in the shortest input that has it', async () => {
  const planted = compiled<(text: string) => void>('deep', steps);
  const { outcome, found } = await campaign(
    target((input) => planted(textOf(input)), { dictionary: ['f', 'u', 'z'] }),
    20_000,
    { mostFound: 1 },
  );
  assert.deepEqual(
    found.map(({ fault: { key }, text }) => [key, text]),
    [['TypeError: planted (packages/deep.ts)', 'fuzz']],
  );
  assert.ok(outcome.corpus.length >= 3, 'the way there is kept');
  assert.ok(outcome.blocks > 3);
});

test('a promise that rejects is found as well; the same fault of other inputs is told once', async () => {
  const run: Target['run'] = async (input) => {
    if (input.length > 2) throw new RangeError(`${input.length} octets`);
  };
  const { outcome, found } = await campaign(target(run), 200);
  assert.deepEqual([outcome.faults, found.map(({ text }) => text.length)], [1, [3]]);
});

test('what is drawn depends on the seed alone', async () => {
  const inputs = async (seed: number): Promise<readonly string[]> => {
    const seen: string[] = [];
    await campaign(
      target((input) => void seen.push(Buffer.from(input).toString('hex'))),
      200,
      { seed },
    );
    return seen;
  };
  assert.deepEqual(await inputs(1), await inputs(1));
  assert.notDeepEqual(await inputs(1), await inputs(2));
});

test('a refusal says something; an error that is none, and an answer of the server’s own fault, are faults', () => {
  class Refused extends Error {
    readonly code: string;
    readonly status: number;
    constructor(message: string, code: string, status: number) {
      super(message);
      this.code = code;
      this.status = status;
    }
  }
  const refused =
    (message: string, code = 'No', status = 400) =>
    () =>
      unlessRefused([Refused], () => {
        throw new Refused(message, code, status);
      });
  assert.equal(refused('because')(), undefined);
  assert.throws(refused(''), /without a word/);
  assert.throws(refused('because', ''), /without a code/);
  assert.throws(refused('because', 'No', 500), /status 500/);
  assert.throws(
    () =>
      unlessRefused([Refused], () => {
        throw new TypeError('other');
      }),
    TypeError,
  );
});
