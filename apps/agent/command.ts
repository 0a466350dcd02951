/** What every command of the agent has: its place in the help, the common flags, the state directory, the console. */

import {
  AgentFailure,
  type FailureNumber,
  openStateDirectory,
  readStateDirectory,
  refuseBesideForeignAgent,
  type StateDirectory,
  type StateReader,
  stateDirectoryPath,
} from '@tombolo/agent';
import type { Command } from 'commander';
import { type AgentConsole, createConsole } from './console.ts';
import type { Surroundings } from './surroundings.ts';

export interface CommonFlags {
  readonly stateDir?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly color?: boolean;
  readonly logStderr?: boolean;
}

/** What a command is added to: `commands/index.ts` has the list of those who add themselves. */
export interface CommandHost {
  readonly program: Command;
  readonly surroundings: Surroundings;
  /** For a command whose answer is itself the bad news: it has printed it, and ends with this. */
  readonly exitWith: (code: FailureNumber) => void;
}

export type AddCommand = (host: CommandHost) => void;

export const consoleOf = (flags: CommonFlags, { surroundings }: CommandHost): AgentConsole =>
  createConsole(flags, surroundings);

/** @throws AgentFailure 27 where Microsoft's agent has this machine, else as {@link stateOf} */
export const agentStateOf = (flags: CommonFlags, host: CommandHost): Promise<StateDirectory> => {
  refuseBesideForeignAgent(stateDirectoryPath(flags.stateDir, host.surroundings.env));
  return stateOf(flags, host);
};

/** @throws AgentFailure 18 */
export const stateOf = (flags: CommonFlags, { surroundings }: CommandHost): Promise<StateDirectory> =>
  openStateDirectory(stateDirectoryPath(flags.stateDir, surroundings.env));

/** For commands that change nothing: nothing is made, and it may be another user's where that may be read. */
export const readerOf = (flags: CommonFlags, { surroundings }: CommandHost): StateReader =>
  readStateDirectory(stateDirectoryPath(flags.stateDir, surroundings.env));

/** Tests of old agents only; documented in docs/command-line.md. */
export const statedVersion = ({ surroundings }: CommandHost): { readonly agentVersion?: string } => {
  const stated = surroundings.env.TOMBOLO_AGENT_VERSION;
  return stated === undefined ? {} : { agentVersion: stated };
};

const withCommonFlags = (command: Command): Command =>
  command
    .option('--state-dir <directory>', 'where the agent keeps its key and state (or TOMBOLO_AGENT_STATE)')
    .option('--config <file>', 'JSON or YAML with the names of flags and their values')
    .option('-j, --json', 'print one JSON document')
    .option('-v, --verbose', 'say more')
    .option('--log-stderr', 'progress goes to standard error, as errors do')
    .option('--no-color', 'no colours, in errors neither');

const exits = `Exit codes are the AZCM numbers: 0 done, 2 busy, 23 bad argument, 26 network,
41 credentials, 42 create, 43 delete, 62 refused by the service, 67 connected
already; all are in docs/command-line.md.`;

/** @param above the program, or a command that has commands. @param examples without the name of the program */
export const newCommand = (
  above: Command,
  name: string,
  description: string,
  examples: readonly string[],
): Command => {
  const lines = examples.map((example) => `  ./tombolo-agent ${example}`).join('\n');
  return withCommonFlags(above.command(name).description(description))
    .addHelpText('after', `\n${exits}\n\nExamples:\n${lines}`)
    .exitOverride();
};

/** Numbers of flags are read before anything is opened. @throws AgentFailure 23 */
export const numberOf = (flag: string, text: string, least: number, most: number, what: string): number => {
  const number = Number(text);
  if (number >= least && number <= most) return number;
  throw new AgentFailure(23, `${flag} '${text}' has to be ${what}.`);
};
