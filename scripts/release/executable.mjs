/**
 * Makes the agent one program with Node inside, so that a server needs no Node: a single executable application
 * (https://nodejs.org/api/single-executable-applications.html). Two builds are the same bytes.
 */

import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bundleProgram } from './bundle-program.mjs';
import { nodeBinary, preparingNode } from './node-binary.mjs';

const run = promisify(execFile);
const postject = fileURLToPath(import.meta.resolve('postject/dist/cli.js'));

/** Of the Node that looks for it (its `src/node_sea.cc`). */
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** The first is the one that a gate on Linux runs. */
export const executablePlatforms = ['linux-x64', 'linux-arm64', 'win-x64'];

export const executableName = (platform) =>
  `tombolo-agent-${platform}${platform.startsWith('win-') ? '.exe' : ''}`;

/**
 * What is put into each Node, the same for all platforms: neither a code cache nor a snapshot, which are of the machine that
 * makes them. Names are relative, since they are in it. NODE_OPTIONS is for the server's other programs.
 */
export const prepareAgent = async (folder) => {
  const [main, output, configuration] = ['tombolo-agent.cjs', 'tombolo-agent.blob', 'sea.json'];
  await bundleProgram('tombolo-agent', join(folder, main), 'cjs');
  const settings = {
    ...{ main, output, disableExperimentalSEAWarning: true },
    ...{ useCodeCache: false, useSnapshot: false, execArgvExtension: 'none' },
  };
  writeFileSync(join(folder, configuration), JSON.stringify(settings));
  await run(preparingNode(), ['--experimental-sea-config', configuration], { cwd: folder });
  return join(folder, output);
};

/** Writes `tombolo-agent-linux-x64` and its siblings, or those that are wanted, into `folder`; resolves to their paths. */
export const buildExecutables = async (folder, platforms = executablePlatforms) => {
  mkdirSync(folder, { recursive: true });
  const scratch = mkdtempSync(join(tmpdir(), 'tombolo-executable-'));
  const written = [];
  try {
    const blob = await prepareAgent(scratch);
    for (const platform of platforms) {
      const [unfinished, outfile] = ['.new', ''].map((end) =>
        join(folder, `${executableName(platform)}${end}`),
      );
      copyFileSync(await nodeBinary(platform), unfinished);
      chmodSync(unfinished, 0o755);
      // A process for each: it takes most of a GB. It warns of section names that Node's own build has left out.
      await run(process.execPath, [postject, unfinished, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', fuse]);
      renameSync(unfinished, outfile);
      written.push(outfile);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
  }
  return written;
};
