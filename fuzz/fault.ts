/** What went wrong with an input, under a name that other inputs with the same fault have too, and the shortest of them. */

import type { Target } from './target.ts';

export interface Fault {
  /** The error's name, what it says without the input's own words, and where it rose. */
  readonly key: string;
  readonly text: string;
}

const placeOf = (stack: string): string =>
  /\/((?:apps|packages|fuzz)\/[^\s)]+\.ts):\d+/.exec(
    stack
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .join('\n'),
  )?.[1] ?? '';

const faultOf = (error: unknown): Fault => {
  if (!(error instanceof Error)) return { key: `thrown: ${typeof error}`, text: String(error) };
  const words = error.message.slice(0, 60).replace(/["'`].*|[^ -~]|\d+/gs, '');
  const text =
    error.cause instanceof Error ? `${error.stack}\ncause: ${error.cause.stack}` : `${error.stack}`;
  return { key: `${error.name}: ${words} (${placeOf(error.stack ?? '')})`, text };
};

/** Processor milliseconds of one input; the longest inputs take a hundredth of it. */
const longestWork = 400;

/** Runs an input. What takes too long is run again before it is believed. */
export const faultIn = async (target: Target, input: Uint8Array): Promise<Fault | undefined> => {
  for (let tries = 0; ; tries += 1) {
    const before = process.threadCpuUsage();
    try {
      // The parser may change what it is given: the input stays.
      const running = target.run(Uint8Array.from(input));
      if (running !== undefined) await running;
    } catch (error) {
      return faultOf(error);
    }
    const { user, system } = process.threadCpuUsage(before);
    const taken = (user + system) / 1000;
    if (taken <= longestWork) return undefined;
    if (tries === 2)
      return { key: 'slow', text: `${input.length} octets took ${Math.round(taken)} ms of a processor` };
  }
};

const mostRuns = 2_000;

/** A shorter input with the same fault: parts are left out as long as it stays. */
export const shortest = async (target: Target, input: Uint8Array, { key }: Fault): Promise<Uint8Array> => {
  let best = input;
  let runs = 0;
  const limit = key === 'slow' ? 20 : mostRuns;
  for (let size = Math.ceil(input.length / 2); size > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.length && runs < limit; ) {
      const without = new Uint8Array([...best.subarray(0, at), ...best.subarray(at + size)]);
      runs += 1;
      if ((await faultIn(target, without))?.key === key) best = without;
      else at += size;
    }
  }
  return best;
};
