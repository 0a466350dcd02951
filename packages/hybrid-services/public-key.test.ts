import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { formatClientPublicKey } from './client-public-key.testkit.ts';
import { createKey } from './proofs.testkit.ts';
import {
  parseClientPublicKey,
  parsePublicKeyJwk,
  publicKeyOfSpki,
  readPublicKeyJwk,
  thumbprint,
} from './public-key.ts';

const { jwk, privateJwk } = await createKey();
const spki = createPublicKey({ key: { ...jwk }, format: 'jwk' }).export({ format: 'der', type: 'spki' });

/** Each is wrong in one thing. */
const shapeless: readonly unknown[] = [
  undefined,
  null,
  'EC',
  7,
  {},
  { ...jwk, kty: 'RSA' },
  { ...jwk, crv: 'P-384' },
  { ...jwk, x: undefined },
  { ...jwk, y: 7 },
  { ...jwk, x: [jwk.x] },
  { ...jwk, y: [jwk.y] },
  { ...jwk, x: `${jwk.x}A` },
  { ...jwk, x: `A${jwk.x}` },
  { ...jwk, y: jwk.y.slice(1) },
  { ...jwk, y: `+${jwk.y.slice(1)}` },
  { ...privateJwk },
  { ...jwk, d: 'x' },
];
/** The right shape, and no point of the curve. */
const offCurve = { ...jwk, y: jwk.x };

describe('a public key as a JWK', () => {
  test('is read by its shape, without what stands beside it', () => {
    assert.deepEqual(readPublicKeyJwk({ ...jwk, use: 'sig', kid: 'k' }), jwk);
    assert.deepEqual(readPublicKeyJwk(offCurve), offCurve);
    for (const value of shapeless) assert.equal(readPublicKeyJwk(value), undefined, JSON.stringify(value));
  });

  test('is taken whole only where it is on the curve', () => {
    assert.deepEqual(parsePublicKeyJwk(jwk), jwk);
    for (const value of [...shapeless, offCurve])
      assert.equal(parsePublicKeyJwk(value), undefined, JSON.stringify(value));
  });

  test('RFC 7638: its thumbprint is over the required members in lexicographic order', () => {
    // RFC 9449 §4.2 shows this key, and §6.1 its thumbprint.
    const shown = {
      kty: 'EC',
      crv: 'P-256',
      x: 'l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs',
      y: '9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA',
    } as const;
    assert.equal(thumbprint(shown), '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I');
    assert.equal(thumbprint({ y: shown.y, x: shown.x, crv: shown.crv, kty: shown.kty }), thumbprint(shown));
  });
});

describe('a machine’s clientPublicKey', () => {
  test('is base64url or base64 of the SubjectPublicKeyInfo, or a JWK as text', () => {
    const text = formatClientPublicKey(jwk);
    assert.equal(text, spki.toString('base64url'));
    for (const spelled of [
      text,
      spki.toString('base64'),
      `${spki.toString('base64').slice(0, 64)}\n${spki.toString('base64').slice(64)}\n`,
      JSON.stringify(jwk),
      ` \n${JSON.stringify({ ...jwk, use: 'sig' })}`,
    ])
      assert.deepEqual(parseClientPublicKey(spelled), jwk, spelled);
  });

  test('is nothing else', () => {
    const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({
      format: 'der',
      type: 'spki',
    });
    const secret = createPrivateKey({ key: { ...privateJwk } as never, format: 'jwk' });
    for (const text of [
      undefined,
      7,
      '',
      'no key',
      '{',
      JSON.stringify(offCurve),
      JSON.stringify(privateJwk),
      p384.toString('base64url'),
      secret.export({ format: 'der', type: 'pkcs8' }).toString('base64url'),
      `${spki.toString('base64url')}!`,
      `!${spki.toString('base64url')}`,
      spki.subarray(0, 40).toString('base64url'),
    ])
      assert.equal(parseClientPublicKey(text), undefined, String(text));
  });

  test('is at most 2048 characters', () => {
    const padded = (length: number): string => JSON.stringify(jwk).padEnd(length);
    assert.deepEqual(parseClientPublicKey(padded(2048)), jwk);
    assert.equal(parseClientPublicKey(padded(2049)), undefined);
  });
});

test('the key of a SubjectPublicKeyInfo, in whatever bytes it comes', () => {
  const exact = new Uint8Array(spki);
  assert.deepEqual(publicKeyOfSpki(spki), jwk);
  assert.deepEqual(publicKeyOfSpki(exact), jwk);
  assert.deepEqual(publicKeyOfSpki(exact.buffer), jwk);
  const within = new Uint8Array(200);
  within.set(exact, 50);
  assert.deepEqual(publicKeyOfSpki(within.subarray(50, 50 + exact.length)), jwk);
  assert.equal(publicKeyOfSpki(new Uint8Array(10)), undefined);
});
