/** The gate's parts: only those that are named run, and programs are fetched only for tests. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { root } from './project-node.mjs';

const clone = mkdtempSync(join(tmpdir(), 'tombolo-gate-'));
after(() => rmSync(clone, { recursive: true, force: true }));
const noted = (name) => existsSync(join(clone, `${name} ran`));

/** A program that only notes that it ran, and fails where it is asked to. */
const standIn = (folder, name, code = 0) => {
  const file = join(clone, folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n: > '${join(clone, `${name} ran`)}'\nexit ${code}\n`);
  chmodSync(file, 0o755);
};

const gate = (...parts) => {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return spawnSync(process.execPath, [join(clone, 'scripts/gate.mjs'), ...parts], {
    env: { ...env, PATH: join(clone, 'bin') },
    encoding: 'utf8',
  });
};

describe('the gate', () => {
  beforeEach(() => {
    rmSync(clone, { recursive: true, force: true });
    for (const name of ['gate', 'debian-packages', 'project-node', 'parent-process', 'test-files'])
      cpSync(join(root, 'scripts', `${name}.mjs`), join(clone, 'scripts', `${name}.mjs`));
    for (const name of ['biome', 'tsc']) standIn('node_modules/.bin', name);
    standIn('bin', 'apt-get', 1);
    writeFileSync(join(clone, 'LICENSE'), '');
    mkdirSync(join(clone, 'apps'));
    writeFileSync(
      join(clone, 'apps/one.test.ts'),
      "import { test } from 'node:test';\ntest('one', () => {});\n",
    );
  });

  test('format and types fetch nothing', () => {
    const { status, stdout } = gate('format', 'types');
    assert.equal(status, 0, stdout);
    assert.deepEqual(['biome', 'tsc', 'apt-get'].map(noted), [true, true, false]);
  });

  test('tests ask for the programs that they use, and run where none can be had', () => {
    const { status, stdout, stderr } = gate('unit');
    assert.equal(status, 0, stdout + stderr);
    assert.deepEqual(['biome', 'tsc', 'apt-get'].map(noted), [false, false, true]);
    assert.match(stderr, /dig cannot be had here: what needs it is skipped by name/);
    assert.match(stdout, /1 passed, 0 failed, 0 skipped/);
  });

  test('a part that it does not have shuts it', () => {
    const { status, stderr } = gate('format', 'tpyes');
    assert.deepEqual([status, noted('biome')], [2, false]);
    assert.match(stderr, /no part tpyes; it has format, types, unit, conformance, e2e/);
  });
});
