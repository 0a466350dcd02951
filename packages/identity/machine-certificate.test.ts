import assert from 'node:assert/strict';
import type { webcrypto } from 'node:crypto';
import { describe, test } from 'node:test';
import { createAuthority } from './certificate-authority.ts';
import { CertificateRequestRefused, keyOfRequest } from './certificate-request.ts';
import { requestFor } from './identity.testkit.ts';
import { issueMachineCertificate, verifyMachineCertificate } from './machine-certificate.ts';
import { issueServerCertificate } from './server-certificate.ts';
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
      const check = await verifyMachineCertificate([authority], issued.certificate, now);
      assert.ok(check.valid);
      assert.deepEqual(
        [check.vmId, check.machineId, check.serialNumber],
        [vmId, machineId, issued.serialNumber],
      );
      assert.equal(new X509Certificate(issued.certificate).subject, `CN=${vmId}`);
      const at = async (time: number): Promise<string> => {
        const result = await verifyMachineCertificate([authority], issued.certificate, time);
        return result.valid ? 'valid' : result.reason;
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

  test('a byte changed anywhere in a request or certificate never yields another key or machine', async () => {
    const authority = await createAuthority({ name: 'Test', now });
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
    const original = await verifyMachineCertificate([authority], certificateBytes, now);
    assert.ok(original.valid);
    let invalid = 0;
    for (let index = 0; index < certificateBytes.length; index += 1) {
      const check = await verifyMachineCertificate([authority], changed(certificateBytes, index), now);
      if (check.valid)
        assert.deepEqual({ ...check, thumbprint: '' }, { ...original, thumbprint: '' }, `byte ${index}`);
      else invalid += 1;
    }
    assert.ok(invalid > certificateBytes.length * 0.95, `${invalid} of ${certificateBytes.length} refused`);
    for (let end = 0; end < certificateBytes.length; end += 7) {
      const check = await verifyMachineCertificate([authority], certificateBytes.subarray(0, end), now);
      assert.equal(check.valid, false, `${end} bytes`);
    }
  });

  test('another authority of the same name, a server certificate and garbage are not machines', async () => {
    const authority = await createAuthority({ name: 'Test', now });
    const twin = await createAuthority({ name: 'Test', now });
    const issued = await issueMachineCertificate(twin, { request: await requestFor(), vmId, machineId, now });
    const reason = async (input: string | Uint8Array): Promise<string> => {
      const check = await verifyMachineCertificate([authority], input, now);
      return check.valid ? 'valid' : check.reason;
    };
    assert.equal(await reason(issued.certificate), 'unknown-issuer');
    assert.equal((await verifyMachineCertificate([authority, twin], issued.certificate, now)).valid, true);
    const server = await issueServerCertificate(authority, { names: ['localhost'], now });
    assert.equal(await reason(server.certificate.split('\n-----BEGIN')[0]!), 'not-a-machine');
    assert.equal(await reason(authority.chain[0]!), 'not-a-machine');
    for (const bytes of [new Uint8Array(), new Uint8Array(64), new Uint8Array(40_000)])
      assert.equal(await reason(bytes), 'malformed');
  });
});
