/** The `tombolo` command line as a program: this process's words, streams and exit code. */

import { runCommandLine } from './commands/command-line.ts';
import { processTerminal } from './shell/output.ts';

process.exitCode = await runCommandLine(process.argv.slice(2), processTerminal);
