/** The `tombolo` command line. */

import { Command } from 'commander';
import { commands } from './commands/index.ts';
import { productVersion } from './commands/version.ts';
import { createOutput, reportError } from './output.ts';

const program = new Command('tombolo')
  .description(
    'Azure Arc-enabled servers with Private Link Scope, self-hosted and wire-compatible with Azure Resource Manager',
  )
  .version(productVersion)
  .showHelpAfterError()
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

for (const add of commands) {
  const command = add(program, async (json, run) => {
    try {
      const code = await run(createOutput(json));
      process.exitCode = code ?? 0;
    } catch (error) {
      process.exitCode = reportError(error, json);
    }
  });
  command.showHelpAfterError();
}

await program.parseAsync();
