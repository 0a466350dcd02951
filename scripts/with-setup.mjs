/** Installs what the project needs if it is not there yet, then runs the given script with the project's Node. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endWithNpm, endWithParent, endWithReader } from './parent-process.mjs';
import { noteEndingSignal, projectNode, root, run, wanted } from './project-node.mjs';
import { explainFailure, npm, probeRegistry, registrySettings } from './registry.mjs';

const fail = (sentence) => {
  console.error(sentence);
  process.exit(1);
};

if (Number(process.versions.node.split('.')[0]) < 20) {
  fail(
    `Node.js 20 or later is needed to start; this is ${process.version}. Install a current Node.js and run the command again.`,
  );
}

endWithParent();
endWithNpm();
endWithReader();
const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
const stamp = join(root, 'node_modules', '.tombolo-installed');
const ended = noteEndingSignal();

// Not "npm ci": it empties node_modules first, which another process may be running from.
const install = async (...flags) => {
  const args = ['install', '--no-save', '--no-fund', '--no-audit', '--no-update-notifier', ...flags];
  // Standard output is for the outcome alone.
  const code = await npm(args, { stdout: flags.includes('--offline') ? 'ignore' : 2 });
  if (ended() !== undefined) process.exit(ended());
  return code === 0;
};

/** Everything may be there without the registry: in npm's cache, or in a node_modules that was copied. */
const installWithout = async (failure) => {
  console.error("The npm registry cannot be used; looking whether npm's cache has everything…");
  const [settings, installed] = await Promise.all([
    registrySettings(),
    install('--offline', '--loglevel=silent'),
  ]);
  if (!installed) fail(explainFailure(failure, settings));
};

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  console.error('Installing the packages that the project needs (once; about half a minute)…');
  const needed = JSON.parse(lock).packages['node_modules/commander'];
  const failure = await probeRegistry(`commander@${needed.version}`);
  if (ended() !== undefined) process.exit(ended());
  if (failure) await installWithout(failure);
  else if (!(await install('--loglevel=error')))
    fail(
      'npm install failed: see its message above. It needs npm, its registry and write access to this directory.',
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
if (ended() !== undefined) process.exit(ended());
const [script, ...args] = process.argv.slice(2);
process.exit(await run(node, [join(root, script), ...args], { channel: true }));
