import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { authorityId, servicePrincipalId, signingKeysId } from '@tombolo/identity';
import { openSqliteStore, readBackup, writeBackupFile } from '@tombolo/store';
import {
  foreignDatabase,
  ofNewerFormat,
  withBody,
  withoutDocument,
} from '@tombolo/store/sqlite/stored-file.testkit';
import { configurationSchema } from '../installation/configuration.ts';
import type { Installation } from '../installation/installation.ts';
import {
  formatVersion,
  keptEntries,
  lockStateDirectory,
  openStateDirectory,
  type StateDirectory,
} from '../installation/state-directory.ts';
import { CommandError } from '../shell/command-error.ts';
import { seedInstallation } from './control/first-start.ts';
import { installationDocument } from './control/installation-document.ts';
import { finishRestore, restoreBackup } from './restore.ts';
import { type RestoreDisk, restoreDisk } from './restore-disk.ts';

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
  await writeBackupFile(store, backup);
  await store.close();
  return { state, backup };
};

const whoIn = (state: StateDirectory): unknown =>
  readBackup(join(state.of('control'), 'store.db'), ['/who'])[0]?.body.name;

/** Every file below, with a digest of what is in it. */
const contents = (path: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [
        relative(path, file),
        createHash('sha256').update(readFileSync(file)).digest('base64'),
      ]),
  );

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

/** A disk on which the operation of this number, from 1, does what `fault` does; `operations` are those that were reached. */
const faultyDisk = (at: number, fault: (operation: string) => void) => {
  const operations: string[] = [];
  const disk = Object.fromEntries(
    Object.entries(restoreDisk).map(([name, perform]) => [
      name,
      (...args: readonly string[]) => {
        operations.push(
          `${name} ${args.flatMap((path) => (path.startsWith('/') ? basename(path) : [])).join(' ')}`,
        );
        if (operations.length === at) fault(operations.at(-1)!);
        return (perform as (...given: readonly string[]) => unknown)(...args);
      },
    ]),
  ) as unknown as RestoreDisk;
  return { disk, operations };
};
const whole = faultyDisk(0, () => {});
await restoreBackup(wanted.backup, copyOf(before), true, whole.disk);
const steps = whole.operations;
const decisive = steps.indexOf('rename restore.partial restore.ready') + 1;
const leftoversIn = (state: StateDirectory): string[] =>
  readdirSync(state.path).filter((entry) => entry.startsWith('restore'));

