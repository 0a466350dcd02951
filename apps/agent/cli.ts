/** The `tombolo-agent` command line as a program: azcmagent's commands, flags and exit codes. */

import { cancelled, runCommandLine } from './command-line.ts';
import { processSurroundings } from './surroundings.ts';

// Not awaited: a program with Node inside begins as CommonJS, which cannot wait at its top.
void runCommandLine(process.argv.slice(2), processSurroundings).then((code) => {
  process.exitCode = code;
  // What it was about may go on for as long as a request may.
  if (code === cancelled) process.exit();
});
