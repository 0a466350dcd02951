import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { compactDecrypt } from 'jose';
import { sealFor } from './sealed-text.ts';

const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

test('what is sealed is read with the machine’s key, with no other, and is another each time', async () => {
  const { publicKey, privateKey } = pair();
  const clientPublicKey = publicKey.export({ format: 'der', type: 'spki' }).toString('base64url');
  const sealed = (await sealFor(clientPublicKey, 'secret'))!;
  assert.notEqual(await sealFor(clientPublicKey, 'secret'), sealed);
  const { plaintext } = await compactDecrypt(sealed, privateKey);
  assert.equal(new TextDecoder().decode(plaintext), 'secret');
  await assert.rejects(compactDecrypt(sealed, pair().privateKey));
  const parts = sealed.split('.');
  parts[3] = `${parts[3]![0] === 'A' ? 'B' : 'A'}${parts[3]!.slice(1)}`;
  await assert.rejects(compactDecrypt(parts.join('.'), privateKey));
});

test('to what is no key nothing is sealed', async () => {
  for (const text of ['', 'nonsense', '{"kty":"EC"}']) assert.equal(await sealFor(text, 'secret'), undefined);
});
