import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { describe, test } from 'node:test';
import { type Forgery, forgeLeaf } from './certificate.testkit.ts';
import { createAuthority } from './certificate-authority.ts';
import { CertificateRequestRefused, keyOfRequest } from './certificate-request.ts';
import { requestFor } from './identity.testkit.ts';
import { issueMachineCertificate } from './machine-certificate.ts';
import type { CertificateFault } from './machine-certificate-check.ts';
import {
  longestMachineCertificate,
  readIssuerChain,
  verifyMachineCertificate,
} from './machine-certificate-check.ts';
import { issueServerCertificate } from './server-certificate.ts';
import { ExtendedKeyUsage, Extension } from './x509.ts';

const now = Date.now();
const day = 86_400_000;
const vmId = '7a1f3c1e-1111-4222-8333-944445555666';
const machineId =
  '/subscriptions/s/resourceGroups/grüppe (1)/providers/Microsoft.HybridCompute/machines/web 01';

const authority = await createAuthority({ name: 'Test', now });
const authorities = [readIssuerChain(authority.chain)];
const { publicKey } = (await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
  'sign',
  'verify',
])) as webcrypto.CryptoKeyPair;

const verdict = async (input: string | Uint8Array, at = now, by = authorities): Promise<string> => {
  const check = await verifyMachineCertificate(by, input, at);
  return check.valid ? 'valid' : check.fault;
};
/** A length of `padding` octets is added by an extension of nobody. */
const padded = (octets: number): Forgery['more'] => [
  new Extension('1.3.6.1.4.1.99999.1', false, new Uint8Array(octets)),
];

