/** One target, as long as there is time: inputs in batches, those that reach new blocks are kept, those that fail are told. */

import type { BlockCoverage } from './block-coverage.ts';
import { type Fault, faultIn, shortest } from './fault.ts';
import { type Material, mutated } from './mutation.ts';
import type { Random } from './random.ts';
import { octetsOf, type Target } from './target.ts';

export interface CampaignOptions {
  readonly target: Target;
  readonly coverage: BlockCoverage;
  readonly random: Random;
  /** What earlier runs have left, beside the target's seeds. */
  readonly corpus: readonly Uint8Array[];
  /** Asked before every batch. */
  readonly goOn: (inputs: number) => boolean;
  /** An input is about to be run: whoever watches from outside can say at which one it hung. */
  readonly onInput?: (input: Uint8Array) => void;
  /** Once for each kind of fault, with the shortest input that has it. */
  readonly onFault: (fault: Fault, input: Uint8Array) => void;
}

export interface CampaignOutcome {
  readonly inputs: number;
  readonly blocks: number;
  readonly faults: number;
  /** Those that reached something, in the order in which they did. */
  readonly corpus: readonly Uint8Array[];
}

const batch = 64;
const defaultLongest = 4096;

export const startingInputs = (target: Target, corpus: readonly Uint8Array[]): readonly Uint8Array[] => {
  const { longest = defaultLongest } = target;
  const all = [...target.seeds.map(octetsOf), ...corpus, new Uint8Array(0)];
  return all.map((input) => input.subarray(0, longest));
};

export const runCampaign = async (options: CampaignOptions): Promise<CampaignOutcome> => {
  const { target, coverage, random, onInput } = options;
  const faults = new Set<string>();
  const kept: Uint8Array[] = [];
  let inputs = 0;

  const run = async (input: Uint8Array): Promise<void> => {
    inputs += 1;
    onInput?.(input);
    const fault = await faultIn(target, input);
    if (fault === undefined || faults.has(fault.key)) return;
    faults.add(fault.key);
    options.onFault(fault, await shortest(target, input, fault));
  };
  /** Runs them; where something new was reached, halves say by whom. */
  const look = async (group: readonly Uint8Array[]): Promise<void> => {
    for (const input of group) await run(input);
    if (!coverage.differs()) return;
    if (group.length === 1) {
      coverage.learn();
      kept.push(group[0]!);
      return;
    }
    const half = group.length >> 1;
    await look(group.slice(0, half));
    await look(group.slice(half));
  };

  const starting = startingInputs(target, options.corpus);
  coverage.skip();
  for (const input of starting) await look([input]);
  const material: Material = {
    random,
    corpus: kept,
    words: target.dictionary.map(octetsOf),
    longest: target.longest ?? defaultLongest,
  };
  if (kept.length === 0) kept.push(starting[0]!);
  while (options.goOn(inputs)) {
    const chosen = Array.from({ length: batch }, () => {
      // Half of the time one of the youngest: what lies behind a new block is nearest to them.
      const young = random.below(2) === 0 ? Math.max(0, kept.length - 16) : 0;
      return mutated(kept[young + random.below(kept.length - young)]!, material);
    });
    await look(chosen);
  }
  return { inputs, blocks: coverage.blocks(), faults: faults.size, corpus: kept };
};
