/** The `tombolo-agent` command line as a program: azcmagent's commands, flags and exit codes. */

import { cancelled, runCommandLine } from './command-line.ts';
import { processSurroundings } from './surroundings.ts';

process.exitCode = await runCommandLine(process.argv.slice(2), processSurroundings);
// What it was about may go on for as long as a request may.
if (process.exitCode === cancelled) process.exit();
