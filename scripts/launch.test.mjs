/** `./tombolo` and `./tombolo-agent`: whoever calls them, from wherever, gets the program itself on the project's Node. */

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { after, describe, test } from 'node:test';
import { root } from './project-node.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'tombolo launch-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

const write = (file, text, mode = 0o644) => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, mode);
};

/** A Node that only says which one it is, who it is, where it is and what it is given, a line each; it ends as asked. */
const standIn = (name) =>
  `#!/bin/sh\nprintf '%s\\n' ${name} $$ "$PWD" "$@"\n[ "$2" = wait ] && exec sleep 60\nexit 42\n`;

let made = 0;
/** A clone with the scripts and stand-ins for its Node and the system's. */
const clone = ({ brought = true, installed = true } = {}) => {
  made += 1;
  const folder = join(scratch, `clone ${made}`);
  for (const name of ['tombolo', 'tombolo-agent', 'scripts/launch.sh']) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    copyFileSync(join(root, name), join(folder, name));
  }
  if (brought) write(join(folder, 'node_modules/.bin/node'), standIn('brought'), 0o755);
  if (installed) write(join(folder, 'node_modules/.package-lock.json'), '{}');
  write(join(folder, 'bin/node'), standIn('system'), 0o755);
  return folder;
};

/** What the stand-in said. */
const call = (file, args, { path, cwd = scratch } = {}) => {
  const env = { ...process.env, PATH: [path, '/usr/bin', '/bin'].filter(Boolean).join(delimiter) };
  const { status, stdout, stderr } = spawnSync(file, args, { cwd, env, encoding: 'utf8' });
  const [node, pid, folder, ...given] = stdout.split('\n').slice(0, -1);
  return { status, stderr, node, pid: Number(pid), folder, given };
};

describe('the command lines at the root', () => {
  test('each is its program: its arguments as they are, the caller’s folder, its exit code', () => {
    const folder = clone();
    for (const [name, app] of [
      ['tombolo', 'apps/tombolo'],
      ['tombolo-agent', 'apps/agent'],
    ]) {
      const said = call(join(folder, name), ['a b', '', '$HOME', '--json']);
      assert.deepEqual(said.given, [join(folder, app, 'bin.mjs'), 'a b', '', '$HOME', '--json']);
      assert.deepEqual([said.node, said.folder, said.status], ['brought', scratch, 42]);
    }
  });

  test('they are found through links to links, by name on the PATH, and by a shell', () => {
    const folder = clone();
    const links = join(scratch, 'links');
    mkdirSync(links);
    symlinkSync(join(folder, 'tombolo'), join(links, 'first'));
    symlinkSync('first', join(links, 'second'));
    const entry = join(folder, 'apps/tombolo/bin.mjs');
    assert.equal(call(join(links, 'second'), []).given[0], entry);
    assert.equal(call('second', [], { path: links }).given[0], entry);
    assert.equal(call('./tombolo', [], { cwd: folder }).given[0], entry);
    assert.equal(call('sh', ['tombolo'], { cwd: folder }).given[0], entry);
  });

  test('the process is replaced, so that signals reach the program', async () => {
    const child = spawn(join(clone(), 'tombolo'), ['wait'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'close');
    const [said] = await Promise.race([once(child.stdout, 'data'), ended]);
    assert.equal(Number(String(said).split('\n')[1]), child.pid);
    child.kill('SIGTERM');
    assert.deepEqual(await ended, [null, 'SIGTERM']);
  });

  test('where nothing is installed yet, that comes first, by the system’s Node', () => {
    const folder = clone({ brought: false, installed: false });
    const said = call(join(folder, 'tombolo-agent'), ['show'], { path: join(folder, 'bin') });
    assert.deepEqual(said.given, [join(folder, 'scripts/with-setup.mjs'), 'apps/agent/bin.mjs', 'show']);
    assert.equal(said.node, 'system');
  });

  test('after a pull that changed the lock, that is installed first; otherwise nothing is', () => {
    const folder = clone();
    const runs = () => relative(folder, call(join(folder, 'tombolo'), []).given[0]);
    write(join(folder, 'package-lock.json'), 'new');
    write(join(folder, 'node_modules/.tombolo-installed'), 'old');
    assert.equal(runs(), 'scripts/with-setup.mjs');
    write(join(folder, 'node_modules/.tombolo-installed'), 'new');
    assert.equal(runs(), 'apps/tombolo/bin.mjs');
  });

  test('where the project brings no Node for the machine, the system’s runs the program', () => {
    const folder = clone({ brought: false });
    const said = call(join(folder, 'tombolo'), ['status'], { path: join(folder, 'bin') });
    assert.deepEqual([said.node, said.given[0]], ['system', join(folder, 'apps/tombolo/bin.mjs')]);
  });

  test('where there is no Node at all, the sentence says what to do', () => {
    const folder = clone({ brought: false, installed: false });
    const tools = join(scratch, 'tools');
    mkdirSync(tools);
    for (const name of ['sh', 'readlink']) {
      const found = ['/usr/bin', '/bin'].map((folder) => join(folder, name)).find(existsSync);
      symlinkSync(found, join(tools, name));
    }
    const { status, stdout, stderr } = spawnSync(join(folder, 'tombolo'), ['status'], {
      env: { PATH: tools },
      encoding: 'utf8',
    });
    assert.deepEqual([status, stdout], [1, '']);
    assert.match(stderr, /^Node\.js 20 or later is needed .* install it/);
  });

  test('the real ones answer', () => {
    for (const name of ['tombolo', 'tombolo-agent']) {
      const { status, stdout } = spawnSync(join(root, name), ['version', '--json'], {
        cwd: scratch,
        encoding: 'utf8',
      });
      assert.equal(status, 0, name);
      assert.equal(typeof JSON.parse(stdout), 'object');
    }
  });
});
