import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { table } from './output.ts';
import { fitColumns, wrap } from './text-width.ts';

const length = (text: string): number => [...text].length;

describe('wrap', () => {
  test('between words, then at the joints of names, then anywhere', () => {
    assert.deepEqual(wrap('one two three', 8), ['one two', 'three']);
    assert.deepEqual(wrap('gbl.his.arc.azure.com', 12), ['gbl.his.arc.', 'azure.com']);
    assert.deepEqual(wrap('abcdefghij', 4), ['abcd', 'efgh', 'ij']);
    assert.deepEqual(wrap('a\n  indented text', 12), ['a', '  indented', '  text']);
  });

  test('no line is wider, and no letter is lost', () =>
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme-ascii', maxLength: 200 }),
        fc.integer({ min: 4, max: 90 }),
        (text, width) => {
          const words = text.trim().replace(/\s+/g, ' ');
          const lines = wrap(words, width);
          assert.ok(lines.every((line) => length(line) <= width));
          assert.equal(lines.join('').replaceAll(' ', ''), words.replaceAll(' ', ''));
        },
      ),
      { seed: 9 },
    ));
});

describe('tables', () => {
  const id =
    '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/quickstart/providers/Microsoft.HybridCompute/machines/server-1';
  test('what fits is as it was', () =>
    assert.deepEqual(
      fitColumns(
        [
          ['a', 'bb'],
          ['ccc', 'd'],
        ],
        20,
      ),
      [3, 2],
    ));

  for (const width of [40, 80, 132])
    test(`of ${width} columns: a row of the activity log`, () => {
      const made = table(
        ['time', 'status', 'action', 'resource', 'code'],
        [
          [
            '2026-11-22T10:00:00.000Z',
            '403',
            'Microsoft.HybridCompute/machines/write',
            id,
            'PrivateLinkScopeNotFound',
          ],
        ],
        width,
      );
      for (const line of made.split('\n')) assert.ok(length(line) <= width, `${length(line)}: ${line}`);
      const cells = made
        .split('\n')
        .map((line) => line.split('│')[4] ?? '')
        .map((cell) => cell.trim());
      assert.ok(cells.join('').includes(id), 'the id is there, whole');
    });
});
