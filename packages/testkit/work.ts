/** How much work something is: how often the project's own functions and blocks run, as V8 counts them. No clock is in it. */

import { Session } from 'node:inspector/promises';

// From the start of the process: what was compiled before counts no blocks, and what was optimised before counts nothing.
const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

/** Runs `task`, and gives how often each function and block of `packages/` ran meanwhile, by where it is. */
export const workOf = async (task: () => Promise<unknown>): Promise<ReadonlyMap<string, number>> => {
  // Taking the counts begins them anew.
  await session.post('Profiler.takePreciseCoverage');
  await task();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  return new Map(
    result
      .filter(({ url }) => url.includes('/packages/') && !url.includes('/node_modules/'))
      .flatMap(({ url, functions }) =>
        functions.flatMap(({ functionName, ranges }) =>
          ranges.map(({ startOffset, endOffset, count }) => {
            const file = url.slice(url.lastIndexOf('/packages/') + 1);
            return [`${file} ${functionName} ${startOffset}-${endOffset}`, count] as const;
          }),
        ),
      ),
  );
};
