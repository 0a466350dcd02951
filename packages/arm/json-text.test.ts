import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ArmError } from './arm-error.ts';
import { beyondJsonBounds, jsonBounds, parseJson } from './json-text.ts';

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const refusal = (text: string): string => {
  try {
    parseJson(text);
    return 'taken';
  } catch (error) {
    assert.ok(error instanceof ArmError && error.status === 400 && error.code === 'InvalidRequestContent');
    return error.message;
  }
};

describe('JSON of a request', () => {
  test('within the bounds is what JSON.parse makes of it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat(3), (value, space) => {
        const text = JSON.stringify(value, undefined, space);
        assert.deepEqual(parseJson(text), JSON.parse(text));
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  test('and every bound is exact', () => {
    assert.equal(refusal(nested(jsonBounds.depth)), 'taken');
    assert.match(refusal(nested(jsonBounds.depth + 1)), /nested deeper than 100 levels/);
    const name = (length: number): string => `{"a":{"${'n'.repeat(length)}" \n:1}}`;
    assert.equal(refusal(name(jsonBounds.nameLength - 1)), 'taken');
    assert.match(refusal(name(jsonBounds.nameLength + 1)), /name has more than 2048/);
    const list = (values: number): string => `[${new Array(values).fill('1').join(',')}]`;
    assert.equal(refusal(list(jsonBounds.values)), 'taken');
    assert.match(refusal(list(jsonBounds.values + 2)), /more than 200000 values/);
  });

  test('what stands in strings does not count, however it is escaped', () => {
    assert.equal(
      refusal(JSON.stringify({ a: '['.repeat(5_000), b: '"\\'.repeat(5_000), c: ',{'.repeat(300_000) })),
      'taken',
    );
    assert.match(refusal(`"\\\\"${nested(101)}`), /nested deeper/);
  });

  for (const text of ['', '{', '{"a":1,}', '"unended', '"\\', 'nul', `${nested(3)}]`, '\ufeff\ufeff{}'])
    test(`${JSON.stringify(text)} is refused`, () =>
      assert.match(refusal(text), /could not be deserialized/));

  test('a number that no double holds is refused, and not kept as null', () => {
    const digits = (count: number): string => `[${'9'.repeat(count)}]`;
    for (const text of ['1e400', '{"a":-1E+0309}', digits(310), `[${'9'.repeat(300)}e10]`])
      assert.match(refusal(text), /a number beyond what a double holds/, text);
    for (const text of ['1e308', '-1e-400', digits(308), '{"a":"1e400"}', '{"1e400":1}'])
      assert.deepEqual(parseJson(text), JSON.parse(text), text);
  });

  test('a byte order mark before it is passed over', () => {
    assert.deepEqual(parseJson('\ufeff{"a":1}'), { a: 1 });
    assert.throws(() => parseJson('\ufeff{"a":1}', 'refused'), /byte order mark/);
    assert.deepEqual(parseJson('{"a":1}', 'refused'), { a: 1 });
    assert.deepEqual(parseJson('{"a":"\ufeff"}'), { a: '\ufeff' }, 'it is what it is elsewhere');
  });

  test('each character is looked at three times at most, whatever the text: twice the text is twice the work', () => {
    const work = (text: string): number => {
      let looks = 0;
      const counted = {
        length: text.length,
        charCodeAt: (at: number) => {
          looks += 1;
          return text.charCodeAt(at);
        },
      };
      const endless = { depth: Number.POSITIVE_INFINITY, values: Number.POSITIVE_INFINITY, nameLength: 10 };
      assert.equal(beyondJsonBounds(counted as unknown as string, endless), undefined);
      return looks;
    };
    for (const part of [
      '[',
      '{"a":',
      '"',
      '\\',
      '"long enough for a name"   \n',
      ' ',
      '\\"',
      '1,',
      '"\\\\",[',
    ]) {
      const [one, two] = [work(part.repeat(2_000)), work(part.repeat(4_000))];
      assert.ok(one <= 3 * part.length * 2_000 + 3, part);
      assert.ok(two <= 2 * one + 3, part);
    }
  });

  test('4 MiB of brackets are refused at the hundred and first', () => {
    assert.match(refusal('['.repeat(4 * 1024 * 1024)), /nested deeper/);
    assert.match(refusal('{"a":'.repeat(800_000)), /nested deeper/);
  });
});
