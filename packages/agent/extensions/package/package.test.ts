/** Extension packages on a machine: what is run of them, by which contract, and that nothing is that nobody vouches for. */

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { strToU8, zipSync } from 'fflate';
import { effectiveConfiguration } from '../../configuration.ts';
import { openWorkFiles, type WorkState } from '../work-files.ts';
import { createWorkRun } from '../work-run.ts';
import { ArchiveRefused, readArchive } from './archive.ts';
import { describePackage, PackageRefused, type SignedManifest, verifyManifest } from './manifest.ts';
import { archiveOf, signerAt, withMode } from './package.testkit.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tombolo-package-'));
after(() => rmSync(scratch, { recursive: true }));
let directories = 0;
const now = 1_800_000_000_000;
const signer = await signerAt(now);

/** A machine whose installation offers what `offer` says. */
const machine = async () => {
  const path = mkdtempSync(join(scratch, `${++directories}-`));
  const files = await openWorkFiles(path);
  const trace = join(path, 'trace');
  let served: readonly (Buffer | Error)[] = [];
  const run = createWorkRun({
    files,
    handlers: [],
    authorities: signer.authorities,
    controls: async () => effectiveConfiguration({}),
    unseal: async (sealed) => sealed,
    download: async (_, file) => {
      const [next, ...others] = served;
      served = others;
      if (!(next instanceof Buffer)) throw next ?? new Error('the answer is 404');
      writeFileSync(file, next);
    },
    now: () => now,
    log: () => {},
  });
  const stateOf = (instruction: Partial<NonNullable<WorkState['instruction']>>): WorkState => ({
    ...{
      format: 1,
      vmId: 'vm',
      kind: 'extensions',
      name: 'lamp',
      generation: 'one',
      step: 'accepted',
      told: false,
    },
    instruction: {
      ...{ kind: 'extensions', name: 'lamp', generation: 'one', wanted: 'present' },
      ...{ publisher: 'lamp.makers', type: 'lamp', properties: {} },
      ...instruction,
    },
  });
  const signal = new AbortController().signal;
  return {
    work: join(path, 'work', 'extensions.lamp.d'),
    trace: (): readonly string[] => (existsSync(trace) ? readFileSync(trace, 'utf8').trim().split('\n') : []),
    offer: (
      archive: Buffer,
      given: {
        readonly signed?: SignedManifest;
        readonly served?: readonly (Buffer | Error)[];
        readonly settings?: object;
        readonly sealed?: string;
        readonly asked?: string;
      } = {},
    ) => {
      served = given.served ?? [archive];
      const { signed = signer.sign(archive), settings = {}, sealed, asked } = given;
      return run.enable(
        stateOf({
          properties: { settings: { ...settings, trace } },
          package: { ...signed, url: 'https://packages.test/lamp' },
          ...(sealed === undefined ? {} : { sealed }),
          ...(asked === undefined ? {} : { typeHandlerVersion: asked }),
        }),
        signal,
        async () => {},
      );
    },
    remove: () => run.remove({ ...stateOf({}), step: 'removing' }, signal),
  };
};

