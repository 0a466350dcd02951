import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { createAuthority } from '@tombolo/identity';
import { createServerCertificates } from './server-certificates.ts';

test('server certificates are renewed when a month is left, and not before', async () => {
  let now = Date.UTC(2026, 0, 1);
  const authority = await createAuthority({ name: 'test', now });
  const used: string[] = [];
  const note = (name: string) => (issued: { certificate: string }) => {
    used.push(`${name} ${new X509Certificate(issued.certificate).subjectAltName}`);
  };
  const certificates = createServerCertificates({
    authority,
    names: { arm: ['localhost'], services: ['*.his.example'] },
    now: () => now,
    use: { arm: note('arm'), services: note('services') },
  });
  await certificates.issue();
  assert.deepEqual(used, ['arm DNS:localhost', 'services DNS:*.his.example']);
  now += 366 * 86_400_000;
  assert.equal(await certificates.renewDue(), 0);
  now += 2 * 86_400_000;
  assert.equal(await certificates.renewDue(), 2);
  assert.equal(await certificates.renewDue(), 0);
  assert.equal(used.length, 4);
});
