/** The part of the store's contract that is about versions: what one was read at says for ever which writing it was. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { put } from './feed-contract.testkit.ts';
import { type Document, type Expectation, type Store, StoreConflict } from './port.ts';

/** Two writers of two ids, who look, write on what they saw last, or write unasked, in any order. */
const id = fc.constantFrom('a', 'b');
const writer = fc.constantFrom('one', 'other');
const act = fc.constantFrom('look', 'put', 'delete', 'put as seen', 'delete as seen');
const steps = fc.array(fc.record({ writer, id, act }), { minLength: 1, maxLength: 40 });

/** Registers the test inside a suite that opens `current()` before each. */
export function versionContract(current: () => Store): void {
  describe('versions', () => {
    test('no interleaving of writers takes one life of a document for another', async () => {
      let run = 0;
      await fc.assert(
        fc.asyncProperty(steps, async (interleaving) => {
          run += 1;
          await follow(
            current(),
            interleaving.map((step) => ({ ...step, id: `/${run}/${step.id}` })),
          );
        }),
        { seed: 20_253, numRuns: 100 },
      );
    });
  });
}

/** The oracle: each put has a number of its own in the body, and an expectation holds where that number is still there. */
async function follow(
  store: Store,
  interleaving: readonly { readonly writer: string; readonly id: string; readonly act: string }[],
): Promise<void> {
  const written = new Map<string, number>();
  const seen = new Map<string, Document | undefined>();
  const everyVersion = new Set<string>();
  for (const [number, step] of interleaving.entries()) {
    const view = `${step.writer} ${step.id}`;
    if (step.act === 'look') {
      seen.set(view, await store.get(step.id));
      continue;
    }
    const before = seen.get(view);
    const asSeen = step.act.endsWith('as seen');
    const expect: Expectation[] = asSeen ? [{ id: step.id, version: before?.version ?? 'absent' }] : [];
    const deletes = step.act.startsWith('delete');
    const batch = deletes ? { deletes: [step.id] } : { puts: [put(step.id, { number })] };
    const holds = !asSeen || written.get(step.id) === before?.body.number;
    const taken = await store.commit({ expect, ...batch }).catch((error: unknown) => {
      if (!(error instanceof StoreConflict)) throw error;
      return undefined;
    });
    assert.equal(taken !== undefined, holds, `step ${number}: ${view} ${step.act}`);
    if (taken === undefined) continue;
    if (deletes) {
      written.delete(step.id);
      continue;
    }
    written.set(step.id, number);
    const version = `${step.id} ${taken.versions.get(step.id)}`;
    assert.ok(!everyVersion.has(version), `step ${number}: ${version} was there before`);
    everyVersion.add(version);
  }
}