test('a package is installed and enabled with its settings on standard input, and its status is the answer', async () => {
  const lamp = await machine();
  const report = await lamp.offer(archiveOf(), { settings: { on: true }, sealed: '{"key":"k"}' });
  assert.deepEqual([report.phase, report.code, report.handlerVersion], ['succeeded', '0', '1.2.0']);
  const [enabled] = lamp.trace();
  assert.match(
    enabled ?? '',
    /^1\.2\.0 enable \{"settings":\{"on":true,.*"protectedSettings":\{"key":"k"\}\}$/,
  );
  assert.equal(readFileSync(join(lamp.work, 'early'), 'utf8'), '1.2.0 install \n');
  const failed = await lamp.offer(archiveOf(), { settings: { fail: true }, served: [] });
  assert.deepEqual([failed.phase, failed.code, failed.message], ['failed', '42', 'it is broken']);
  await lamp.remove();
  assert.deepEqual(lamp.trace().slice(2), ['1.2.0 disable ', '1.2.0 uninstall']);
  assert.ok(!existsSync(lamp.work));
});

test('a newer version takes the place of the installed one; an older one does only where it is asked for by name', async () => {
  const lamp = await machine();
  await lamp.offer(archiveOf());
  const newer = archiveOf({ version: '1.10.0' });
  assert.equal((await lamp.offer(newer)).handlerVersion, '1.10.0');
  assert.deepEqual(
    lamp.trace().map((line) => line.split(' ', 2).join(' ')),
    ['1.2.0 enable', '1.2.0 disable', '1.2.0 uninstall', '1.10.0 install', '1.10.0 enable'],
  );
  assert.deepEqual(readdirSync(join(lamp.work, 'versions')), ['1.10.0']);
  for (const asked of [undefined, '1.2']) {
    const refused = await lamp.offer(archiveOf(), asked === undefined ? {} : { asked });
    assert.deepEqual([refused.phase, refused.code], ['failed', 'OlderVersion']);
  }
  assert.equal((await lamp.offer(archiveOf(), { asked: '1.2.0' })).handlerVersion, '1.2.0');
});

test('a download that was cut off is begun anew, and nothing is left of one that cannot be had', async () => {
  const lamp = await machine();
  const cut = new Error('aborted');
  assert.equal((await lamp.offer(archiveOf(), { served: [cut, cut, archiveOf()] })).phase, 'succeeded');
  const other = await machine();
  const report = await other.offer(archiveOf(), { served: [cut, cut, cut, archiveOf()] });
  assert.deepEqual([report.phase, report.code], ['failed', 'DownloadFailed']);
  assert.deepEqual(readdirSync(other.work), []);
});

test('one byte that is another anywhere is refused with the reason, and nothing of it is written', async () => {
  const archive = archiveOf();
  const flipped = Buffer.from(archive);
  flipped[archive.length >> 1]! ^= 1;
  const signed = signer.sign(archive);
  const cases: readonly [Parameters<Awaited<ReturnType<typeof machine>>['offer']>[1], string, RegExp][] = [
    [{ served: [flipped] }, 'ChecksumMismatch', /SHA-256/],
    [{ served: [Buffer.concat([archive, archive])] }, 'ChecksumMismatch', /bytes/],
    [
      { signed: { ...signed, manifest: signed.manifest.replace('1.2.0', '1.2.1') } },
      'PackageRefused',
      /not of this manifest/,
    ],
    [{ signed: { ...signed, signature: 'AAAA' } }, 'PackageRefused', /not of this manifest/],
    [{ signed: { ...signed, certificate: 'none' } }, 'PackageRefused', /no authority/],
    [
      { signed: (await signerAt(now)).sign(archive) },
      'PackageRefused',
      /no authority of this machine's cloud profile/,
    ],
    [{ signed: signer.signText('{}') }, 'PackageRefused', /no manifest/],
    [{ signed: signer.sign(archiveOf({ type: 'Other' })) }, 'PackageRefused', /was asked for/],
  ];
  for (const [given, code, why] of cases) {
    const lamp = await machine();
    const report = await lamp.offer(archive, given);
    assert.deepEqual([report.phase, report.code], ['failed', code], report.message);
    assert.match(report.message, why);
    assert.deepEqual(readdirSync(lamp.work), [], code);
  }
});

test('a certificate vouches for packages only in its time, and only where it was issued for them', async () => {
  const archive = archiveOf();
  const check = (by: Awaited<ReturnType<typeof signerAt>>, at: number) => () =>
    verifyManifest(by.sign(archive), { authorities: by.authorities, now: at });
  assert.equal(check(signer, now)().version, '1.2.0');
  assert.throws(check(signer, now + 398 * 86_400_000), /valid from/);
  assert.throws(check(signer, now - 86_400_000), /valid from/);
  assert.throws(check(await signerAt(now, 'server.test'), now), /not for extension-package\.invalid/);
});

test('an archive that could leave its directory, or grow beyond its bounds, is not unpacked', () => {
  const cases: readonly [string, Uint8Array, RegExp][] = [
    ['a path upwards', archiveOf({ files: { '../up': strToU8('x') } }), /leads out/],
    ['a path upwards within', archiveOf({ files: { 'a/../../up': strToU8('x') } }), /leads out/],
    ['an absolute path', archiveOf({ files: { '/etc/cron.d/x': strToU8('x') } }), /leads out/],
    ['another separator', archiveOf({ files: { 'a\\b': strToU8('x') } }), /letters, digits/],
    ['a link', archiveOf({ files: { link: withMode('/etc', 0o120777) } }), /links and devices/],
    ['a device', archiveOf({ files: { device: withMode('', 0o060600) } }), /links and devices/],
    ['a name twice', archiveOf({ files: { 'BIN/HANDLER': strToU8('x') } }), /twice/],
    [
      'a file that is a directory, too',
      archiveOf({ files: { Bin: strToU8('x') } }),
      /as a file and as a directory/,
    ],
    [
      'too many',
      zipSync(Object.fromEntries(Array.from({ length: 2_001 }, (_, index) => [`f${index}`, strToU8('')]))),
      /2000 are the most/,
    ],
    ['no archive', Buffer.from('x'.repeat(100)), /no ZIP file/],
    ['nothing', Buffer.alloc(0), /no ZIP file/],
    ['one that was cut off', archiveOf().subarray(0, -10), /no ZIP file, or was cut off/],
  ];
  for (const [what, archive, why] of cases)
    assert.throws(
      () => readArchive(archive),
      (error: Error) => error instanceof ArchiveRefused && why.test(error.message),
      what,
    );
  // A size that lies: zlib stops where the directory said that it ends.
  const bomb = Buffer.from(zipSync({ zeros: new Uint8Array(100_000) }));
  const directory = bomb.lastIndexOf(Buffer.from('PK\x01\x02'));
  bomb.writeUInt32LE(10, directory + 24);
  assert.throws(() => readArchive(bomb), ArchiveRefused);
  bomb.writeUInt32LE(300 * 1024 * 1024, directory + 24);
  assert.throws(() => readArchive(bomb), /are the most/);
  assert.throws(() => describePackage(zipSync({ a: strToU8('x') })), PackageRefused);
  assert.throws(
    () => describePackage(archiveOf({ files: { bin: { other: strToU8('') } } })),
    /no file 'bin\/handler'/,
  );
});
