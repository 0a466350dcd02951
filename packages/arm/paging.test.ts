import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '@tombolo/store/port';
import fc from 'fast-check';
import { ArmError } from './arm-error.ts';
import type { ArmRequest } from './message.ts';
import { defaultPageSize, pageQuery, pageResponse } from './paging.ts';

const request = (query: Record<string, string>) =>
  ({
    query: new Map(Object.entries(query)),
    origin: 'https://m.test',
    path: '/a/b',
  }) as unknown as ArmRequest;

describe('paging', () => {
  test('any key comes back from nextLink as it was, beside the other parameters', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 300, unit: 'binary' }), (key) => {
        const answer = pageResponse(request({ 'api-version': '1', $filter: "a eq 'ü&='" }), [], key);
        const next = new URL((answer.body as JsonObject).nextLink as string);
        assert.equal(next.searchParams.get('$filter'), "a eq 'ü&='");
        assert.equal(next.origin + next.pathname, 'https://m.test/a/b');
        const query = Object.fromEntries(
          [...next.searchParams].map(([name, value]) => [name.toLowerCase(), value]),
        );
        assert.equal(pageQuery(request(query)).after, key);
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  test('a page is 100 unless asked, and a last page has no nextLink', () => {
    assert.deepEqual(pageQuery(request({})), { size: defaultPageSize, after: undefined });
    assert.equal(pageQuery(request({ $top: '1000' })).size, 1000);
    assert.deepEqual(pageResponse(request({}), [{ a: 1 }], undefined).body, { value: [{ a: 1 }] });
  });

  test('its text is its body', () => {
    const items = [{ id: '/A', of: 'ü"\u2028' }, { id: '/B' }];
    for (const next of [undefined, '/b'])
      for (const some of [items, items.slice(0, 1), []]) {
        const { body, text } = pageResponse(request({ $top: '2' }), some, next);
        assert.equal(text, JSON.stringify(body));
      }
  });

  test('a page ends with 8 MiB, after one item at least, and its link goes on where it ended', () => {
    const item = (id: string, length: number) => ({ id, text: 'x'.repeat(length) });
    const after = (items: readonly JsonObject[]) => {
      const { value, nextLink } = pageResponse(request({}), items, 'the-end').body as {
        value: readonly JsonObject[];
        nextLink: string;
      };
      const token = new URL(nextLink).searchParams.get('$skiptoken')!;
      return [value.length, pageQuery(request({ $skiptoken: token })).after];
    };
    const mega = 1024 * 1024;
    assert.deepEqual(after([item('/A', 3 * mega), item('/B', 3 * mega), item('/C', 3 * mega)]), [2, '/b']);
    assert.deepEqual(after([item('/A', 9 * mega), item('/B', 1)]), [1, '/a']);
    assert.deepEqual(after([item('/A', mega), item('/B', 1)]), [2, 'the-end']);
  });

  for (const query of [
    { $top: '0' },
    { $top: '-1' },
    { $top: '1.5' },
    { $top: '1001' },
    { $top: 'x' },
    { $skiptoken: 'x' },
    { $skiptoken: '004' },
    { $skiptoken: '' },
    { $skiptoken: '0041'.repeat(3000) },
  ] as Record<string, string>[]) {
    test(`${JSON.stringify(query).slice(0, 40)} is refused`, () =>
      assert.throws(
        () => pageQuery(request(query)),
        (error) => error instanceof ArmError && error.code === 'InvalidQueryParameter',
      ));
  }
});
