import assert from 'node:assert/strict';
import { verify, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { createAuthority } from '@tombolo/identity';
import { bundleSignerName } from '@tombolo/onboarding';
import { fastify } from 'fastify';
import { bundleSignatureRoutes } from './bundle-signature-routes.ts';

const now = Date.UTC(2026, 10, 27);

test('checksums are signed for the operator alone, by a key that the authority vouches for under no server’s name', async (context) => {
  const authority = await createAuthority({ name: 'test', now });
  const app = fastify();
  context.after(() => app.close());
  await app.register(
    bundleSignatureRoutes({
      authority,
      now: () => now,
      isOperator: ({ headers }) => headers.authorization === 'Bearer operator',
    }),
  );
  const ask = (body: object, authorization = 'Bearer operator') =>
    app.inject({ method: 'POST', url: '/onboarding/signature', headers: { authorization }, payload: body });
  const checksums = 'ab  install.sh\n';

  const { certificate, signature } = (await ask({ checksums })).json();
  const signer = new X509Certificate(certificate);
  assert.equal(signer.checkHost(bundleSignerName), bundleSignerName);
  assert.ok(signer.verify(new X509Certificate(authority.chain[0]!).publicKey));
  const holds = (text: string) =>
    verify('sha256', Buffer.from(text), signer.publicKey, Buffer.from(signature, 'base64'));
  assert.deepEqual([holds(checksums), holds(`${checksums} `)], [true, false]);
  assert.notEqual((await ask({ checksums })).json().certificate, certificate);

  assert.equal((await ask({ checksums }, 'Bearer hybrid')).statusCode, 401);
  for (const body of [{}, { checksums: '' }, { checksums: 'x'.repeat(4_097) }, { checksums, more: 1 }])
    assert.equal((await ask(body)).statusCode, 400);
});
