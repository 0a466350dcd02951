/** One command line of the agent, from its words to its exit code. */

import { AgentFailure, agentVersion } from '@tombolo/agent';
import { Command, CommanderError } from 'commander';
import type { CommonFlags } from './command.ts';
import { commands } from './commands/index.ts';
import { createConsole } from './console.ts';
import { applyInputFile } from './input-file.ts';
import type { Surroundings } from './surroundings.ts';

/** The exit code of a command that somebody ended: AZCM0011. */
export const cancelled = 11;

/** Commander's own refusals are bad arguments. */
const toFailure = (error: unknown): AgentFailure => {
  if (error instanceof AgentFailure) return error;
  if (error instanceof CommanderError) {
    const missing = error.code === 'commander.help';
    return new AgentFailure(
      23,
      missing ? 'A command is missing.' : error.message.replace(/^error: /, '').replaceAll('\n', ' '),
      {
        fix: 'See ./tombolo-agent help, or ./tombolo-agent COMMAND --help.',
      },
    );
  }
  return new AgentFailure(1, (error as Error)?.message ?? String(error));
};

/** As far as the words alone say it: where Commander refuses them, nothing else has been read. */
const flagsIn = (words: readonly string[]): CommonFlags => ({
  json: words.includes('-j') || words.includes('--json'),
  color: !words.includes('--no-color'),
  verbose: words.includes('-v') || words.includes('--verbose'),
});

export const runCommandLine = async (
  words: readonly string[],
  surroundings: Surroundings,
): Promise<number> => {
  let flags = flagsIn(words);
  const program = new Command('tombolo-agent')
    .description(
      'connects this machine to Azure Arc, or to a Tombolo installation; outbound connections only',
    )
    .version(`tombolo-agent version ${agentVersion}`, '--version', 'the version of the agent')
    .exitOverride()
    // `upgrade --version` is its own.
    .enablePositionalOptions()
    .configureHelp({ helpWidth: 80, minWidthToWrap: 20 })
    .configureOutput({ writeOut: surroundings.out, writeErr: () => {} })
    .helpCommand(true)
    .hook('preAction', (_, command) => {
      applyInputFile(program, command);
      flags = command.opts();
    });
  let code = 0;
  const exitWith = (chosen: number): void => {
    code = chosen;
  };
  for (const add of commands) add({ program, surroundings, exitWith });
  try {
    await program.parseAsync(words, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const failure = toFailure(error);
    createConsole(flags, surroundings).failure(failure);
    if (flags.verbose && !(error instanceof AgentFailure)) surroundings.err(`${(error as Error).stack}\n`);
    return failure.number;
  }
};
