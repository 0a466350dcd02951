/** The `tombolo-agent` command line as a program: azcmagent's commands, flags and exit codes. */

import { runCommandLine } from './command-line.ts';
import { processSurroundings } from './surroundings.ts';

process.exitCode = await runCommandLine(process.argv.slice(2), processSurroundings);
