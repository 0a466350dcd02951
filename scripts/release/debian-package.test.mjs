import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { root } from '../project-node.mjs';
import { debianPackage } from './debian-package.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'tombolo-debian-'));
after(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }));

const unit = join(root, 'scripts', 'release', 'debian', 'tombolo-agent.service');

/** Small, in place of the 120 MB of the real one: what is tried is what happens around it. */
const packageOf = (version) =>
  debianPackage({
    ...{ version, architecture: 'amd64', time: 1_700_000_000 },
    program: Buffer.from(`#!/bin/sh\necho '${version} runs'\n`),
  });

const fileOf = (version) => {
  const path = join(scratch, `${version}.deb`);
  writeFileSync(path, packageOf(version));
  return path;
};

/** This system with a layer of its own on top, which is gone with the process: nothing of the real one is changed. */
const inThrowawaySystem = `
mount -t tmpfs none "$SCRATCH"
mkdir "$SCRATCH/upper" "$SCRATCH/work" "$SCRATCH/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$SCRATCH/upper,workdir=$SCRATCH/work" "$SCRATCH/root"
mount -t tmpfs none "$SCRATCH/root/run"
cp "$@" "$SCRATCH/root/tmp/"
exec chroot "$SCRATCH/root" sh -ec "$STEPS"
`;

const inside = (steps, packages = []) =>
  spawnSync(
    'unshare',
    ['--mount', '--propagation', 'private', 'sh', '-ec', inThrowawaySystem, 'sh', ...packages],
    {
      encoding: 'utf8',
      env: {
        PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
        LC_ALL: 'C',
        SCRATCH: mkdtempSync(join(scratch, 'system-')),
        STEPS: steps,
      },
      timeout: 600_000,
    },
  );

const has = (program) => spawnSync(program, ['--version']).status === 0;

const unavailable = () => {
  if (process.getuid?.() !== 0) return 'needs root';
  for (const program of ['dpkg', 'unshare', 'deb-systemd-helper'])
    if (spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0) return `needs ${program}`;
  return inside('cat "$0"', [unit]).error || inside('test -e /tmp/tombolo-agent.service', [unit]).status !== 0
    ? 'needs mount namespaces with overlay file systems'
    : false;
};

/** dpkg on this system would be kept waiting for its disk. */
const dpkg = 'dpkg --force-unsafe-io --force-depends';
const state = '/var/lib/tombolo-agent';
const look = `
getent passwd tombolo-agent | cut -d : -f 1,6,7 || :
stat -c '%n %U:%G %a' ${state} ${state}/agent.json /var/opt/azcmagent/tokens 2>/dev/null || :
readlink -e /etc/systemd/system/multi-user.target.wants/tombolo-agent.service || :
tombolo-agent 2>/dev/null || echo 'no program'
`;

describe('the Debian package', () => {
  test('is the same bytes each time, of the given time, and dpkg reads it', (t) => {
    const first = packageOf('1.0-1');
    assert.ok(first.equals(packageOf('1.0-1')));
    if (!has('dpkg-deb')) return t.skip('needs dpkg-deb');
    const path = fileOf('1.0-1');
    const run = (...args) =>
      spawnSync('dpkg-deb', args, { encoding: 'utf8', env: { ...process.env, TZ: 'UTC' } });
    assert.equal(run('--field', path, 'Package', 'Version', 'Architecture').stdout.split('\n').length, 4);
    const lines = run('--contents', path).stdout.trim().split('\n');
    assert.ok(lines.every((line) => line.includes(' root/root ') && line.includes(' 2023-11-14 22:13 ')));
    assert.ok(
      lines.some((line) => /^-rwxr-xr-x .* \.\/opt\/tombolo-agent\/tombolo-agent$/.test(line)),
      lines.join('\n'),
    );
  });

  test('installed, upgraded, removed, installed again and purged: the state stays until the end', {
    skip: unavailable(),
  }, () => {
    const steps = [
      `${dpkg} --install /tmp/1.0-1.deb`,
      // As "connect" of root leaves it.
      `echo '{}' >${state}/agent.json; chown tombolo-agent: ${state}/agent.json; chmod 600 ${state}/agent.json`,
      `${dpkg} --install /tmp/1.0-2.deb`,
      `${dpkg} --remove tombolo-agent`,
      `${dpkg} --install /tmp/1.0-2.deb`,
      `${dpkg} --purge tombolo-agent; find /opt/tombolo-agent /var/opt/azcmagent /etc/systemd/system -name '*tombolo*' 2>/dev/null || :`,
    ].map((step, index) => `${step.replace(/(dpkg [^;]*)/, '$1 >/dev/null')}\necho '## ${index}'${look}`);
    const { stdout, stderr, status } = inside(steps.join('\n'), [fileOf('1.0-1'), fileOf('1.0-2')]);
    assert.equal(status, 0, stdout + stderr);
    const [leftovers, ...looks] = stdout.split(/^## \d\n/m).map((text) => text.trim().split('\n'));
    const user = 'tombolo-agent:/var/lib/tombolo-agent:/usr/sbin/nologin';
    const folders = [
      `${state} tombolo-agent:tombolo-agent 700`,
      '/var/opt/azcmagent/tokens tombolo-agent:tombolo-agent 750',
    ];
    const kept = [folders[0], `${state}/agent.json tombolo-agent:tombolo-agent 600`, folders[1]];
    const enabled = '/usr/lib/systemd/system/tombolo-agent.service';
    assert.deepEqual(leftovers, ['']);
    assert.deepEqual(looks[0], [user, ...folders, enabled, '1.0-1 runs']);
    assert.deepEqual(looks[2], [user, ...kept, enabled, '1.0-2 runs']);
    assert.deepEqual(
      looks[3].filter((line) => !line.endsWith('.service')),
      [user, ...kept, 'no program'],
    );
    assert.deepEqual(looks[4], looks[2]);
    assert.deepEqual(looks[5], ['no program']);
  });

  test('has a unit that systemd takes, no more exposed than its page says', (t) => {
    if (!has('systemd-analyze')) return t.skip('needs systemd-analyze');
    const page = readFileSync(join(root, 'docs', 'release.md'), 'utf8');
    const [, exposure] = /exposure level (\d+\.\d)/.exec(page);
    const analyze = (...args) => spawnSync('systemd-analyze', args, { encoding: 'utf8' });
    const { status, stdout, stderr } = analyze(
      'security',
      '--offline=true',
      `--threshold=${Number(exposure) * 10}`,
      unit,
    );
    assert.equal(status, 0, stdout.slice(-300) + stderr);
    // Of its own lines alone: the program is not on this system.
    const complaints = analyze('verify', unit).stderr.split('\n');
    assert.deepEqual(
      complaints.filter((line) => line.includes('tombolo-agent.service') && !/is not executable/.test(line)),
      [],
    );
  });
});