describe('verifying a machine certificate', () => {
  const forged: readonly (readonly [string, Partial<Forgery>, CertificateFault | 'valid'])[] = [
    ['what is right in everything', {}, 'valid'],
    [
      'client authentication beside others',
      { usages: [ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth] },
      'valid',
    ],
    ['server authentication only', { usages: [ExtendedKeyUsage.serverAuth] }, 'not-a-machine'],
    ['no purpose at all', { usages: [] }, 'not-a-machine'],
    ['an authority', { authority: true }, 'not-a-machine'],
    ['no word on whether it is an authority', { authority: undefined }, 'valid'],
    ['no alternative name', { uris: [] }, 'not-a-machine'],
    ['a machine as a DNS name', { uris: [], dnsNames: [`armid:${encodeURI(machineId)}`] }, 'not-a-machine'],
    ['a URI of another scheme', { uris: ['https://example.org/machines/web'] }, 'not-a-machine'],
    [
      'the scheme in the middle of a URI',
      { uris: [`https://example.org/armid:${encodeURI(machineId)}`] },
      'not-a-machine',
    ],
    [
      'the machine beside another URI',
      { uris: ['https://example.org/', `armid:${encodeURI(machineId)}`] },
      'valid',
    ],
    ['no common name', { subject: 'O=nobody' }, 'not-a-machine'],
    ['a badly encoded ARM id', { uris: ['armid:/subscriptions/%E0%A4%A'] }, 'malformed'],
    ['not valid yet', { notBefore: now + 2_000 }, 'not-yet-valid'],
    ['expired', { notAfter: now - 2_000 }, 'expired'],
    ['as long as it may be', { more: padded(30_000) }, 'valid'],
    ['longer than that', { more: padded(longestMachineCertificate) }, 'malformed'],
  ];
  for (const [what, forgery, expected] of forged) {
    test(`${what}: ${expected}`, async () => {
      const leaf = await forgeLeaf(authority, { publicKey, machineId, now, ...forgery });
      assert.equal(await verdict(new Uint8Array(leaf.rawData)), expected);
    });
  }

  test('the bound of length is the last that is taken', async () => {
    const ofPadding = async (octets: number) =>
      new Uint8Array(
        (await forgeLeaf(authority, { publicKey, machineId, now, more: padded(octets) })).rawData,
      );
    // Signatures differ in length by an octet or two.
    const about = longestMachineCertificate - (await ofPadding(30_000)).length + 30_000;
    const lengths = new Map<number, Uint8Array>();
    for (
      let octets = about - 4;
      !(lengths.has(longestMachineCertificate) && lengths.has(longestMachineCertificate + 1));
      octets = octets < about + 4 ? octets + 1 : about - 4
    ) {
      const bytes = await ofPadding(octets);
      lengths.set(bytes.length, bytes);
    }
    assert.equal(await verdict(lengths.get(longestMachineCertificate)!), 'valid');
    assert.equal(await verdict(lengths.get(longestMachineCertificate + 1)!), 'malformed');
  });

  test('what it says of a good one: the names, the serial in one spelling, the end, the key', async () => {
    const leaf = await forgeLeaf(authority, { publicKey, machineId, now, serialNumber: '00ABCDEF' });
    const check = await verifyMachineCertificate(authorities, leaf.toString('pem'), now);
    assert.ok(check.valid);
    assert.deepEqual(
      [check.vmId, check.machineId, check.serialNumber, check.notAfter],
      [vmId, machineId, 'abcdef', leaf.notAfter.getTime()],
    );
    assert.deepEqual(
      Buffer.from(check.publicKey),
      Buffer.from(await webcrypto.subtle.exportKey('spki', publicKey)),
    );
    assert.equal(
      check.thumbprint,
      Buffer.from(await webcrypto.subtle.digest('SHA-256', leaf.rawData)).toString('base64url'),
    );
  });

  test('holds from its first second to its last, and no longer', async () => {
    const leaf = await forgeLeaf(authority, { publicKey, machineId, now });
    const [begins, ends] = [leaf.notBefore.getTime(), leaf.notAfter.getTime()];
    for (const [at, expected] of [
      [begins - 1, 'not-yet-valid'],
      [begins, 'valid'],
      [ends, 'valid'],
      [ends + 1, 'expired'],
    ] as const)
      assert.equal(await verdict(leaf.toString('pem'), at), expected);
  });

  test('outlives neither its issuer nor what is above that', async () => {
    const root = await createAuthority({ name: 'Root', now: now - 3651 * day });
    const above = [...authority.chain, ...root.chain];
    const leaf = (
      await forgeLeaf(authority, { publicKey, machineId, now, notAfter: now + 9000 * day })
    ).toString('pem');
    const end = authority.issuer.notAfter.getTime();
    assert.equal(await verdict(leaf, end), 'valid');
    assert.equal(await verdict(leaf, end + 1), 'issuer-not-valid');
    assert.equal(await verdict(leaf, now, [readIssuerChain(above)]), 'valid');
    assert.equal(
      await verdict(leaf, root.issuer.notAfter.getTime() + 1, [readIssuerChain(above)]),
      'issuer-not-valid',
    );
    const early = (await forgeLeaf(authority, { publicKey, machineId, now, notBefore: now - day })).toString(
      'pem',
    );
    const start = authority.issuer.notBefore.getTime();
    assert.equal(await verdict(early, start), 'valid');
    assert.equal(await verdict(early, start - 1), 'issuer-not-valid');
  });

  test('is issued by an authority of the installation itself, not by one of its name or above it', async () => {
    const twin = await createAuthority({ name: 'Test', now });
    const issued = await issueMachineCertificate(twin, { request: await requestFor(), vmId, machineId, now });
    assert.equal(await verdict(issued.certificate), 'unknown-issuer');
    assert.equal(await verdict(issued.certificate, now, []), 'unknown-issuer');
    assert.equal(await verdict(issued.certificate, now, [[]]), 'unknown-issuer');
    assert.equal(
      await verdict(issued.certificate, now, [...authorities, readIssuerChain(twin.chain)]),
      'valid',
    );
    const other = await createAuthority({ name: 'Other', now });
    const byOther = await forgeLeaf(other, { publicKey, machineId, now });
    assert.equal(
      await verdict(byOther.toString('pem'), now, [readIssuerChain([...authority.chain, ...other.chain])]),
      'unknown-issuer',
    );
    // Signed by the right key, under another issuer's name.
    const renamed = await forgeLeaf({ ...authority, issuer: other.issuer }, { publicKey, machineId, now });
    assert.equal(await verdict(renamed.toString('pem')), 'unknown-issuer');
  });

  test('a server certificate, the authority itself and garbage are no machines', async () => {
    const server = await issueServerCertificate(authority, { names: ['localhost'], now });
    assert.equal(await verdict(server.certificate.split('\n-----BEGIN')[0]!), 'not-a-machine');
    assert.equal(await verdict(authority.chain[0]!), 'not-a-machine');
    for (const bytes of [new Uint8Array(), new Uint8Array(64), new Uint8Array(40_000)])
      assert.equal(await verdict(bytes), 'malformed');
  });

  test('a byte changed anywhere in a request or certificate never yields another key or machine', async () => {
    const authority = await createAuthority({ name: 'Test', now });
    const authorities = [readIssuerChain(authority.chain)];
    const request = await requestFor();
    const issued = await issueMachineCertificate(authority, { request, vmId, machineId, now });
    const der = (pem: string): Buffer => Buffer.from(pem.replace(/-----.*?-----|\s/g, ''), 'base64');
    const changed = (bytes: Buffer, index: number): Buffer => {
      const copy = Buffer.from(bytes);
      copy[index] = copy[index]! ^ (1 << (index % 8));
      return copy;
    };
    // What is outside the signed part (an outer length) may be read leniently, as long as it means the same.
    const requestBytes = der(request);
    const key = Buffer.from((await keyOfRequest(request)).rawData).toString('hex');
    let refused = 0;
    for (let index = 0; index < requestBytes.length; index += 1) {
      try {
        const read = await keyOfRequest(changed(requestBytes, index).toString('base64'));
        assert.equal(Buffer.from(read.rawData).toString('hex'), key, `byte ${index}`);
      } catch (error) {
        assert.ok(error instanceof CertificateRequestRefused, `byte ${index}: ${error}`);
        refused += 1;
      }
    }
    assert.ok(refused > requestBytes.length * 0.95, `${refused} of ${requestBytes.length} refused`);
    const certificateBytes = der(issued.certificate);
    const original = await verifyMachineCertificate(authorities, certificateBytes, now);
    assert.ok(original.valid);
    let invalid = 0;
    for (let index = 0; index < certificateBytes.length; index += 1) {
      const check = await verifyMachineCertificate(authorities, changed(certificateBytes, index), now);
      if (check.valid)
        assert.deepEqual({ ...check, thumbprint: '' }, { ...original, thumbprint: '' }, `byte ${index}`);
      else invalid += 1;
    }
    assert.ok(invalid > certificateBytes.length * 0.95, `${invalid} of ${certificateBytes.length} refused`);
    for (let end = 0; end < certificateBytes.length; end += 7) {
      const check = await verifyMachineCertificate(authorities, certificateBytes.subarray(0, end), now);
      assert.equal(check.valid, false, `${end} bytes`);
    }
  });
});
