/** One of the two programs as one file, by esbuild. */

import { join } from 'node:path';
import { build } from 'esbuild';
import { root, wanted } from '../project-node.mjs';

const programs = { tombolo: 'tombolo-entry.mjs', 'tombolo-agent': 'agent-entry.mjs' };

export const programNames = Object.keys(programs);

const formats = {
  /** Some packages are CommonJS and ask for `require`. */
  esm: {
    banner: `#!/usr/bin/env node
import { createRequire as createBundleRequire } from 'node:module';
const require = createBundleRequire(import.meta.url);`,
  },
  /** What a program with Node inside begins with has to be CommonJS; its file is the program itself. */
  cjs: {
    banner: `const bundleUrl = require('node:url').pathToFileURL(__filename).href;`,
    define: { 'import.meta.url': 'bundleUrl' },
  },
};

export const bundleProgram = (name, outfile, format) => {
  const { banner, define } = formats[format];
  return build({
    entryPoints: [join(root, 'scripts', 'release', programs[name])],
    outfile,
    // No path of this machine gets into the file.
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format,
    target: `node${wanted}`,
    banner: { js: banner },
    ...(define ? { define } : {}),
    legalComments: 'eof',
    charset: 'utf8',
    logLevel: 'warning',
  });
};
