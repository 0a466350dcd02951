import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../bin.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tombolo-hosts-command-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const endpoint = join(folder, 'endpoint.json');
writeFileSync(
  endpoint,
  JSON.stringify({
    dnsConfiguration: { 'gbl.his.arc.azure.com': '10.0.1.4', 'je.his.arc.azure.com': '10.0.1.5' },
  }),
);
const write = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

interface Printed {
  readonly change?: string;
  readonly way?: string;
  readonly conflicts?: unknown;
  readonly proof: {
    readonly state: string;
    readonly order: string;
    readonly names: readonly { readonly name: string; readonly resolved: readonly string[] }[];
  };
  readonly error: { readonly message: string };
}
interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly json: Printed;
}
const ended = (run: ReturnType<typeof spawnSync>): Ran => {
  const stdout = String(run.stdout);
  const json = (stdout.startsWith('{') ? JSON.parse(stdout) : {}) as Printed;
  return { status: run.status, stdout: stdout + String(run.stderr), json };
};
const tombolo = (...args: readonly string[]): Ran =>
  ended(spawnSync(process.execPath, [bin, ...args], { env: { ...process.env, NODE_NO_WARNINGS: '1' } }));

/**
 * In a mount namespace of its own, where /etc is a folder of the test, in it what a program reads to start and to resolve
 * names, and /etc/hosts a mount of its own, as containers have it: the backup is made beside it.
 */
const within = (hosts: string, order: string, ...args: readonly string[]): Ran =>
  ended(
    spawnSync(
      'unshare',
      [
        '-m',
        'sh',
        '-c',
        'mount --bind "$0" /etc && mount --bind "$1" /etc/hosts && shift && exec "$@"',
        etcWith(order),
        hosts,
        process.execPath,
        bin,
        ...args,
      ],
      { env: { ...process.env, NODE_NO_WARNINGS: '1' } },
    ),
  );
let etcs = 0;
const etcWith = (order: string): string => {
  etcs += 1;
  const etc = join(folder, `etc-${etcs}`);
  mkdirSync(etc);
  for (const name of ['ld.so.cache', 'resolv.conf', 'passwd', 'group'])
    if (existsSync(join('/etc', name))) copyFileSync(join('/etc', name), join(etc, name));
  copyFileSync(order, join(etc, 'nsswitch.conf'));
  writeFileSync(join(etc, 'hosts'), '');
  return etc;
};
const mayMount =
  process.getuid?.() === 0 &&
  existsSync('/etc/nsswitch.conf') &&
  spawnSync('unshare', ['-m', 'true']).status === 0;
const needsMounts = { skip: !mayMount && 'needs mount namespaces' };
/** Of the machine itself: nothing here may make or change it. */
const backup = '/etc/hosts.tombolo-original';
const hadBackup = existsSync(backup);
after(() => assert.equal(existsSync(backup), hadBackup));

describe('tombolo hosts', () => {
  test('apply, apply again and remove; the file is not the system’s, so nothing is proven', () => {
    const path = write('hosts', '127.0.0.1 localhost\r\n192.0.2.1 je.his.arc.azure.com');
    const first = tombolo('hosts', 'apply', '--file', endpoint, '--hosts-file', path, '--json');
    assert.equal(first.status, 0, first.stdout);
    assert.equal(first.json.change, 'written');
    assert.equal(first.json.proof.state, 'skipped');
    assert.deepEqual(first.json.conflicts, [{ line: 2, address: '192.0.2.1', name: 'je.his.arc.azure.com' }]);
    assert.match(readFileSync(path, 'utf8'), /\r\n10\.0\.1\.4 gbl\.his\.arc\.azure\.com\r\n/);
    const second = tombolo('hosts', 'apply', '--file', endpoint, '--hosts-file', path, '--json');
    assert.equal(second.json.change, 'unchanged');
    assert.equal(tombolo('hosts', 'remove', '--hosts-file', path).status, 0);
    assert.equal(readFileSync(path, 'utf8'), '127.0.0.1 localhost\r\n192.0.2.1 je.his.arc.azure.com');
  });

  test(
    "the system's own file: written in place where it is mounted, and proven by asking the system",
    needsMounts,
    () => {
      const hosts = write('system', '127.0.0.1 localhost\n');
      const order = write('files-first', 'hosts: files dns\n');
      const ran = within(hosts, order, 'hosts', 'apply', '--file', endpoint, '--json');
      assert.equal(ran.status, 0, ran.stdout);
      assert.equal(ran.json.way, 'in-place');
      assert.equal(ran.json.proof.state, 'proven');
      assert.deepEqual(
        ran.json.proof.names.map(({ name, resolved }) => [name, resolved]),
        [
          ['gbl.his.arc.azure.com', ['10.0.1.4']],
          ['je.his.arc.azure.com', ['10.0.1.5']],
        ],
      );
    },
  );

  test('a name service switch that does not read the file: exit code 9, and it is said', needsMounts, () => {
    const hosts = write('unread', '127.0.0.1 localhost\n');
    const order = write('no-files', 'hosts: myhostname\n');
    const ran = within(hosts, order, 'hosts', 'apply', '--file', endpoint, '--json');
    assert.equal(ran.status, 9, ran.stdout);
    assert.equal(ran.json.proof.state, 'failed');
    assert.match(ran.json.proof.order, /nsswitch\.conf: it has no 'files'/);
  });

  test('a line before the block that says otherwise: exit code 9, and the line is named', needsMounts, () => {
    const hosts = write('conflict', '192.0.2.1 gbl.his.arc.azure.com\n');
    const order = write('files-first-too', 'hosts: files\n');
    const ran = within(hosts, order, 'hosts', 'apply', '--file', endpoint);
    assert.equal(ran.status, 9, ran.stdout);
    assert.match(
      ran.stdout,
      /Line 1 outside the block gives gbl\.his\.arc\.azure\.com another address: 192\.0\.2\.1/,
    );
    assert.match(ran.stdout, /The system resolves otherwise/);
  });

  test('a broken block, no such file and no endpoint are refused with nothing changed', () => {
    const path = write('broken', '# BEGIN tombolo\n');
    for (const args of [['apply', '--file', endpoint], ['remove']]) {
      const ran = tombolo('hosts', ...args, '--hosts-file', path, '--json');
      assert.equal(ran.status, 2);
      assert.match(ran.json.error.message, /begins in line 1 does not end/);
    }
    assert.equal(readFileSync(path, 'utf8'), '# BEGIN tombolo\n');
    assert.equal(tombolo('hosts', 'remove', '--hosts-file', join(folder, 'absent')).status, 1);
    assert.equal(tombolo('hosts', 'apply', '--hosts-file', path).status, 2);
  });
});
