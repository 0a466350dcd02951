import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { BoundedMap } from './bounded-map.ts';
import { addCertificate, addSecret, CredentialRefused, checkSecret, removeSecret } from './credentials.ts';
import { createFailedAttempts } from './failed-attempts.ts';
import { day, makeClientCertificate, makeWorld } from './identity.testkit.ts';
import { readServicePrincipal, servicePrincipalBody } from './service-principals.ts';

test('a principal survives its document, in which no secret can be read', async () => {
  const { principal, secret } = await makeWorld();
  const text = JSON.stringify(servicePrincipalBody(principal));
  assert.equal(text.includes(secret), false);
  assert.equal(principal.secrets[0]!.hint, secret.slice(0, 3));
  assert.deepEqual(readServicePrincipal(JSON.parse(text)), principal);
  assert.equal(readServicePrincipal({ appId: 1 }), undefined);
});

test('a secret is valid until its end, and gone once removed', async () => {
  const { principal, secret, now } = await makeWorld();
  assert.equal(checkSecret(principal, secret, now), 'valid');
  assert.equal(checkSecret(principal, secret, now + 30 * day - 1), 'valid');
  assert.equal(checkSecret(principal, secret, now + 30 * day), 'expired');
  assert.equal(checkSecret(principal, `${secret}x`, now), 'wrong');
  assert.equal(checkSecret(removeSecret(principal, principal.secrets[0]!.keyId)!, secret, now), 'wrong');
});

test('no secret begins with a hyphen, which a command line would take for an option', async () => {
  const { principal, now } = await makeWorld();
  const random = Buffer.alloc(32, 0xff);
  assert.equal(Buffer.from(random.subarray(0, 3)).toString('base64url'), '____');
  random[0] = 0xf8;
  const { secretText } = addSecret(principal, {
    keyId: 'k',
    random,
    salt: randomBytes(16),
    now,
    endTime: now + day,
  });
  assert.match(secretText, /^[A-Za-f]/);
});

test('weak randomness and too many credentials are refused', async () => {
  const { principal, now } = await makeWorld();
  const add = (to: typeof principal, size: number) =>
    addSecret(to, { keyId: 'k', random: randomBytes(size), salt: randomBytes(16), now, endTime: now + day })
      .holder;
  assert.throws(() => add(principal, 16), CredentialRefused);
  let full = principal;
  while (full.secrets.length < 32) full = add(full, 32);
  assert.throws(() => add(full, 32), /remove one/);
});

test('a certificate is registered once, by both thumbprints, and only with an RSA key', async () => {
  const { principal } = await makeWorld();
  const { pem } = await makeClientCertificate();
  const once = addCertificate(principal, { keyId: 'a', pem });
  const twice = addCertificate(once, { keyId: 'b', pem });
  assert.deepEqual(
    twice.certificates.map(({ keyId }) => keyId),
    ['b'],
  );
  assert.match(twice.certificates[0]!.sha256, /^[\w-]{43}$/);
  assert.match(twice.certificates[0]!.sha1, /^[\w-]{27}$/);
  for (const bad of ['', 'x', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----']) {
    assert.throws(() => addCertificate(principal, { keyId: 'a', pem: bad }), CredentialRefused);
  }
});

test('bounded maps forget what was used least recently', () => {
  const map = new BoundedMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.get('a');
  map.set('c', 3);
  assert.deepEqual([map.size, map.get('a'), map.get('b'), map.get('c')], [2, 1, undefined, 3]);
  assert.throws(() => new BoundedMap(0), RangeError);
});

test('failures are counted within a window and forgotten after success', () => {
  const attempts = createFailedAttempts({ limit: 2, windowMs: 1000 });
  attempts.failed('C', 's', 0);
  assert.equal(attempts.secondsToWait('c', 's', 1), 0);
  attempts.failed('c', 's', 500);
  assert.equal(attempts.secondsToWait('c', 's', 500), 1);
  assert.equal(attempts.secondsToWait('c', 's', 1000), 0);
  attempts.failed('c', 's', 1000);
  assert.equal(attempts.secondsToWait('c', 's', 1001), 0);
  attempts.failed('c', 's', 1001);
  attempts.succeeded('c', 's');
  assert.equal(attempts.secondsToWait('c', 's', 1002), 0);
  for (const now of [2000, 3000, 3001]) attempts.failed('c', 's', now);
  assert.equal(
    attempts.secondsToWait('c', 's', 3001),
    1,
    'a window is over when its time is: the next began at 3000',
  );
});
