import assert from 'node:assert/strict';
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { describe, test } from 'node:test';
import { CertificateRequestRefused, keyOfRequest } from './certificate-request.ts';
import { requestFor } from './identity.testkit.ts';

/** DER: a tag, a length, contents. */
const der = (tag: number, ...contents: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(contents);
  const length = body.length;
  const head =
    length < 128
      ? [tag, length]
      : length < 256
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from(head), body]);
};
/** Where the contents of the value at `at` begin, and where the value after it does. */
const contents = (bytes: Buffer, at: number): number =>
  at + (bytes[at + 1]! < 128 ? 2 : 2 + (bytes[at + 1]! & 127));
const next = (bytes: Buffer, at: number): number => {
  const begin = contents(bytes, at);
  return begin + (begin === at + 2 ? bytes[at + 1]! : bytes.readUIntBE(at + 2, begin - at - 2));
};
const sha256WithRsa = der(0x30, Buffer.from('06092a864886f70d01010b0500', 'hex'));

/** A request for this key whose signature is nobody's (RFC 2986 §4). */
const unsigned = (spki: Uint8Array, algorithm = sha256WithRsa): string => {
  const info = der(0x30, Buffer.from([2, 1, 0]), der(0x30), spki, der(0xa0));
  return der(0x30, info, algorithm, der(0x03, Buffer.alloc(257))).toString('base64');
};
const rsaKey = (bits: number, exponent = [1, 0, 1]): Buffer => {
  const modulus = Buffer.alloc(bits / 8, 0xff);
  const key: JsonWebKey = {
    kty: 'RSA',
    n: modulus.toString('base64url'),
    e: Buffer.from(exponent).toString('base64url'),
  };
  return createPublicKey({ key, format: 'jwk' }).export({ format: 'der', type: 'spki' });
};
/** `taken`, or the reason and the whole message. */
const verdict = async (request: string): Promise<readonly string[]> => {
  try {
    await keyOfRequest(request);
    return ['taken'];
  } catch (error) {
    assert.ok(error instanceof CertificateRequestRefused, String(error));
    return [error.reason, error.message];
  }
};
const weak = (what: string) => [
  'weak-key',
  `${what} is not accepted: use EC P-256, EC P-384 or RSA of 2048 bits`,
];
const unproven = [
  'no-proof-of-possession',
  'the signature of the certificate request is not by the key that it names; sign it with that key',
];
const malformed = ['malformed', 'the certificate request is no PKCS#10 request in PEM'];
const bytesOf = (pem: string): Buffer => Buffer.from(pem.replace(/-----.*?-----|\s/g, ''), 'base64');

describe('the key of a certificate request', () => {
  test('is EC P-256 or P-384, or RSA of 2048 to 8192 bits with an exponent of at least 65537', async () => {
    for (const namedCurve of ['P-256', 'P-384'])
      assert.deepEqual(
        await verdict(await requestFor({ name: 'ECDSA', namedCurve }, 'SHA-384')),
        ['taken'],
        namedCurve,
      );
    // Judged before the signature: what is no longer weak is unproven.
    for (const bits of [2048, 8192])
      assert.deepEqual(await verdict(unsigned(rsaKey(bits))), unproven, String(bits));
    assert.deepEqual(await verdict(unsigned(rsaKey(2040))), weak('an RSA key of 2040 bits'));
    assert.deepEqual(await verdict(unsigned(rsaKey(8200))), weak('an RSA key of 8200 bits'));
    assert.deepEqual(await verdict(unsigned(rsaKey(2048, [3]))), weak('an RSA exponent below 65537'));
    assert.deepEqual(await verdict(unsigned(rsaKey(2048, [1, 0, 0]))), weak('an RSA exponent below 65537'));
    assert.deepEqual(
      await verdict(await requestFor({ name: 'ECDSA', namedCurve: 'P-521' }, 'SHA-512')),
      weak('the curve secp521r1'),
    );
  });

  test('is of a kind that is known', async () => {
    const ed25519 = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.alloc(32, 7).toString('base64url') },
      format: 'jwk',
    }).export({ format: 'der', type: 'spki' });
    assert.deepEqual(await verdict(unsigned(ed25519)), weak('a key of kind ed25519'));
    const strange = der(0x30, der(0x30, Buffer.from('06032a0304', 'hex')), der(0x03, Buffer.alloc(33)));
    assert.deepEqual(await verdict(unsigned(strange)), weak('a key of unknown kind'));
  });
});

describe('a certificate request', () => {
  test('is signed with SHA-256 or better, by the key that it names', async () => {
    const hashes = [
      'no-proof-of-possession',
      'the certificate request is not signed with SHA-256, SHA-384 or SHA-512',
    ];
    assert.deepEqual(
      await verdict(await requestFor({ name: 'ECDSA', namedCurve: 'P-256' }, 'SHA-1')),
      hashes,
    );
    const withoutHash = der(0x30, Buffer.from('06032b6570', 'hex'));
    assert.deepEqual(await verdict(unsigned(rsaKey(2048), withoutHash)), hashes);
    for (const hash of ['SHA-256', 'SHA-384', 'SHA-512'])
      assert.deepEqual(
        await verdict(await requestFor({ name: 'ECDSA', namedCurve: 'P-256' }, hash)),
        ['taken'],
        hash,
      );
  });

  test('is refused where its signature cannot even be read', async () => {
    const bytes = bytesOf(await requestFor());
    // SEQUENCE of info, algorithm and BIT STRING, which holds a SEQUENCE of two integers; as a SET it is no signature.
    const info = contents(bytes, 0);
    const algorithm = next(bytes, info);
    const signature = contents(bytes, next(bytes, algorithm)) + 1;
    assert.equal(bytes[signature], 0x30);
    bytes[signature] = 0x31;
    assert.deepEqual(await verdict(bytes.toString('base64')), unproven);
  });

  test('is PKCS#10 in PEM or base64, of at most 16 KiB', async () => {
    const request = await requestFor();
    assert.deepEqual(await verdict(request), ['taken']);
    assert.deepEqual(await verdict(bytesOf(request).toString('base64')), ['taken']);
    assert.deepEqual(await verdict(request.padEnd(16_384, '\n')), ['taken']);
    assert.deepEqual(await verdict(request.padEnd(16_385, '\n')), [
      'malformed',
      'the certificate request is longer than 16384 characters',
    ]);
    for (const text of [
      '',
      'x',
      '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----',
    ])
      assert.deepEqual(await verdict(text), malformed, text);
  });
});
