/** Which blocks of our own code have run, by V8's own counters, in this thread. */

import { type Profiler, Session } from 'node:inspector';
import { pathToFileURL } from 'node:url';

export interface BlockCoverage {
  /** Whether anything ran since the last time that never had before. */
  readonly differs: () => boolean;
  /** What the last `differs` saw is known from now on. */
  readonly learn: () => void;
  /** Forgets what ran since the last time. */
  readonly skip: () => void;
  /** Blocks that have run, of all that were told of. */
  readonly blocks: () => number;
  readonly close: () => void;
}

interface Script {
  readonly reached: Uint8Array;
  readonly now: Uint8Array;
  readonly starts: Set<number>;
}

/** Functions come in the order of their text, each after the one around it; so do the blocks of a function. */
const paint = ({ now, starts }: Script, functions: readonly Profiler.FunctionCoverage[]): void => {
  now.fill(0);
  for (const { ranges } of functions)
    for (const { startOffset, endOffset, count } of ranges) {
      starts.add(startOffset);
      now.fill(count > 0 ? 1 : 0, startOffset, endOffset);
    }
};

/**
 * Begin before the code is loaded: what was compiled before has no counters of blocks. What V8 leaves out of a report has run
 * as often as what is around it, so text is compared, not the blocks.
 */
export const followBlocks = (root: string): BlockCoverage => {
  const own = ['apps/', 'packages/'].map((folder) => `${pathToFileURL(root).href}/${folder}`);
  const session = new Session();
  session.connect();
  const take = (): readonly Profiler.ScriptCoverage[] => {
    let taken: readonly Profiler.ScriptCoverage[] = [];
    // Of this thread it is answered before `post` returns.
    session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error) throw error;
      taken = answer.result;
    });
    return taken;
  };
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const scripts = new Map<string, Script>();
  const last = new Set<Script>();
  const scriptOf = (url: string, functions: readonly Profiler.FunctionCoverage[]): Script => {
    const length = Math.max(...functions.flatMap(({ ranges }) => ranges.map(({ endOffset }) => endOffset)));
    const known = scripts.get(url);
    if (known !== undefined && known.now.length >= length) return known;
    const script = {
      reached: new Uint8Array(length),
      now: new Uint8Array(length),
      starts: new Set(known?.starts),
    };
    script.reached.set(known?.reached ?? []);
    scripts.set(url, script);
    return script;
  };
  return {
    differs: () => {
      last.clear();
      for (const { url, functions } of take()) {
        if (!own.some((folder) => url.startsWith(folder))) continue;
        const script = scriptOf(url, functions);
        paint(script, functions);
        const { now, reached } = script;
        if (now.some((ran, at) => ran > reached[at]!)) last.add(script);
      }
      return last.size > 0;
    },
    learn: () => {
      for (const { now, reached } of last)
        for (let at = 0; at < now.length; at += 1) if (now[at] === 1) reached[at] = 1;
    },
    skip: () => void take(),
    blocks: () =>
      [...scripts.values()].reduce(
        (sum, { reached, starts }) => sum + [...starts].filter((start) => reached[start] === 1).length,
        0,
      ),
    close: () => session.disconnect(),
  };
};
