/** One command line of the agent, from its words to its exit code. */

import { AgentFailure } from '@tombolo/agent';
import { Command, CommanderError } from 'commander';
import { commands } from './commands/index.ts';
import { createConsole } from './console.ts';
import type { Surroundings } from './surroundings.ts';

/** Commander's own refusals are bad arguments. */
const toFailure = (error: unknown): AgentFailure => {
  if (error instanceof AgentFailure) return error;
  if (error instanceof CommanderError) return new AgentFailure(23, error.message.replace(/^error: /, ''));
  return new AgentFailure(1, (error as Error)?.message ?? String(error));
};

export const runCommandLine = async (
  words: readonly string[],
  surroundings: Surroundings,
): Promise<number> => {
  const program = new Command('tombolo-agent')
    .description(
      'connects this machine to Azure Arc, or to a Tombolo installation; outbound connections only',
    )
    .exitOverride()
    .configureHelp({ helpWidth: 80, minWidthToWrap: 20 })
    .configureOutput({ writeOut: surroundings.out, writeErr: () => {} })
    .helpCommand(true);
  for (const add of commands) add({ program, surroundings });
  try {
    await program.parseAsync(words, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const failure = toFailure(error);
    const asked = {
      json: words.some((word) => word === '-j' || word === '--json'),
      color: !words.includes('--no-color'),
    };
    createConsole(asked, surroundings).failure(failure);
    if (words.includes('--verbose') && !(error instanceof AgentFailure))
      surroundings.err(`${(error as Error).stack}\n`);
    return failure.number;
  }
};
