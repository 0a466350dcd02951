import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { ReplayJournal } from '@tombolo/store/kept-journal';
import { openReplayJournal } from '@tombolo/store/replay-journal';
import { createReplayCache } from './replay-cache.ts';

const directory = mkdtempSync(join(tmpdir(), 'tombolo-replays-'));
after(() => rmSync(directory, { recursive: true, force: true }));
let count = 0;
const path = () => join(directory, `replays-${++count}`);
const start = 1_800_000_000_000;

/** A process: what is in memory goes with it, and nothing is closed, as when it is killed. */
const processOn = (file: string, clock: { at: number }, maxEntries = 10) => {
  const journal = openReplayJournal(file);
  after(() => journal.close());
  return createReplayCache({ maxEntries, now: () => clock.at, journal });
};
const lines = (file: string): number => readFileSync(file, 'utf8').split('\n').length - 1;

test('what was used before a restart is used after it, until its end', () => {
  const [file, clock] = [path(), { at: start }];
  const before = processOn(file, clock);
  assert.equal(before.use('dpop key one', start + 100), 'fresh');
  assert.equal(before.use('with a\nline break', start + 100), 'fresh');
  const next = processOn(file, clock);
  assert.equal(next.use('dpop key one', start + 100), 'replayed');
  assert.equal(next.use('with a\nline break', start + 100), 'replayed');
  assert.equal(next.use('dpop key two', start + 100), 'fresh');
  assert.equal(processOn(file, clock).use('dpop key two', start + 100), 'replayed');
  clock.at += 100;
  assert.equal(processOn(file, clock).use('dpop key one', clock.at + 1), 'fresh');
});

test('a pipe in its place is refused: nobody waits for what it would bring', () => {
  const pipe = path();
  assert.equal(spawnSync('mkfifo', [pipe]).status, 0);
  assert.throws(() => openReplayJournal(pipe), /is no regular file/);
});

test('the file is nobody else’s, names nothing that was sent, and a torn end of it stops nobody', () => {
  const [file, clock] = [path(), { at: start }];
  processOn(file, clock).use('dpop thumbprint jti', start + 100);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.doesNotMatch(readFileSync(file, 'utf8'), /thumbprint|jti/);
  appendFileSync(file, '18000000001');
  const next = processOn(file, clock);
  assert.equal(next.size, 1);
  assert.equal(next.use('dpop thumbprint jti', start + 100), 'replayed');
  assert.equal(next.use('after the torn line', start + 100), 'fresh');
  assert.equal(processOn(file, clock).use('after the torn line', start + 100), 'replayed');
});

test('a line of which the disk took only a part is told, not passed over', () => {
  const file = path();
  const script = `import { openReplayJournal } from '@tombolo/store/replay-journal';
    const journal = openReplayJournal(process.argv[1]);
    for (let each = 0; each < 99; each += 1) journal.append([journal.keyOf(String(each)), 1e12]);`;
  // A limit on the size of its files makes the system take the first octets of a line and no more, as a full disk does.
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', 'ulimit -f 1 && exec "$0" "$@"', process.execPath, '--input-type=module', '-e', script, file],
    { cwd: import.meta.dirname, encoding: 'utf8' },
  );
  assert.match(stderr, /EFBIG/);
  assert.equal(status, 1);
  assert.notEqual(readFileSync(file, 'utf8').at(-1), '\n');
});

test('the file is written anew once what has ended makes most of it', () => {
  const [file, clock] = [path(), { at: start }];
  const cache = processOn(file, clock, 4);
  for (let each = 0; each < 12; each += 1) {
    assert.equal(cache.use(`one ${each}`, clock.at + 10), 'fresh');
    clock.at += 31_000;
  }
  assert.ok(lines(file) <= 8 + 1, String(lines(file)));
  assert.equal(statSync(file).mode & 0o777, 0o600, 'and is still nobody else’s');
  assert.equal(cache.use('kept', clock.at + 100_000), 'fresh');
  assert.equal(processOn(file, clock, 4).use('kept', clock.at + 100_000), 'replayed');
});

test('a file that cannot be written is told once; in memory nothing is taken twice, and it is whole once it can be', () => {
  const clock = { at: start };
  let full = true;
  let kept: readonly (readonly [string, number])[] = [];
  const failures: unknown[] = [];
  const journal: ReplayJournal = {
    entries: [],
    keyOf: (id) => id,
    append: () => {
      if (full) throw new Error('disk full');
    },
    rewrite: (entries) => {
      if (full) throw new Error('disk full');
      kept = [...entries];
    },
  };
  const onJournalFailure = (error: unknown) => failures.push(error);
  const cache = createReplayCache({ maxEntries: 10, now: () => clock.at, journal, onJournalFailure });
  assert.equal(cache.use('a', start + 100_000), 'fresh');
  assert.equal(cache.use('a', start + 100_000), 'replayed');
  clock.at += 30_000;
  assert.equal(cache.use('b', start + 100_000), 'fresh');
  assert.equal(failures.length, 1);
  full = false;
  clock.at += 30_000;
  assert.equal(cache.use('c', start + 100_000), 'fresh');
  assert.equal(kept.length, 2, 'and c was added to it');
});

test('a file that is there and cannot be read stops the start: nobody knows what was used', () => {
  const folder = path();
  mkdirSync(folder);
  assert.throws(() => openReplayJournal(folder), /is no regular file/);
});
