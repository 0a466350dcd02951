/** A command line of the agent within the test's own process: what it prints, and its exit code. */

import { runCommandLine } from './command-line.ts';

export const runHere = async (
  words: readonly string[],
  {
    env = {},
    terminal = false,
    now = () => Date.UTC(2026, 10, 27, 12),
    newGuid = () => '00000000-0000-4000-8000-000000000001',
  }: {
    readonly env?: NodeJS.ProcessEnv;
    readonly terminal?: boolean;
    readonly now?: () => number;
    readonly newGuid?: () => string;
  } = {},
) => {
  let stdout = '';
  let stderr = '';
  const code = await runCommandLine(words, {
    out: (text) => {
      stdout += text;
    },
    err: (text) => {
      stderr += text;
    },
    terminal,
    env,
    now,
    newGuid,
    program: undefined,
    whenInterrupted: () => () => {},
  });
  return { code, stdout, stderr };
};
