import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { apt } from './debian-packages.mjs';
import { root } from './project-node.mjs';

const folder = mkdtempSync(join(tmpdir(), 'tombolo-apt-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const calls = join(folder, 'calls');

/** An apt-get that says this and fails as often as that, and notes each call. */
const run = (failures, says) => {
  const program = `#!/bin/sh
echo "$*" >> "$CALLS"
[ "$(wc -l < "$CALLS")" -gt ${failures} ] && exit 0
echo "${says}" >&2
exit 100
`;
  writeFileSync(join(folder, 'apt-get'), program);
  chmodSync(join(folder, 'apt-get'), 0o755);
  rmSync(calls, { force: true });
  const PATH = [folder, process.env.PATH].join(delimiter);
  apt(['update', '-qq'], { env: { ...process.env, PATH, CALLS: calls }, pauseMs: 0 });
};
const made = () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []);

describe('apt-get', () => {
  test('is tried again while somebody else holds its lock', () => {
    run(2, 'E: Could not get lock /var/lib/apt/lists/lock. It is held by process 7 (apt-get)');
    assert.deepEqual(made(), Array(3).fill('update -qq'));
  });

  test('is given up where the lock never comes free', () => {
    assert.throws(() => run(1000, 'E: Unable to lock directory /var/lib/apt/lists/'), /Unable to lock/);
    assert.equal(made().length, 60);
  });

  test('is not tried again for anything else', () => {
    assert.throws(() => run(1, 'E: Unable to fetch some archives'), /Unable to fetch/);
    assert.equal(made().length, 1);
  });
});

describe('a program that is fetched', () => {
  const clone = join(folder, 'clone');
  const bin = join(folder, 'bin');
  for (const path of [join(clone, 'scripts'), bin]) mkdirSync(path, { recursive: true });
  for (const name of ['debian-packages', 'project-node', 'parent-process'])
    cpSync(join(root, 'scripts', `${name}.mjs`), join(clone, 'scripts', `${name}.mjs`));
  const standIn = (name, text) => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  standIn('apt-get', '[ "$1" != download ] || : > "$2_1_all.deb"');
  // It makes the file of its package's name, or is cut off at one.
  standIn(
    'dpkg-deb',
    `package=\${2##*/} package=\${package%%_*}
[ "$package" != "$CUT_OFF" ] || exit 1
[ -d "$3/usr/bin" ] || /bin/mkdir -p "$3/usr/bin"
: > "$3/usr/bin/$package"`,
  );
  const fetch = (cutOff = '') => {
    const program = `import { withDebianPrograms } from './debian-packages.mjs';
      withDebianPrograms({ PATH: '' }, { 'no-such-program': ['no-such-program', 'its-library', 'its-data'] });`;
    return spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: join(clone, 'scripts'),
      env: { PATH: bin, CUT_OFF: cutOff },
      encoding: 'utf8',
    }).stderr;
  };
  const isHere = (name) => existsSync(join(clone, '.cache/debian/usr/bin', name));

  test('is not there before all that it needs is, so that one that was cut off is fetched again', () => {
    for (const library of ['its-data', 'its-library']) {
      assert.match(fetch(library), /Fetching no-such-program[^\n]*\nno-such-program cannot be had here/);
      assert.equal(isHere('no-such-program'), false, library);
    }
    assert.match(fetch(), /^Fetching no-such-program[^\n]*\n$/);
    assert.deepEqual(['no-such-program', 'its-library', 'its-data'].map(isHere), [true, true, true]);
    assert.equal(fetch(), '', 'and not once more');
  });
});
