import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSecureContext } from 'node:tls';
import { isAcceptedProtocol, minVersion } from './tls-policy.ts';

test('R16: TLS 1.2 and 1.3 are accepted, everything before and everything unknown is not', () => {
  for (const protocol of ['TLSv1.2', 'TLSv1.3']) assert.equal(isAcceptedProtocol(protocol), true, protocol);
  for (const protocol of ['TLSv1', 'TLSv1.1', 'SSLv3', 'TLSv2', 'toString', '', null]) {
    assert.equal(isAcceptedProtocol(protocol), false, String(protocol));
  }
});

test('R16: the bound is spelled as node:tls takes it', () => {
  assert.doesNotThrow(() => createSecureContext({ minVersion }));
});
