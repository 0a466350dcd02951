/** Enumerated values of every schema: one comparison for all of them. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { enumeratedValues, walkSchema } from '@tombolo/arm';
import { type ZodType, z } from 'zod';
import { providers } from './index.ts';

interface Found {
  readonly at: string;
  readonly schema: z.core.$ZodType;
}

const parts: readonly Found[] = providers
  .flatMap(({ types }) => types)
  .flatMap(({ type, properties }) => {
    const found: Found[] = [];
    if (properties)
      walkSchema(properties, (schema, place) => found.push({ at: [type, ...place].join('.'), schema }));
    return found;
  });

describe('enumerated values', () => {
  test('are declared as such in every schema, and nowhere compared by the library or by hand', () => {
    const others = parts.filter(({ schema }) =>
      ['enum', 'literal'].includes((schema as z.core.$ZodTypes)._zod.def.type),
    );
    assert.deepEqual(
      others.map(({ at }) => at),
      [],
    );
  });

  const enumerations = parts.flatMap(({ at, schema }) => {
    const values = enumeratedValues(schema);
    return values === undefined ? [] : [{ at, values, schema: schema as ZodType }];
  });

  test('are there to be tried', () => assert.ok(enumerations.length > 10, String(enumerations.length)));

  for (const { at, values, schema } of enumerations)
    test(`${at} takes its values in any case, and no others`, () => {
      for (const value of values)
        for (const given of [value, value.toLowerCase(), value.toUpperCase()])
          assert.equal(z.parse(schema, given), value);
      for (const wrong of ['', `${values[0]} `, 'no such value', null, 1])
        assert.equal(schema.safeParse(wrong).success, false, String(wrong));
    });
});
