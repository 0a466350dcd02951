import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { apt } from './debian-packages.mjs';

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
