import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { applyBlock, BrokenHostsFile, hasBlock, removeBlock } from './block.ts';
import { editHostsFile, type HostsEdit, UnwritableHostsFile } from './edit.ts';

const original = Buffer.from('127.0.0.1 localhost # \xe4\xff\r\n::1 x', 'latin1');
const folder = mkdtempSync(join(tmpdir(), 'tombolo-hosts-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const isRoot = process.getuid?.() === 0;
const asRoot = { skip: !isRoot && 'needs root' };

let made = 0;
const fresh = (content: Buffer | string = original, inside = folder): { folder: string; path: string } => {
  const own = join(inside, String(++made));
  mkdirSync(own);
  writeFileSync(join(own, 'hosts'), content);
  return { folder: own, path: join(own, 'hosts') };
};
const lines = ['10.0.1.4 gbl.his.arc.azure.com'];
const apply = (path: string): HostsEdit =>
  editHostsFile(
    path,
    (text) => applyBlock(text, lines),
    (text) => !hasBlock(text),
  );
const remove = (path: string): HostsEdit => editHostsFile(path, removeBlock, () => false);

describe('a hosts file on disk', () => {
  test('apply and remove leave every octet as it was, the original beside it, and no temporary file', () => {
    const { folder: own, path } = fresh();
    const applied = apply(path);
    assert.deepEqual([applied.change, applied.way], ['written', 'renamed']);
    assert.ok(readFileSync(path, 'latin1').includes('10.0.1.4 gbl.his.arc.azure.com\r\n'));
    assert.deepEqual(readFileSync(applied.backup!), original);
    assert.deepEqual(readdirSync(own).sort(), ['hosts', 'hosts.tombolo-original']);
    assert.equal(remove(path).change, 'written');
    assert.deepEqual(readFileSync(path), original);
  });

  test('applying again writes nothing, not even the time of change', () => {
    const { path } = fresh();
    apply(path);
    const before = statSync(path, { bigint: true });
    assert.equal(apply(path).change, 'unchanged');
    const now = statSync(path, { bigint: true });
    assert.deepEqual([now.ino, now.mtimeNs], [before.ino, before.mtimeNs]);
  });

  test('the backup is the original, not an earlier edit of ours', () => {
    const { path } = fresh();
    const { backup } = apply(path);
    editHostsFile(
      path,
      (text) => applyBlock(text, ['10.0.9.9 gbl.his.arc.azure.com']),
      (text) => !hasBlock(text),
    );
    assert.deepEqual(readFileSync(backup!), original);
  });

  test('mode and owner stay', asRoot, () => {
    const { path } = fresh();
    chmodSync(path, 0o640);
    chownSync(path, 65534, 65533);
    const { backup } = apply(path);
    for (const file of [path, backup!]) {
      const { mode, uid, gid } = statSync(file);
      assert.deepEqual([mode & 0o7777, uid, gid], [0o640, 65534, 65533]);
    }
  });

  test('a symbolic link stays one; the file behind it is edited', () => {
    const { folder: own, path } = fresh();
    const link = join(own, 'link');
    symlinkSync('hosts', link);
    assert.equal(apply(link).path, path);
    assert.ok(lstatSync(link).isSymbolicLink());
    assert.ok(hasBlock(readFileSync(path, 'latin1')));
  });

  test('a file with two names is written in place, so that both show it, and that is said', () => {
    const { folder: own, path } = fresh();
    const second = join(own, 'second');
    linkSync(path, second);
    const edit = apply(path);
    assert.equal(edit.way, 'in-place');
    assert.match(edit.because!, /more than one name/);
    assert.ok(hasBlock(readFileSync(second, 'latin1')));
    remove(path);
    assert.deepEqual(readFileSync(second), original);
  });

  const script = `
    import { applyBlock, hasBlock } from ${JSON.stringify(fileURLToPath(new URL('./block.ts', import.meta.url)))};
    import { editHostsFile } from ${JSON.stringify(fileURLToPath(new URL('./edit.ts', import.meta.url)))};
    if (process.env.USER_ID) {
      process.setgroups([]);
      process.setgid(Number(process.env.USER_ID));
      process.setuid(Number(process.env.USER_ID));
    }
    try {
      const edit = editHostsFile(process.env.FILE, (text) => applyBlock(text, ['10.0.1.4 a.b']), (text) => !hasBlock(text));
      console.log(JSON.stringify(edit));
    } catch (error) {
      console.log(JSON.stringify({ error: error.name + ': ' + error.message }));
    }`;
  const mayMount = isRoot && spawnSync('unshare', ['-m', 'true']).status === 0;

  test('a bind-mounted file, as containers have it, is written in place, and that is said', {
    skip: !mayMount && 'needs mount namespaces',
  }, () => {
    const { folder: own, path } = fresh();
    const target = join(own, 'mounted');
    writeFileSync(target, '');
    const printed = execFileSync(
      'unshare',
      ['-m', 'sh', '-c', 'mount --bind "$SOURCE" "$FILE" && exec "$NODE" --input-type=module -e "$SCRIPT"'],
      {
        encoding: 'utf8',
        env: {
          ...process.env,
          SOURCE: path,
          FILE: target,
          NODE: process.execPath,
          SCRIPT: script,
          NODE_NO_WARNINGS: '1',
        },
      },
    );
    const edit = JSON.parse(printed) as HostsEdit;
    assert.deepEqual([edit.way, edit.because], ['in-place', 'the file is a mount point of its own']);
    assert.ok(hasBlock(readFileSync(path, 'latin1')));
    assert.deepEqual(readFileSync(`${target}.tombolo-original`), original);
  });

  /** Where every user gets to: TMPDIR may be a place of root's alone. */
  const openToAll = (): string => {
    const path = mkdtempSync('/tmp/tombolo-hosts-');
    after(() => rmSync(path, { recursive: true, force: true }));
    chmodSync(path, 0o755);
    return path;
  };

  /** As a user who owns nothing here; root is given up only when the modules are read, for others may not read the checkout. */
  const asNobody = (path: string): string =>
    spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      env: {
        ...process.env,
        FILE: path,
        USER_ID: isRoot ? '65534' : '',
        NODE_NO_WARNINGS: '1',
        NODE_COMPILE_CACHE: '',
      },
    }).stdout;

  test('an unwritable file is refused with nothing changed, no backup made', asRoot, () => {
    const { folder: own, path } = fresh(original, openToAll());
    chmodSync(path, 0o644);
    assert.match(asNobody(path), /UnwritableHostsFile: .* cannot be written \(EACCES\); nothing was changed/);
    assert.deepEqual(readFileSync(path), original);
    assert.deepEqual(readdirSync(own), ['hosts']);
  });

  test('where the original cannot be kept the file is not touched', asRoot, () => {
    const { folder: own, path } = fresh(original, openToAll());
    chmodSync(path, 0o666);
    chmodSync(own, 0o755);
    assert.match(asNobody(path), /the original cannot be kept as .* was not changed/);
    assert.deepEqual(readFileSync(path), original);
  });

  test('what somebody else wrote meanwhile is not overwritten', () => {
    const { path } = fresh();
    assert.throws(
      () =>
        editHostsFile(
          path,
          (text) => {
            writeFileSync(path, 'theirs\n');
            return applyBlock(text, lines);
          },
          () => true,
        ),
      /changed by somebody else/,
    );
    assert.equal(readFileSync(path, 'utf8'), 'theirs\n');
  });

  test('a missing file, a folder, UTF-16 and a broken block are refused with nothing changed', () => {
    assert.throws(() => apply(join(folder, 'absent')), UnwritableHostsFile);
    assert.throws(() => apply(folder), UnwritableHostsFile);
    const wide = fresh(Buffer.from('\ufeff127.0.0.1 localhost\r\n', 'utf16le'));
    assert.throws(() => apply(wide.path), /UTF-16/);
    const broken = fresh('# BEGIN tombolo\n');
    assert.throws(() => apply(broken.path), BrokenHostsFile);
    assert.throws(() => remove(broken.path), BrokenHostsFile);
    assert.deepEqual(readdirSync(broken.folder), ['hosts']);
    assert.equal(readFileSync(broken.path, 'utf8'), '# BEGIN tombolo\n');
  });
});
