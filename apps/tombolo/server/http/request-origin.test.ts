import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOriginOf } from './request-origin.ts';

const own = 'https://localhost:8443';
const originOf = createOriginOf(
  ['localhost', '127.0.0.1', '::1', 'fd00:0::2', 'Management.Azure.com', '*.example.org'],
  own,
);

test('a name or address that is served is gone on with, at whatever port it was reached', () => {
  for (const [host, origin] of [
    ['localhost:8443', own],
    ['localhost:9443', 'https://localhost:9443'],
    ['LOCALHOST:443', 'https://localhost'],
    ['localhost', 'https://localhost'],
    ['127.0.0.1:8443', 'https://127.0.0.1:8443'],
    ['[::1]:8443', 'https://[::1]:8443'],
    ['[FD00::2]', 'https://[fd00::2]'],
    ['management.azure.com', 'https://management.azure.com'],
  ])
    assert.equal(originOf(host), origin, host);
});

test('anything else leads to the installation itself', () => {
  for (const host of [
    undefined,
    '',
    'evil.example',
    'evil.example:8443',
    'localhost.evil.example',
    'evil.localhost',
    'localhost:8443@evil.example',
    'evil.example#localhost',
    'localhost/evil',
    'localhost?evil',
    'localhost:8443:1',
    'localhost:70000',
    'localhost, evil.example',
    'localhost\\@evil.example',
    ' localhost',
    'localhost.',
    '127.1.1.1',
    '[::2]:8443',
    '::1',
    'any.example.org',
    `${'a'.repeat(300)}.example`,
  ])
    assert.equal(originOf(host), own, host);
});
