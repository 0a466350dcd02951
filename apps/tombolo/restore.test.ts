import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { authorityId, signingKeysId } from '@tombolo/identity';
import { openSqliteStore } from '@tombolo/store';
import { CommandError } from './command-error.ts';
import { configurationSchema } from './configuration.ts';
import { seedInstallation } from './control/first-start.ts';
import { installationDocument } from './control/installation-document.ts';
import type { Installation } from './installation.ts';
import { finishRestore, restoreBackup } from './restore.ts';
import { formatVersion, openStateDirectory, type StateDirectory } from './state-directory.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tombolo-restore-'));
after(() => rmSync(scratch, { recursive: true, force: true }));
let made = 0;
const fresh = (): string => {
  made += 1;
  return join(scratch, String(made));
};
const now = Date.UTC(2026, 0, 1);

/** A stopped installation, its store named in `tags`, and a backup of it. */
const installation = async (name: string): Promise<{ state: StateDirectory; backup: string }> => {
  const state = openStateDirectory(fresh());
  const store = openSqliteStore({ path: join(state.of('control'), 'store.db'), now: () => now });
  const body: Installation = {
    format: formatVersion,
    tenantId: '22222222-2222-4222-8222-222222222222',
    subscriptionId: '11111111-1111-4111-8111-111111111111',
    clientId: '44444444-4444-4444-8444-444444444444',
    ports: { https: 8443, dns: 5354 },
    addresses: { arm: '127.0.0.1', services: '127.0.0.2', dns: '127.0.0.1' },
    regions: ['japaneast'],
  };
  await seedInstallation(store, body, configurationSchema.parse({}), state, now);
  await store.commit({ puts: [{ id: '/who', type: 'T/who', body: { name } }] });
  writeFileSync(state.file('installation.json'), JSON.stringify(body), { mode: 0o600 });
  const backup = `${state.path}.backup`;
  await store.backup(backup);
  await store.close();
  return { state, backup };
};

const whoIn = (state: StateDirectory): string => {
  const database = new DatabaseSync(join(state.of('control'), 'store.db'), { readOnly: true });
  try {
    return JSON.parse(String(database.prepare("SELECT body FROM documents WHERE key = '/who'").get()!.body))
      .name;
  } finally {
    database.close();
  }
};

/** Every file below, with what is in it. */
const contents = (path: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [file, readFileSync(file, 'latin1')]),
  );

const edit = (file: string, ...statements: readonly string[]): void => {
  const database = new DatabaseSync(file);
  for (const statement of statements) database.exec(statement);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
};

const before = await installation('before');
const wanted = await installation('wanted');
const copyOf = ({ state }: { state: StateDirectory }): StateDirectory => {
  const path = fresh();
  mkdirSync(path, { mode: 0o700 });
  cpSync(state.path, path, { recursive: true });
  return openStateDirectory(path);
};
const changedBackup = (change: (file: string) => void): string => {
  const file = `${fresh()}.backup`;
  cpSync(wanted.backup, file);
  change(file);
  return file;
};

