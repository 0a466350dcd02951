/** Installs what the project needs if it is not there yet, then runs the given script with the project's Node. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endWithNpm, endWithReader } from './parent-process.mjs';
import { projectNode, root, run, wanted } from './project-node.mjs';

const fail = (sentence) => {
  console.error(sentence);
  process.exit(1);
};

if (Number(process.versions.node.split('.')[0]) < 20) {
  fail(
    `Node.js 20 or later is needed to start; this is ${process.version}. Install a current Node.js and run the command again.`,
  );
}

endWithNpm();
endWithReader();
const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
const stamp = join(root, 'node_modules', '.tombolo-installed');
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  console.error('Installing the packages that the project needs (once; about half a minute)…');
  const npm = process.env.npm_execpath;
  // Not "npm ci": it empties node_modules first, which another process may be running from.
  const args = ['install', '--prefix', root, '--no-save', '--no-fund', '--no-audit', '--loglevel=error'];
  // Standard output is for the outcome alone.
  const where = { stdout: 2 };
  const code = npm ? await run(process.execPath, [npm, ...args], where) : await run('npm', args, where);
  if (code !== 0)
    fail(
      'npm install failed: see its message above. It needs the npm registry and write access to this directory.',
    );
  try {
    mkdirSync(join(root, 'node_modules'), { recursive: true });
    writeFileSync(stamp, lock);
  } catch (error) {
    fail(`${root} cannot be written (${error.code}): give this user write access to it.`);
  }
}

const node = projectNode();
if (!node)
  fail(
    `Node.js ${wanted} is needed and no package brings it for ${process.platform} ${process.arch}: install Node.js ${wanted} and run the command again.`,
  );
const [script, ...args] = process.argv.slice(2);
process.exit(await run(node, [join(root, script), ...args], { channel: true }));
