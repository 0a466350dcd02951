/** Bundles server and agent, each to one file that runs with Node 24 alone; two builds are the same bytes. */

import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root, wanted } from '../project-node.mjs';

const programs = { tombolo: 'tombolo-entry.mjs', 'tombolo-agent': 'agent-entry.mjs' };

/** Some packages are CommonJS and ask for `require`. */
const banner = `#!/usr/bin/env node
import { createRequire as createBundleRequire } from 'node:module';
const require = createBundleRequire(import.meta.url);`;

/** Writes `tombolo.mjs` and `tombolo-agent.mjs`, or those that are wanted, into `folder`; resolves to their paths. */
export const buildRelease = async (folder, wantedPrograms = Object.keys(programs)) => {
  mkdirSync(folder, { recursive: true });
  const written = [];
  for (const name of wantedPrograms) {
    const outfile = join(folder, `${name}.mjs`);
    await build({
      entryPoints: [join(root, 'scripts', 'release', programs[name])],
      outfile,
      // No path of this machine gets into the file.
      absWorkingDir: root,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: `node${wanted}`,
      banner: { js: banner },
      legalComments: 'eof',
      charset: 'utf8',
      logLevel: 'warning',
    });
    chmodSync(outfile, 0o755);
    written.push(outfile);
  }
  return written;
};

if (import.meta.main) for (const path of await buildRelease(join(root, 'dist'))) console.log(path);
