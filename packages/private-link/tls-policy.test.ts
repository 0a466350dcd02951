import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSecureContext } from 'node:tls';
import { minVersion } from './tls-policy.ts';

test('R16: the floor is TLS 1.2, in a word that node:tls knows', () => {
  assert.equal(minVersion, 'TLSv1.2');
  assert.doesNotThrow(() => createSecureContext({ minVersion }));
});
