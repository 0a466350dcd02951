/** The `tombolo` command line. */

import { Command } from 'commander';
import { addCommands } from './commands/index.ts';
import { productVersion } from './commands/version.ts';
import { CommandError, exitCodes } from './shell/command-error.ts';
import { createOutput, reportError } from './shell/output.ts';

const asJson = process.argv.includes('--json');

const program = new Command('tombolo')
  .description(
    'Azure Arc-enabled servers with Private Link Scope, self-hosted and wire-compatible with Azure Resource Manager',
  )
  .version(productVersion)
  .configureOutput({ writeErr: (text) => asJson || process.stderr.write(text) })
  .showHelpAfterError()
  .exitOverride((error) => {
    if (error.exitCode === 0) process.exit(0);
    const message = error.message.replace(/^error: /, '');
    const fix = '"./tombolo --help" and "./tombolo COMMAND --help" list commands and flags.';
    // Without --json Commander has printed it already, with the help.
    process.exit(
      asJson
        ? reportError(new CommandError('InvalidArgument', message, fix), true)
        : exitCodes.InvalidArgument,
    );
  });

await addCommands(
  program,
  async (json, run) => {
    try {
      const code = await run(createOutput(json));
      process.exitCode = code ?? 0;
    } catch (error) {
      process.exitCode = reportError(error, json);
    }
  },
  process.argv.slice(2),
);

await program.parseAsync();
