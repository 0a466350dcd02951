import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isHostName } from './host-name.ts';

const longest = `${'a'.repeat(63)}.`.repeat(3);

describe('a host name', () => {
  for (const text of ['a', 'host-1.example', '1.example', 'xn--4ca.example', `${longest}${'b'.repeat(61)}`])
    test(`${text.slice(0, 20)} is one`, () => assert.ok(isHostName(text)));

  for (const text of [
    '',
    '.',
    'a.',
    '.a',
    'a..b',
    '-a.example',
    'a-.example',
    'A.example',
    'ä.example',
    'a b',
    'a_b',
    '*.example',
    'a\n',
    `${'a'.repeat(64)}.example`,
    `${longest}${'b'.repeat(62)}`,
  ])
    test(`${JSON.stringify(text.slice(0, 20))} is none`, () => assert.ok(!isHostName(text)));

  test('has underscores, patterns and several labels only where that is said', () => {
    assert.ok(isHostName('_ldap._tcp.a_b', { underscores: true }));
    assert.ok(!isHostName('*.a_b', { underscores: true }));
    assert.ok(isHostName('*.a-*', { wildcards: true }));
    assert.ok(!isHostName('a_b', { wildcards: true }));
    assert.ok(!isHostName('host', { labels: 2 }));
    assert.ok(isHostName('host.example', { labels: 2 }));
  });
});
