/** Bundles server and agent, each to one file that runs with Node 24 alone; two builds are the same bytes. */

import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../project-node.mjs';
import { bundleProgram, programNames } from './bundle-program.mjs';

/** Writes `tombolo.mjs` and `tombolo-agent.mjs`, or those that are wanted, into `folder`; resolves to their paths. */
export const buildRelease = async (folder, wantedPrograms = programNames) => {
  mkdirSync(folder, { recursive: true });
  const written = [];
  for (const name of wantedPrograms) {
    const outfile = join(folder, `${name}.mjs`);
    await bundleProgram(name, outfile, 'esm');
    chmodSync(outfile, 0o755);
    written.push(outfile);
  }
  return written;
};

/** What `npm run build --` takes beside: further files, made of the agent. */
const further = {
  '--executable': async (folder) => (await import('./executable.mjs')).buildExecutables(folder),
};

if (import.meta.main) {
  const flags = process.argv.slice(2);
  const unknown = flags.find((flag) => further[flag] === undefined);
  if (unknown !== undefined) {
    console.error(`${unknown} is nothing that can be built: ${Object.keys(further).join(', ')}, or nothing.`);
    process.exit(2);
  }
  const folder = join(root, 'dist');
  for (const path of await buildRelease(folder)) console.log(path);
  for (const flag of flags) for (const path of await further[flag](folder)) console.log(path);
}
