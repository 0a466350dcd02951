/** One command line of `tombolo`, from its words to its exit code. */

import { Command, CommanderError } from 'commander';
import { helpWidth } from '../shell/command.ts';
import { CommandError } from '../shell/command-error.ts';
import { createOutput, reportError, type Terminal } from '../shell/output.ts';
import { addCommands } from './index.ts';
import { productVersion } from './version.ts';

/** What Commander refuses, as an error of ours; undefined where it has only said what was asked for (help, the version). */
const refusalOf = (error: CommanderError): CommandError | undefined =>
  error.exitCode === 0
    ? undefined
    : new CommandError(
        'InvalidArgument',
        error.code === 'commander.help' ? 'A command is missing.' : error.message.replace(/^error: /, ''),
        '"./tombolo --help" and "./tombolo COMMAND --help" list commands and flags.',
      );

export const runCommandLine = async (words: readonly string[], terminal: Terminal): Promise<number> => {
  const asJson = words.includes('--json');
  const program = new Command('tombolo')
    .description(
      'Azure Arc-enabled servers with Private Link Scope, self-hosted and wire-compatible with Azure Resource Manager',
    )
    .version(productVersion)
    .configureHelp({ helpWidth })
    .configureOutput({
      writeOut: terminal.out,
      writeErr: (text) => asJson || terminal.err(text),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError()
    .exitOverride();
  let code = 0;
  await addCommands(
    program,
    async (json, run) => {
      try {
        code = (await run(createOutput(json, terminal))) ?? 0;
      } catch (error) {
        code = reportError(error, json, terminal);
      }
    },
    words,
  );
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportError(error, asJson, terminal);
    const refusal = refusalOf(error);
    if (refusal === undefined) return 0;
    // Without --json Commander has printed it already, with the help.
    return asJson ? reportError(refusal, true, terminal) : 2;
  }
  return code;
};
