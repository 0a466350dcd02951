import assert from 'node:assert/strict';
import type { webcrypto } from 'node:crypto';
import { describe, test } from 'node:test';
import { createAuthority } from './certificate-authority.ts';
import { type CertificateRequestRefused, keyOfRequest } from './certificate-request.ts';
import { requestFor } from './identity.testkit.ts';
import { issueMachineCertificate } from './machine-certificate.ts';
import { readIssuerChain, verifyMachineCertificate } from './machine-certificate-check.ts';
import { X509Certificate } from './x509.ts';

const now = Date.now();
const day = 86_400_000;
const vmId = '7a1f3c1e-1111-4222-8333-944445555666';
const machineId =
  '/subscriptions/s/resourceGroups/grüppe (1)/providers/Microsoft.HybridCompute/machines/web 01';

const ecParameters = { name: 'ECDSA', namedCurve: 'P-256' };
const rsa = (modulusLength: number): webcrypto.RsaHashedKeyGenParams => ({
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
});
const refusedFor = (reason: CertificateRequestRefused['reason']) => (error: CertificateRequestRefused) =>
  error.reason === reason;

describe('machine certificates', () => {
  test('name the machine as we say, not as the request says, for 90 days', async () => {
    const authority = await createAuthority({ name: 'Test', now });
    for (const parameters of [ecParameters, { name: 'ECDSA', namedCurve: 'P-384' }, rsa(2048)]) {
      const issued = await issueMachineCertificate(authority, {
        request: await requestFor(parameters),
        vmId,
        machineId,
        now,
      });
      const check = await verifyMachineCertificate(
        [readIssuerChain(authority.chain)],
        issued.certificate,
        now,
      );
      assert.ok(check.valid);
      assert.deepEqual(
        [check.vmId, check.machineId, check.serialNumber],
        [vmId, machineId, issued.serialNumber],
      );
      const leaf = new X509Certificate(issued.certificate);
      assert.equal(leaf.subject, `CN=${vmId}`);
      assert.deepEqual(
        [...leaf.extensions].filter(({ critical }) => critical).map(({ type }) => type),
        // Basic constraints and key usage: who does not know them may not take the certificate (RFC 5280 §4.2).
        ['2.5.29.19', '2.5.29.15'],
      );
      const at = async (time: number): Promise<string> => {
        const result = await verifyMachineCertificate(
          [readIssuerChain(authority.chain)],
          issued.certificate,
          time,
        );
        return result.valid ? 'valid' : result.fault;
      };
      assert.equal(await at(now + 90 * day - 1000), 'valid');
      assert.equal(await at(now + 90 * day + 1000), 'expired');
      assert.equal(await at(now - day), 'not-yet-valid');
    }
  });

  test('a request without proof of possession is refused', async () => {
    const request = await requestFor();
    const bytes = Buffer.from(request.replace(/-----.*?-----|\s/g, ''), 'base64');
    bytes[bytes.length - 3]! ^= 1;
    await assert.rejects(keyOfRequest(bytes.toString('base64')), refusedFor('no-proof-of-possession'));
    await assert.rejects(
      keyOfRequest(await requestFor(ecParameters, 'SHA-1')),
      refusedFor('no-proof-of-possession'),
    );
  });

  test('weak and foreign keys are refused, and so is what is no request', async () => {
    await assert.rejects(keyOfRequest(await requestFor(rsa(1024))), refusedFor('weak-key'));
    await assert.rejects(
      keyOfRequest(await requestFor({ name: 'ECDSA', namedCurve: 'P-521' }, 'SHA-512')),
      refusedFor('weak-key'),
    );
    for (const text of [
      '',
      'x',
      '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----',
      'A'.repeat(20_000),
    ]) {
      await assert.rejects(keyOfRequest(text), refusedFor('malformed'));
    }
  });
});
