import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareVersions, supportsPrivateEndpoints } from './agent-version.ts';

const version = fc.array(fc.oneof(fc.nat(12), fc.nat(999_999_999)), { minLength: 1, maxLength: 8 });

/** Independent of number arithmetic: eight segments padded with zeros to nine digits order as text. */
const padded = (segments: readonly number[]): string =>
  Array.from({ length: 8 }, (_, index) => String(segments[index] ?? 0).padStart(9, '0')).join('.');

test('R10: versions compare by numeric segments, as padded text does', () => {
  fc.assert(
    fc.property(version, version, fc.boolean(), (left, right, leadingZero) => {
      const [a, b] = [padded(left), padded(right)];
      const expected = a < b ? -1 : a > b ? 1 : 0;
      const written = left
        .map((segment) => (leadingZero && segment < 1e8 ? `0${segment}` : `${segment}`))
        .join('.');
      assert.equal(Math.sign(compareVersions(written, right.join('.')) ?? Number.NaN), expected);
    }),
    { seed: 10, numRuns: 2000 },
  );
});

test('R10: the minimum is 1.4, and 1.10 is later than 1.4', () => {
  const supported = [
    '1.4',
    '1.4.0',
    '1.04',
    '1.4.21320.001',
    '1.10',
    '1.67.02889.2014',
    '2',
    '1.4-preview',
    '1.4+build.7',
  ];
  const tooOld = ['1.3', '1.3.99999', '0.9', '1', '1.0', '1.3-z'];
  const unreadable = [
    '',
    ' 1.4',
    '1.4 ',
    'v1.4',
    '1.4.',
    '.4',
    '1,4',
    '1.4x',
    '9999999999',
    '1.2.3.4.5.6.7.8.9',
    '1.4\n',
  ];
  for (const text of supported) assert.equal(supportsPrivateEndpoints(text), true, text);
  for (const text of [...tooOld, ...unreadable]) assert.equal(supportsPrivateEndpoints(text), false, text);
  for (const text of unreadable) assert.equal(compareVersions(text, '1.4'), undefined, text);
});

test('R10: any text at all gets an answer', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40, unit: 'binary' }), (text) => {
      assert.equal(typeof supportsPrivateEndpoints(text), 'boolean');
    }),
    { seed: 10 },
  );
});

test('R10: what cannot be compared on either side is not compared', () => {
  for (const [left, right] of [
    ['1.4', 'latest'],
    ['latest', '1.4'],
    ['', ''],
  ] as const)
    assert.equal(compareVersions(left, right), undefined);
});
