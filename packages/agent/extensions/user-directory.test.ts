import assert from 'node:assert/strict';
import { type SpawnOptions, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { giveTo, takeFrom } from './user-directory.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tombolo-user-directory-'));
after(() => rmSync(scratch, { recursive: true }));
const user = { uid: process.getuid!(), gid: process.getgid!() };

test('a directory becomes the user’s after all that is in it', async () => {
  const given: unknown[] = [];
  await giveTo(user, '/d', ['/d/a', '/d/b'], async (...to) => {
    given.push(to);
  });
  const { uid, gid } = user;
  assert.deepEqual(
    given,
    ['/d/a', '/d/b', '/d'].map((path) => [path, uid, gid]),
  );
});

test('and is taken away with no more rights than the user has, and through no link', async () => {
  const [directory, other] = ['given', 'other'].map((name) => join(scratch, name)) as [string, string];
  for (const path of [join(directory, 'deep'), other]) mkdirSync(path, { recursive: true });
  writeFileSync(join(other, 'kept'), '');
  symlinkSync(other, join(directory, 'deep', 'link'));
  const started: SpawnOptions[] = [];
  const watched = (file: string, args: readonly string[], options: SpawnOptions) => {
    started.push(options);
    return spawn(file, args, options);
  };
  await takeFrom(user, directory, watched as typeof spawn);
  assert.deepEqual([existsSync(directory), existsSync(join(other, 'kept'))], [false, true]);
  assert.deepEqual(
    started.map(({ uid, gid }) => ({ uid, gid })),
    [user],
  );
  if (user.uid !== 0) return;
  // As root the test can become another user: what is not that user's stays.
  mkdirSync(join(directory, 'deep'), { recursive: true, mode: 0o700 });
  writeFileSync(join(directory, 'deep', 'kept'), '');
  await takeFrom({ uid: 65_534, gid: 65_534 }, directory);
  assert.ok(existsSync(join(directory, 'deep', 'kept')));
});
