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

const executables = async (folder) => (await import('./executable.mjs')).buildExecutables(folder);

/** What `npm run build --` takes beside: further files, made of the agent. */
const further = {
  '--executable': executables,
  '--deb': async (folder) => {
    const { buildDebianPackages } = await import('./debian-package.mjs');
    const programs = await executables(folder);
    return [...programs, ...buildDebianPackages(folder, programs)];
  },
};

if (import.meta.main) {
  const flags = process.argv.slice(2);
  if (flags.length > 1 || flags.some((flag) => further[flag] === undefined)) {
    console.error(
      `'${flags.join(' ')}' is nothing that can be built: it takes ${Object.keys(further).join(' or ')}, or nothing.`,
    );
    process.exit(2);
  }
  const folder = join(root, 'dist');
  for (const path of await buildRelease(folder)) console.log(path);
  for (const flag of flags) for (const path of await further[flag](folder)) console.log(path);
}
