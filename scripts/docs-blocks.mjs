/** Runs the pages' sh blocks that follow `<!-- run -->`, a page in one shell, on an installation of their own. */

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from './project-node.mjs';

const bin = join(root, 'apps', 'tombolo', 'bin.mjs');
const tail = 4_000;

const blocksOf = ({ path, text }) =>
  [...text.matchAll(/^<!-- run -->\n```sh\n([\s\S]*?)^```\n(?:<!-- prints\n([\s\S]*?)\n-->)?/gm)].map(
    (found) => ({
      script: found[1],
      prints: found[2]?.split('\n') ?? [],
      where: `${path}:${text.slice(0, found.index).split('\n').length}`,
    }),
  );

/** The caller's own settings must not decide what the documentation says. */
const environment = (state) => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(TOMBOLO_|AZURE_|ARM_|NODE_TEST_CONTEXT)/.test(name)),
  ),
  TOMBOLO_STATE: state,
  NODE_NO_WARNINGS: '1',
  PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
});

const start = async (state) => {
  const child = spawn(process.execPath, [bin, 'up', '--https-port', '0', '--dns-port', '0', '--json'], {
    cwd: root,
    env: environment(state),
    // With the channel it ends when this process is gone.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let log = '';
  child.stderr.on('data', (chunk) => {
    log = (log + chunk).slice(-tail);
  });
  const ended = once(child, 'exit');
  const ready = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    ended.then(() => undefined),
  ]);
  if (!ready) throw new Error(`the installation did not get ready:\n${log}`);
  return async () => {
    child.kill('SIGTERM');
    await ended;
  };
};

/** What a block that failed left in the background ends with it. */
const endGroup = (pid) => {
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    // Nothing was left.
  }
};

/**
 * What people paste into, with what makes the first failure the last. zsh runs as at its prompt, where `#` begins no comment; only
 * without the settings of whoever runs this.
 */
const shells = {
  bash: { strict: 'set -euo pipefail' },
  // It has no pipefail.
  dash: { strict: 'set -eu' },
  zsh: { prompt: ['-f', '-i'], strict: 'unsetopt prompt_sp check_jobs; PS1= PS2=\nset -euo pipefail' },
};

const runIn = async (shell, text, file, state) => {
  const { strict, prompt } = shells[shell];
  writeFileSync(file, `${strict}\nexec 2>&1\n${text}`);
  const typed = prompt && openSync(file);
  const child = spawn(shell, prompt ?? [file], {
    cwd: root,
    env: environment(state),
    stdio: [typed ?? 'ignore', 'pipe', 'pipe'],
    detached: true,
  });
  if (typed) closeSync(typed);
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      printed += chunk;
    });
  }
  const [code] = await once(child, 'exit');
  endGroup(child.pid);
  if (!child.stdout.closed) await once(child, 'close');
  return { code, printed };
};

/** What the page says that it prints has to come, in that order. */
const checkPrinted = (printed, { prints, where }) => {
  let from = 0;
  for (const line of prints) {
    const at = printed.indexOf(line, from);
    if (at < 0) throw new Error(`${where}: '${line}' was not printed:\n${printed.slice(-tail)}`);
    from = at + line.length;
  }
};

/** Rejects with the block's place and what it printed. Standard error goes where standard output goes, in order. */
const runPage = async (shell, page, state, scratch) => {
  const blocks = blocksOf(page);
  const mark = (index) => `::: block ${index} of the page :::`;
  const script = blocks.map(({ script: text }, index) => `echo '${mark(index)}'\n${text}`);
  const { code, printed } = await runIn(shell, script.join('\n'), join(scratch, 'page.sh'), state);
  const parts = blocks.map((_, index) => printed.split(mark(index))[1]?.split(mark(index + 1))[0]);
  const reached = parts.findLastIndex((part) => part !== undefined);
  if (code !== 0)
    throw new Error(
      `${shell}: ${blocks[reached]?.where} ended with exit code ${code}:\n${printed.slice(-tail)}`,
    );
  for (const [index, block] of blocks.entries()) checkPrinted(parts[index] ?? '', block);
};

const programs = ['curl', 'dig'];

/** The topology that `npm start` leaves, which the pages speak of. */
const createTopology = (state) =>
  new Promise((resolve, reject) => {
    const template = join(root, 'examples', 'quickstart.json');
    const args = [bin, 'apply', template, '--resource-group', 'quickstart', '--location', 'japaneast'];
    execFile(process.execPath, args, { env: environment(state) }, (error) =>
      error ? reject(error) : resolve(),
    );
  });

const isHere = (name) => process.env.PATH.split(delimiter).some((folder) => existsSync(join(folder, name)));

/** The programs that a page calls and this machine lacks. */
const lacking = (page) =>
  programs
    .filter((name) => blocksOf(page).some(({ script }) => new RegExp(`(^|[\\s(])${name} `).test(script)))
    .filter((name) => !isHere(name));

/** The tour in every shell, so that it has to come out right again and again; the other pages in the strictest that is here. */
const shellsFor = (page) => {
  if (page.path === 'README.md') return Object.keys(shells);
  return isHere('zsh') ? ['zsh'] : ['bash'];
};

/** One subtest a page and shell; each finds the installation that the one before left. */
export const runBlocks = async (pages, t) => {
  const scratch = mkdtempSync(join(tmpdir(), 'tombolo-docs-'));
  const state = join(scratch, 'state');
  const stop = await start(state);
  try {
    await createTopology(state);
    for (const page of pages) {
      const blocks = blocksOf(page).length;
      const missing = lacking(page);
      for (const shell of blocks > 0 ? shellsFor(page) : []) {
        const wanted = [...missing, ...(isHere(shell) ? [] : [shell])];
        const skip = wanted.length > 0 && `${wanted.join(' and ')} is not on this machine`;
        await t.test(`${page.path}: ${blocks} blocks in ${shell}`, { skip }, () =>
          runPage(shell, page, state, scratch),
        );
      }
    }
  } finally {
    await stop();
    rmSync(scratch, { recursive: true, force: true });
  }
};
