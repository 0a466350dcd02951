import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import {
  AuthorityRefused,
  authorityBody,
  bringAuthority,
  createAuthority,
  loadAuthority,
} from './certificate-authority.ts';
import { requestFor } from './identity.testkit.ts';
import { issueMachineCertificate } from './machine-certificate.ts';
import { readIssuerChain, verifyMachineCertificate } from './machine-certificate-check.ts';
import { randomSerial } from './serial-number.ts';
import { issueServerCertificate } from './server-certificate.ts';

const now = Date.now();
const day = 86_400_000;
const vmId = '7a1f3c1e-1111-4222-8333-944445555666';
const machineId =
  '/subscriptions/s/resourceGroups/grüppe (1)/providers/Microsoft.HybridCompute/machines/web 01';
const directory = mkdtempSync(join(tmpdir(), 'tombolo-ca-'));
after(() => rmSync(directory, { recursive: true, force: true }));
const file = (name: string, content: string): string => {
  const path = join(directory, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
};
const openssl = spawnSync('openssl', ['version']).status === 0;
const run = (...args: readonly string[]): string =>
  execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

describe('the authority', () => {
  test('survives its document: what is loaded signs as what was made', async () => {
    const made = await createAuthority({ name: 'Test', now });
    const loaded = await loadAuthority(JSON.parse(JSON.stringify(authorityBody(made))));
    assert.deepEqual(loaded.chain, made.chain);
    const issued = await issueMachineCertificate(loaded, {
      request: await requestFor(),
      vmId,
      machineId,
      now,
    });
    assert.equal(
      (await verifyMachineCertificate([readIssuerChain(made.chain)], issued.certificate, now)).valid,
      true,
    );
    await assert.rejects(loadAuthority({ chain: [] }), AuthorityRefused);
  });

  test('openssl verifies server and machine certificates, for their purpose and host names only', {
    skip: !openssl,
  }, async () => {
    const authority = await createAuthority({ name: 'Test, with = odd + characters', now });
    const ca = file('ca.pem', authority.chain[0]!);
    const text = run('x509', '-in', ca, '-noout', '-text');
    assert.match(text, /CA:TRUE, pathlen:0/);
    const server = file(
      'server.pem',
      (
        await issueServerCertificate(authority, {
          names: ['localhost', '*.his.arc.example', '127.0.0.9'],
          now,
        })
      ).certificate,
    );
    const verify = (...args: readonly string[]): number | null =>
      spawnSync('openssl', ['verify', '-CAfile', ca, ...args]).status;
    assert.equal(verify('-purpose', 'sslserver', '-verify_hostname', 'gbl.his.arc.example', server), 0);
    assert.equal(verify('-purpose', 'sslserver', '-verify_ip', '127.0.0.9', server), 0);
    assert.notEqual(verify('-purpose', 'sslserver', '-verify_hostname', 'other.example', server), 0);
    assert.notEqual(verify('-purpose', 'sslclient', server), 0);
    const machine = await issueMachineCertificate(authority, {
      request: await requestFor(),
      vmId,
      machineId,
      now,
    });
    const machineFile = file('machine.pem', machine.certificate);
    assert.equal(verify('-purpose', 'sslclient', machineFile), 0);
    assert.notEqual(verify('-purpose', 'sslserver', machineFile), 0);
    assert.match(
      run('x509', '-in', machineFile, '-noout', '-subject'),
      new RegExp(`CN\\s*=\\s*${vmId}\\s*$`),
    );
  });

  test('serial numbers are 128 random bits, positive in DER whatever their first byte', {
    skip: !openssl,
  }, async () => {
    assert.match(randomSerial(), /^[0-9a-f]{32}$/);
    assert.equal(randomSerial(() => new Uint8Array(16)).slice(0, 2), '01');
    assert.equal(
      randomSerial(() => new Uint8Array(16).fill(0xfe)),
      'fe'.repeat(16),
      'nothing else is changed',
    );
    const authority = await createAuthority({ name: 'Test', now });
    for (let count = 0; count < 8; count += 1) {
      const issued = await issueServerCertificate(authority, { names: ['localhost'], now });
      const shown = run('x509', '-in', file('serial.pem', issued.certificate), '-noout', '-serial').trim();
      assert.equal(shown.toLowerCase(), `serial=${issued.serialNumber}`);
    }
  });

  test('certificates never outlive their authority, and take only real names', async () => {
    const authority = await createAuthority({ name: 'Test', now: now - 3650 * day });
    const issued = await issueServerCertificate(authority, { names: ['localhost'], now });
    assert.equal(issued.notAfter, authority.issuer.notAfter.getTime());
    const above = await createAuthority({ name: 'Above', now: now - 3651 * day });
    const short = { ...authority, chain: [...authority.chain, ...above.chain] };
    const end = above.issuer.notAfter.getTime();
    assert.equal((await issueServerCertificate(short, { names: ['localhost'], now })).notAfter, end);
    const machine = { request: await requestFor(), vmId, machineId, now };
    assert.equal((await issueMachineCertificate(short, machine)).notAfter, end, 'nor what is above that');
    for (const name of ['', 'a..b', '*.*.example', 'a.*.example', 'exa mple', '-a.example', '1.2.3.4/8']) {
      await assert.rejects(issueServerCertificate(authority, { names: [name], now }), RangeError, name);
    }
  });
});

describe('an authority brought from elsewhere', { skip: !openssl }, () => {
  // What openssl signs starts at its own now.
  const later = now + 60_000;
  const make = (): { readonly key: string; readonly chain: string; readonly root: string } => {
    const path = (name: string): string => join(directory, name);
    run(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      path('root.key'),
      '-out',
      path('root.crt'),
      '-days',
      '30',
      '-subj',
      '/CN=Own root',
    );
    run(
      'req',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-384',
      '-nodes',
      '-keyout',
      path('sub.key'),
      '-out',
      path('sub.csr'),
      '-subj',
      '/CN=Own issuing',
    );
    const sign = (request: string, certificate: string, extensions: string): void => {
      const root = ['-CA', path('root.crt'), '-CAkey', path('root.key'), '-CAcreateserial', '-days', '20'];
      const by = file(`${certificate}.ext`, extensions);
      run('x509', '-req', '-in', path(request), ...root, '-extfile', by, '-out', path(certificate));
    };
    const authority = 'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign';
    sign('sub.csr', 'sub.crt', authority);
    sign('sub.csr', 'leaf.crt', 'basicConstraints=CA:FALSE');
    const read = (name: string): string => execFileSync('cat', [path(name)], { encoding: 'utf8' });
    return { key: read('sub.key'), chain: read('sub.crt') + read('root.crt'), root: read('root.crt') };
  };

  test('signs, and its servers send the intermediate', async () => {
    const own = make();
    const authority = await bringAuthority({ privateKey: own.key, chain: own.chain, now: later });
    const server = await issueServerCertificate(authority, { names: ['localhost'], now: later });
    assert.equal(server.certificate.match(/BEGIN CERTIFICATE/g)?.length, 2);
    const root = file('own-root.pem', own.root);
    const leaf = file('own-leaf.pem', server.certificate);
    run('verify', '-CAfile', root, '-untrusted', leaf, '-purpose', 'sslserver', leaf);
    const machine = await issueMachineCertificate(authority, {
      request: await requestFor(),
      vmId,
      machineId,
      now: later,
    });
    assert.equal(
      (await verifyMachineCertificate([readIssuerChain(authority.chain)], machine.certificate, later)).valid,
      true,
    );
    const rootOnly = await bringAuthority({
      privateKey: execFileSync('cat', [join(directory, 'root.key')], { encoding: 'utf8' }),
      chain: own.root,
      now: later,
    });
    assert.equal(
      (await issueServerCertificate(rootOnly, { names: ['localhost'], now: later })).certificate.match(
        /BEGIN/g,
      )?.length,
      1,
    );
  });

  test('is refused with the reason: wrong key, no authority, wrong order, expired, unreadable', async () => {
    const own = make();
    const read = (name: string): string => execFileSync('cat', [join(directory, name)], { encoding: 'utf8' });
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
      format: 'pem',
      type: 'pkcs8',
    }) as string;
    const table: readonly (readonly [string, string, number, RegExp])[] = [
      [other, own.chain, later, /does not belong/],
      [own.key, read('leaf.crt'), later, /CA:TRUE/],
      [own.key, own.root + read('sub.crt'), later, /pathlen|not signed by/],
      [own.key, own.chain, later + 25 * day, /expired/],
      [own.key, own.chain, later - 25 * day, /not valid before/],
      ['nonsense', own.chain, later, /unencrypted PEM/],
      [own.key, 'nonsense', later, /0 PEM certificates/],
    ];
    for (const [privateKey, chain, at, message] of table) {
      await assert.rejects(
        bringAuthority({ privateKey, chain, now: at }),
        (error: Error) => error instanceof AuthorityRefused && message.test(error.message),
      );
    }
  });
});
