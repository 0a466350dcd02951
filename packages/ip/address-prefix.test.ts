import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonical, contains, covering, isExact, overlaps, readAddressPrefix } from './address-prefix.ts';

const read = (text: string) => readAddressPrefix(text)!;

describe('a prefix as an interval', () => {
  test('is kept as written; its canonical form has no bits behind the length', () => {
    const prefix = read('10.0.0.77/24');
    assert.deepEqual(
      [prefix.text, canonical(prefix), isExact(prefix), isExact(read('10.0.0.0/24'))],
      ['10.0.0.77/24', '10.0.0.0/24', false, true],
    );
  });

  test('contains and overlaps what it shares addresses with, in its own family', () => {
    const [wide, narrow, next] = [read('10.0.0.0/8'), read('10.255.255.0/24'), read('11.0.0.0/8')];
    assert.deepEqual(
      [contains(wide, narrow), contains(narrow, wide), contains(wide, wide)],
      [true, false, true],
    );
    assert.deepEqual(
      [overlaps(wide, narrow), overlaps(narrow, wide), overlaps(wide, next)],
      [true, true, false],
    );
    assert.deepEqual([overlaps(read('::/0'), wide), contains(read('::/0'), wide)], [false, false]);
  });
});

describe('the fewest prefixes of an interval', () => {
  const between = (first: string, last: string): readonly string[] =>
    covering(4, read(`${first}/32`).first, read(`${last}/32`).first).map(({ text }) => text);

  test('cover it exactly, ascending', () => {
    assert.deepEqual(between('10.0.0.1', '10.0.0.6'), [
      '10.0.0.1/32',
      '10.0.0.2/31',
      '10.0.0.4/31',
      '10.0.0.6/32',
    ]);
    assert.deepEqual(between('0.0.0.0', '255.255.255.255'), ['0.0.0.0/0']);
    assert.deepEqual(between('10.0.0.1', '10.0.0.0'), []);
  });
});