describe('a restore', () => {
  test('replaces a stopped installation, with a new epoch, and nothing of the former store is replayed into it', async () => {
    const state = copyOf(before);
    writeFileSync(join(state.of('control'), 'store.db-wal'), 'the log of the former store');
    const { epoch } = await restoreBackup(wanted.backup, state, true);
    assert.equal(whoIn(state), 'wanted');
    assert.equal(statSync(join(state.of('control'), 'store.db')).mode & 0o777, 0o600);
    assert.ok(!existsSync(state.file('credentials.json')), 'the operator gets a new secret');
    const store = openSqliteStore({ path: join(state.of('control'), 'store.db'), now: () => now });
    assert.equal((await store.head()).epoch, epoch);
    await store.close();
    assert.deepEqual(
      readdirSync(state.path).filter((name) => name.startsWith('restore')),
      [],
    );
  });

  test('makes an installation in an empty directory; over one that is there it wants --force', async () => {
    const state = openStateDirectory(fresh());
    await restoreBackup(wanted.backup, state, false);
    assert.equal(whoIn(state), 'wanted');
    await assert.rejects(restoreBackup(wanted.backup, state, false), /Add --force|holds an installation/);
  });

  const own = (name: string, link: (store: string, to: string) => void) =>
    [
      `its own store, named by ${name}`,
      (state: StateDirectory) => {
        const to = fresh();
        link(join(state.of('control'), 'store.db'), to);
        return to;
      },
    ] as const;
  const backups: readonly (readonly [string, (state: StateDirectory) => string])[] = [
    ['what is not there', () => join(scratch, 'nowhere')],
    ['a directory', () => scratch],
    ['its own store', (state) => join(state.of('control'), 'store.db')],
    own('a symbolic link', symlinkSync),
    own('a hard link', linkSync),
    ['an empty file', () => changedBackup((file) => truncateSync(file, 0))],
    ['half a backup', () => changedBackup((file) => truncateSync(file, statSync(file).size / 2))],
    [
      'a backup with a page of zeros',
      () =>
        changedBackup((file) => {
          const bytes = readFileSync(file);
          writeFileSync(file, bytes.fill(0, bytes.length - 4096 * 3, bytes.length - 4096 * 2));
        }),
    ],
    ['a text', () => changedBackup((file) => writeFileSync(file, 'a text that goes on '.repeat(1000)))],
    [
      'a database of something else',
      () =>
        changedBackup((file) => {
          rmSync(file);
          edit(file, 'CREATE TABLE documents (x)');
        }),
    ],
    [
      'a store of a newer format',
      () => changedBackup((file) => edit(file, 'INSERT INTO schema_migrations VALUES (999, 0)')),
    ],
    ['a store with a log beside it', () => changedBackup((file) => writeFileSync(`${file}-wal`, 'x'))],
    ...[installationDocument.id, authorityId(), signingKeysId].map(
      (id) =>
        [
          `a store without ${id}`,
          () =>
            changedBackup((file) => edit(file, `DELETE FROM documents WHERE key = '${id.toLowerCase()}'`)),
        ] as const,
    ),
    [
      'a store whose authority is damaged',
      () =>
        changedBackup((file) =>
          edit(file, `UPDATE documents SET body = '{}' WHERE key = '${authorityId().toLowerCase()}'`),
        ),
    ],
  ];
  for (const [name, make] of backups)
    test(`of ${name} is refused, and the installation stays as it was`, async () => {
      const state = copyOf(before);
      const file = make(state);
      const was = contents(state.path);
      await assert.rejects(
        restoreBackup(file, state, true),
        (error) => error instanceof CommandError && error.code === 'InvalidArgument' && error.fix !== '',
      );
      assert.deepEqual(contents(state.path), was);
      assert.equal(whoIn(state), 'before');
    });

  /** What a process that was killed in each step leaves behind. */
  const cuts: readonly (readonly [string, string, (state: StateDirectory, done: StateDirectory) => void])[] =
    [
      [
        'while the copy is made',
        'before',
        (state) => {
          mkdirSync(state.file('restore.partial'));
          writeFileSync(state.file('restore.partial', 'store.db'), 'half a copy');
        },
      ],
      [
        'when the copy is complete but not yet decided',
        'before',
        (state, done) => prepare(state, done, 'restore.partial'),
      ],
      ['once it is decided', 'wanted', (state, done) => prepare(state, done, 'restore.ready')],
      [
        'once the former log is gone',
        'wanted',
        (state, done) => {
          prepare(state, done, 'restore.ready');
          rmSync(join(state.of('control'), 'store.db-wal'), { force: true });
        },
      ],
      [
        'once the store is switched',
        'wanted',
        (state, done) => {
          prepare(state, done, 'restore.ready');
          renameSync(state.file('restore.ready', 'store.db'), join(state.of('control'), 'store.db'));
        },
      ],
      [
        'once the installation is switched',
        'wanted',
        (state, done) => {
          prepare(state, done, 'restore.ready');
          renameSync(state.file('restore.ready', 'store.db'), join(state.of('control'), 'store.db'));
          renameSync(state.file('restore.ready', 'installation.json'), state.file('installation.json'));
        },
      ],
    ];
  const prepare = (state: StateDirectory, done: StateDirectory, name: string): void => {
    mkdirSync(state.file(name));
    cpSync(join(done.of('control'), 'store.db'), state.file(name, 'store.db'));
    cpSync(done.file('installation.json'), state.file(name, 'installation.json'));
  };
  for (const [name, whose, leave] of cuts)
    test(`cut off ${name}: the next start finds the installation of ${whose}`, () => {
      const state = copyOf(before);
      leave(state, wanted.state);
      finishRestore(state);
      assert.equal(whoIn(state), whose);
      const half = readdirSync(state.path).filter((entry) => entry.startsWith('restore'));
      assert.deepEqual(half, []);
      assert.equal(existsSync(state.file('credentials.json')), whose === 'before');
      finishRestore(state);
      assert.equal(whoIn(state), whose);
    });

  const bin = fileURLToPath(new URL('./bin.mjs', import.meta.url));
  const mountable = ((): boolean => {
    try {
      execFileSync('unshare', ['--mount', 'true'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  })();
  test('on a disk without room says so, and the installation stays as it was', {
    skip: mountable ? false : 'a small disk needs root and unshare',
  }, () => {
    const disk = fresh();
    mkdirSync(disk);
    const room = Math.ceil((statSync(join(before.state.of('control'), 'store.db')).size * 1.5) / 1024);
    const script = `mount -t tmpfs -o size=${room}k none ${disk} && cp -a ${before.state.path} ${disk}/state &&
      ${process.execPath} ${bin} restore ${wanted.backup} --force --json --state ${disk}/state; echo "exit $?";
      cmp ${disk}/state/control/store.db ${before.state.path}/control/store.db && ls ${disk}/state`;
    const said = execFileSync('unshare', ['--mount', 'sh', '-c', script], { encoding: 'utf8' });
    assert.match(said, /no space left|ENOSPC/);
    assert.match(said, /nothing was changed/);
    assert.match(said, /exit 3/);
    assert.match(said, /installation\.json/);
    assert.doesNotMatch(said, /^restore/m);
  });
});
