import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Document, Json, JsonObject } from '@tombolo/store/port';
import fc from 'fast-check';
import { z } from 'zod';
import { ArmError } from './arm-error.ts';
import { tagsOf } from './envelope.ts';
import { mergePatch } from './json-object.ts';
import { parseBody } from './request-body.ts';
import { parseResourceId } from './resource-id.ts';
import { defineResourceType } from './resource-type.ts';

const part = z.object({ name: z.string() });
const type = defineResourceType<unknown>({
  type: 'A/b',
  apiVersions: ['2024-01-01'],
  placement: 'tracked',
  lists: [],
  envelope: ['sku'],
  readOnly: ['state'],
  properties: z.object({
    colour: z.enum(['red', 'blue']).optional(),
    size: z.object({ depth: z.number(), parts: z.array(part).nullish() }).optional(),
    labels: z.record(z.string(), part).optional(),
  }),
});
const id = parseResourceId('/subscriptions/s/resourceGroups/g/providers/A/b/c')!;
const parse = (body: Json | undefined, tolerant = false, existing?: Document) =>
  parseBody(type, id, body, { tolerant }, existing);
const refusal = (run: () => unknown): ArmError => {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof ArmError, String(error));
    return error;
  }
  return assert.fail('it was not refused');
};

describe('request bodies', () => {
  test('echoed and read-only members are passed over, names of properties are read without case', () => {
    const { command, ignored } = parse({
      id: 'x',
      name: 'x',
      type: 'x',
      etag: 'x',
      systemData: {},
      location: 'Japan East',
      sku: { name: 'S' },
      properties: { Colour: 'red', state: 'x', ProvisioningState: 'x' },
    });
    assert.deepEqual(command.properties, { colour: 'red' });
    assert.deepEqual(command.envelope, { sku: { name: 'S' } });
    assert.equal(command.location, 'japaneast');
    assert.deepEqual(ignored, []);
  });

  test('unknown members are refused with a hint, or left out and named for a newer api-version', () => {
    const refused = refusal(() => parse({ location: 'x', properties: { color: 'red' } }));
    assert.equal(refused.target, 'properties.color');
    assert.match(refused.message, /Did you mean 'colour'\?/);
    assert.match(refusal(() => parse({ location: 'x', zones: ['1'] })).message, /Known members are/);
    const { ignored } = parse({ location: 'x', zones: ['1'], properties: { color: 'red' } }, true);
    assert.deepEqual([...ignored].sort(), ['properties.color', 'zones']);
  });

  test('names within a property are read without case; unknown ones are left out and named, but for what answers carry', () => {
    const { command, ignored } = parse({
      location: 'x',
      properties: {
        Size: {
          DEPTH: 1,
          wide: 2,
          Id: 'x',
          provisioningState: 'x',
          State: 'x',
          parts: [{ NAME: 'a', odd: 1 }],
        },
        labels: { Key: { NAME: 'b', other: 3 } },
      },
    });
    assert.deepEqual(command.properties, {
      size: { depth: 1, parts: [{ name: 'a' }] },
      labels: { Key: { name: 'b' } },
    });
    assert.deepEqual(ignored, [
      'properties.size.wide',
      'properties.size.parts[0].odd',
      'properties.labels.Key.other',
    ]);
    const both = parse({ location: 'x', properties: { size: { DEPTH: 'x', depth: 1 } } });
    assert.deepEqual(both.command.properties, { size: { depth: 1 } }, 'the exact one is meant');
    const refused = refusal(() => parse({ location: 'x', properties: { size: { Depth: 'deep' } } }));
    assert.equal(refused.target, 'properties.size.depth');
  });

  test('an update keeps its location', () => {
    const existing: Document = { id: id.text, type: 'A/b', version: 1, body: { location: 'japaneast' } };
    assert.equal(parse({}, false, existing).command.location, 'japaneast');
    assert.equal(refusal(() => parse({})).code, 'LocationRequired');
  });

  for (const [body, target] of [
    [undefined, undefined],
    [null, undefined],
    ['text', undefined],
    [[], undefined],
    [{ location: 'x', properties: 'x' }, 'properties'],
    [{ location: 'x', properties: { colour: 'green' } }, 'properties.colour'],
    [{ location: 'x', properties: { size: { depth: 'deep' } } }, 'properties.size.depth'],
    [{ location: {} }, 'location'],
    [{ location: 'x', tags: [] }, 'tags'],
  ] as readonly (readonly [Json | undefined, string | undefined])[]) {
    test(`${JSON.stringify(body)} is 400 at ${target}`, () => {
      const refused = refusal(() => parse(body));
      assert.equal(refused.status, 400);
      assert.equal(refused.target, target);
    });
  }

  test('any JSON is parsed or refused with an ArmError', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (body, properties) => {
        for (const candidate of [body, { location: 'x', properties }, { location: 'x', tags: properties }]) {
          try {
            parse(candidate as Json);
          } catch (error) {
            assert.ok(error instanceof ArmError);
          }
        }
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  test('a name of an object’s prototype is no property', () => {
    for (const name of ['__proto__', 'constructor', 'toString'])
      assert.equal(
        refusal(() => parse(JSON.parse(`{"location":"x","properties":{"${name}":{}}}`))).status,
        400,
        name,
      );
    assert.equal(({} as { polluted?: boolean }).polluted, undefined);
  });

  test('tags are bounded', () => {
    assert.deepEqual(tagsOf({ a: '' }), { a: '' });
    for (const tags of [
      { a: 1 },
      { '': 'x' },
      { a: 'x'.repeat(257) },
      { ['n'.repeat(513)]: 'x' },
      Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`t${index}`, 'x'])),
    ] as Json[])
      assert.equal(refusal(() => tagsOf(tags)).target, 'tags');
  });
});

describe('merge patch (RFC 7396)', () => {
  // The examples of RFC 7396, appendix A.
  const examples: readonly (readonly [Json, Json, Json])[] = [
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ];
  for (const [target, patch, expected] of examples)
    test(`${JSON.stringify(target)} + ${JSON.stringify(patch)}`, () =>
      assert.deepEqual(mergePatch(target, patch), expected));

  test('a patch is idempotent and leaves what it is applied to as it was', () => {
    const json = fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue({ maxDepth: 2 }), {
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(json, json, (target, patch) => {
        const before = structuredClone(target);
        const once = mergePatch(target as JsonObject, patch as JsonObject);
        assert.deepEqual(mergePatch(once, patch as JsonObject), once);
        assert.deepEqual(target, before);
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});