describe('a restore', () => {
  test('into a directory of something else is refused, forced or not, and nothing in it is touched', async () => {
    for (const force of [false, true]) {
      const state = openStateDirectory(fresh());
      writeFileSync(state.file('credentials.json'), 'mine');
      writeFileSync(state.file('letter.txt'), 'precious');
      const was = contents(state.path);
      await assert.rejects(
        restoreBackup(wanted.backup, state, force),
        /is not empty and holds no installation/,
      );
      assert.deepEqual(contents(state.path), was);
    }
  });

  test('goes on beside what commands keep without an installation', async () => {
    const state = openStateDirectory(fresh());
    for (const name of keptEntries) writeFileSync(state.file(name), name);
    await restoreBackup(wanted.backup, state, false);
    assert.equal(whoIn(state), 'wanted');
    for (const name of keptEntries) assert.equal(readFileSync(state.file(name), 'utf8'), name);
  });

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
    ['a database of something else', () => changedBackup(foreignDatabase)],
    ['a store of a newer format', () => changedBackup(ofNewerFormat)],
    ['a store with a log beside it', () => changedBackup((file) => writeFileSync(`${file}-wal`, 'x'))],
    [
      'a store whose installation is of a newer format',
      () =>
        changedBackup((file) => {
          const [document] = readBackup(file, [installationDocument.id]);
          withBody(file, installationDocument.id, { ...document!.body, format: 999 });
        }),
    ],
    [
      'a link to a store with a log beside it',
      () => {
        const file = changedBackup((store) => writeFileSync(`${store}-wal`, 'x'));
        const link = fresh();
        symlinkSync(file, link);
        return link;
      },
    ],
    ...[
      installationDocument.id,
      authorityId,
      signingKeysId,
      servicePrincipalId('44444444-4444-4444-8444-444444444444'),
    ].map(
      (id) => [`a store without ${id}`, () => changedBackup((file) => withoutDocument(file, id))] as const,
    ),
    ['a store whose authority is damaged', () => changedBackup((file) => withBody(file, authorityId, {}))],
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

  test('of a file that cannot be read is refused, and says so', async () => {
    const state = copyOf(before);
    const unreadable: RestoreDisk = {
      ...restoreDisk,
      checkReadable: () => {
        throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
      },
    };
    const was = contents(state.path);
    await assert.rejects(restoreBackup(wanted.backup, state, true, unreadable), {
      code: 'InvalidArgument',
      message: `${wanted.backup} cannot be read: EACCES: permission denied.`,
    });
    assert.deepEqual(contents(state.path), was);
  });

  test('of a file that changes meanwhile is refused', async () => {
    const state = copyOf(before);
    const file = changedBackup(() => {});
    const written: RestoreDisk = {
      ...restoreDisk,
      copy: (from, to) => {
        restoreDisk.copy(from, to);
        utimesSync(from, 1, 1);
      },
    };
    await assert.rejects(restoreBackup(file, state, true, written), /changes while it is read/);
    assert.equal(whoIn(state), 'before');
  });

  test('is decided by one rename, after the copy is on the disk; what follows is in an order that any crash may part', () => {
    assert.ok(decisive > 0, steps.join('\n'));
    for (const early of ['copy', 'renewEpoch', 'write', 'sync store.db', 'syncDirectory restore.partial'])
      assert.ok(steps.findIndex((step) => step.startsWith(early)) < decisive - 1, early);
    const late = steps.slice(decisive).filter((step) => !step.startsWith('stat '));
    const control = basename(before.state.of('control'));
    assert.deepEqual(
      late.map((step) => step.replace(/ \d+$/, ' state')),
      [
        // What every start begins with.
        'remove restore.partial',
        'syncDirectory state',
        // A log that is still there when the new store has its name would be replayed into it.
        'remove store.db-wal',
        'remove store.db-shm',
        'remove store.db-journal',
        `syncDirectory ${control}`,
        'rename store.db store.db',
        `syncDirectory ${control}`,
        // Which are of the store that is there by now; the mark goes last, so that the next start does what is missing.
        'rename installation.json installation.json',
        'remove credentials.json',
        'syncDirectory state',
        'remove restore.ready',
      ],
    );
  });

  for (const [index, step] of steps.entries()) {
    const number = index + 1;
    test(`whose step ${number} (${step}) fails changes nothing before it is decided, and is finished by the next start after`, async () => {
      const state = copyOf(before);
      const was = contents(state.path);
      const { disk } = faultyDisk(number, (operation) => {
        throw Object.assign(new Error(`EIO: i/o error, ${operation}`), { code: 'EIO' });
      });
      const thrown = await restoreBackup(wanted.backup, state, true, disk).then(
        () => undefined,
        (error: unknown) => error,
      );
      assert.ok(thrown instanceof CommandError, String(thrown));
      assert.match(thrown.message, /EIO/);
      assert.notEqual(thrown.fix, '');
      if (number <= decisive) assert.deepEqual(contents(state.path), was);
      finishRestore(state);
      if (number <= decisive) assert.deepEqual(contents(state.path), was);
      assert.equal(whoIn(state), number <= decisive ? 'before' : 'wanted');
      assert.equal(existsSync(state.file('credentials.json')), number <= decisive);
      assert.deepEqual(leftoversIn(state), []);
    });

    test(`that ends with its process before step ${number} (${step}) is forgotten or finished by the next start`, async () => {
      const state = copyOf(before);
      const was = contents(state.path);
      let ended = false;
      // Nothing after it happens either: a process that was killed does not clean up.
      const gone = (): void => {
        ended = true;
        throw new Error('killed');
      };
      const { disk } = faultyDisk(number, gone);
      const dying = new Proxy(disk, {
        get: (target, name) => (ended ? gone : Reflect.get(target, name)),
      });
      await assert.rejects(restoreBackup(wanted.backup, state, true, dying));
      assert.ok(ended);
      finishRestore(state);
      if (number <= decisive) assert.deepEqual(contents(state.path), was);
      assert.equal(whoIn(state), number <= decisive ? 'before' : 'wanted');
      assert.deepEqual(leftoversIn(state), []);
      finishRestore(state);
      assert.equal(whoIn(state), number <= decisive ? 'before' : 'wanted');
    });
  }

  /** Kills its own process, as nothing but SIGKILL does, when the copy has been made or the restore decided. */
  const killed = (
    state: StateDirectory,
    operation: keyof RestoreDisk,
    ending: string,
  ): NodeJS.Signals | null => {
    const program = `
      import { restoreBackup } from ${JSON.stringify(new URL('./restore.ts', import.meta.url))};
      import { restoreDisk } from ${JSON.stringify(new URL('./restore-disk.ts', import.meta.url))};
      import { lockStateDirectory, openStateDirectory } from ${JSON.stringify(new URL('../installation/state-directory.ts', import.meta.url))};
      const [backup, path, operation, ending] = process.argv.slice(1);
      const disk = { ...restoreDisk, [operation]: (...args) => {
        const done = restoreDisk[operation](...args);
        if (args.at(-1).endsWith(ending)) process.kill(process.pid, 'SIGKILL');
        return done;
      } };
      const state = openStateDirectory(path);
      lockStateDirectory(state);
      await restoreBackup(backup, state, true, disk);`;
    const args = ['--input-type=module', '-e', program, wanted.backup, state.path, operation, ending];
    return spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] }).signal;
  };
  for (const [operation, ending, whose] of [
    ['copy', 'restore.partial/store.db', 'before'],
    ['rename', 'restore.ready', 'wanted'],
    ['rename', 'control/store.db', 'wanted'],
  ] as const)
    test(`killed after ${operation} … ${ending}: the lock is free, and the installation that of ${whose}`, async () => {
      const state = copyOf(before);
      assert.equal(killed(state, operation, ending), 'SIGKILL');
      assert.notDeepEqual(leftoversIn(state), []);
      const release = lockStateDirectory(state);
      finishRestore(state);
      assert.equal(whoIn(state), whose);
      assert.deepEqual(leftoversIn(state), []);
      await restoreBackup(wanted.backup, state, true);
      assert.equal(whoIn(state), 'wanted');
      release();
    });

  const bin = fileURLToPath(new URL('../bin.mjs', import.meta.url));
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
    const script = `mount -t tmpfs -o size=${room}k none "$DISK" && cp -a "$BEFORE" "$DISK/state" &&
      "$NODE" "$BIN" restore "$BACKUP" --force --json --state "$DISK/state"; echo "exit $?";
      cmp "$DISK/state/control/store.db" "$BEFORE/control/store.db" && ls "$DISK/state"`;
    const places = { DISK: disk, BEFORE: before.state.path, BACKUP: wanted.backup };
    const said = execFileSync('unshare', ['--mount', 'sh', '-c', script], {
      encoding: 'utf8',
      env: { ...process.env, NODE: process.execPath, BIN: bin, ...places },
    });
    assert.match(said, /no space left|ENOSPC/);
    assert.match(said, /nothing was changed/);
    assert.match(said, /exit 3/);
    assert.match(said, /installation\.json/);
    assert.doesNotMatch(said, /^restore/m);
  });
});
