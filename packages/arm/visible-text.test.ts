import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { invisibleIn, withInvisibleShown } from './visible-text.ts';

describe('characters that nobody sees', () => {
  const id = '/subscriptions/s/resourceGroups/g/providers/Microsoft.HybridCompute/privateLinkScopes/main';
  for (const [character, name] of [
    ['\r', 'a carriage return (U+000D)'],
    ['\n', 'a line feed (U+000A)'],
    ['\t', 'a tab (U+0009)'],
    ['\u00a0', 'a no-break space (U+00A0)'],
    ['\u200b', 'a zero width space (U+200B)'],
    ['\u200e', 'a left-to-right mark (U+200E)'],
    ['\u2028', 'the character U+2028'],
    ['\u3164', 'the character U+3164'],
    ['\ufeff', 'a byte order mark (U+FEFF)'],
    ['\u{e0001}', 'the character U+E0001'],
    ['\ud800', 'the character U+D800'],
  ] as const)
    test(`${name} is named, wherever it stands`, () => {
      assert.deepEqual(invisibleIn(`${id}${character}`), { name, where: 'at its end' });
      assert.deepEqual(invisibleIn(`${character}${id}`), { name, where: 'at its beginning' });
      assert.deepEqual(invisibleIn(`ma${character}in`), { name, where: "behind 'ma'" });
    });

  test('what people write is seen: spaces, umlauts, Japanese, emoji, every printable sign', () => {
    for (const text of [
      id,
      'Japan East',
      'Zürich-Süd',
      '東日本',
      '😀',
      ' !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
    ])
      assert.equal(invisibleIn(text), undefined, text);
  });

  test('shown, each is written out', () =>
    assert.equal(withInvisibleShown('a\u200bb c\r'), 'a‹U+200B›b c‹U+000D›'));
});
