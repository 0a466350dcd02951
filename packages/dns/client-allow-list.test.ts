import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientAllowList, loopbackPrefixes } from './client-allow-list.ts';

test('clients are those of the prefixes, and nobody else', () => {
  const serves = clientAllowList([...loopbackPrefixes, '10.1.0.0/16']);
  for (const address of ['127.9.9.9', '::1', '10.1.255.255']) assert.equal(serves(address), true, address);
  for (const address of ['10.2.0.0', '::2', '::ffff:192.0.2.1'])
    assert.equal(serves(address), false, address);
});

test('a link-local client is known with the zone that it comes with', () => {
  const serves = clientAllowList(['fe80::/10']);
  for (const address of ['fe80::1', 'fe80::1%eth0', 'fe80::1%2'])
    assert.equal(serves(address), true, address);
  assert.equal(serves('fec0::1%eth0'), false);
});

test('what is no prefix is refused, and so is one with bits of a host', () => {
  for (const prefix of ['10.0.0.1', '10.0.0.0/33', 'fe80::1%eth0/64', 'everybody'])
    assert.throws(() => clientAllowList([prefix]), RangeError, prefix);
});
