/** Every property of every type is judged, refused, stored only or passed over, and what is said of it is so. */

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { type AnyResourceType, declarationOf, enumeratedValues, walkSchema } from '@tombolo/arm';
import { isObject, propertiesIn, withValues } from '@tombolo/store/document';
import type { Json, JsonObject } from '@tombolo/store/port';
import { type ArmWorld, createArmWorld, subscriptionId } from '@tombolo/testkit/arm-world';
import { z } from 'zod';
import { examples, idOf } from './every-type.testkit.ts';
import { providers } from './index.ts';
import { propertyTable } from './property-table.testkit.ts';
import { classify, type Treatment } from './property-treatment.testkit.ts';

const types = providers.flatMap((provider) => provider.types).filter((type) => type.properties && !type.gap);

describe('the properties of a type', () => {
  for (const type of types)
    test(`of ${type.type} are each said once what becomes of, and no other is`, () => {
      const { unclear, gone } = classify(type);
      assert.deepEqual({ unclear, gone }, { unclear: [], gone: [] });
    });

  test('are said of types that are here', () => {
    const known = new Set(types.map(({ type }) => type));
    assert.deepEqual(
      Object.keys(propertyTable).filter((type) => !known.has(type)),
      [],
    );
  });

  test('of which nothing is said, or two things, are found out', () => {
    const [type] = types.filter(({ type: name }) => name.endsWith('/virtualNetworks'));
    const { properties } = classify(type!);
    assert.equal(properties.get('ddosProtectionPlan.id'), 'refused');
    assert.equal(properties.get('addressSpace.addressPrefixes'), 'judged');
    assert.equal(properties.get('enableDdosProtection'), 'stored');
    assert.equal(properties.get('subnets.properties.addressPrefix'), undefined, 'the child’s own');
    const renamed = classify({ ...type!, type: 'Microsoft.Network/unknown' } as typeof type & object);
    assert.ok(renamed.unclear.includes('enableDdosProtection'));
  });
});

/** Values that some schema takes; the first that this one takes is written. */
const candidates: readonly Json[] = [
  'Word',
  '11111111-2222-4333-8444-555555555555',
  'Enabled',
  10,
  true,
  [],
  {},
];

/** A value of the schema with all of its parts; undefined: nothing here fits. */
const sampleOf = (schema: z.core.$ZodType): Json | undefined => {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const [value] = enumeratedValues(schema) ?? [];
  if (value !== undefined) return value;
  const declaration = declarationOf(schema);
  if (declaration) {
    const [namespace, ...names] = (declaration.type ?? 'Microsoft.Some/types').split('/');
    return `/subscriptions/${subscriptionId}/resourceGroups/g/providers/${namespace}/${names.map((name) => `${name}/x`).join('/')}`;
  }
  if (def.type === 'optional' || def.type === 'nullable') return sampleOf(def.innerType);
  if (def.type === 'pipe')
    return candidates.find((value) => z.safeParse(schema, value).success) ?? sampleOf(def.in);
  if (def.type === 'array') return [sampleOf(def.element)].filter((value) => value !== undefined);
  if (def.type === 'record') return { key: sampleOf(def.valueType) ?? 'Word' };
  if (def.type === 'object')
    return withValues(
      Object.fromEntries(Object.entries(def.shape).map(([name, part]) => [name, sampleOf(part)])),
    );
  return candidates.find((value) => z.safeParse(schema, value).success);
};

describe('what is said of a property is so', () => {
  let world: ArmWorld;
  before(async () => {
    world = await createArmWorld({ providers });
    for (const example of examples) {
      if (!example.body || example.madeBy) continue;
      await world.put(await idOf(example, world), example.body);
      await world.settle();
    }
  });

  /** Those that have one treatment with all of their parts. */
  const whole = (type: AnyResourceType, treatment: Treatment): readonly string[] => {
    const { properties } = classify(type);
    return Object.keys(type.properties?.shape ?? {}).filter((name) => {
      const parts = [...properties].filter(([leaf]) => leaf === name || leaf.startsWith(`${name}.`));
      return parts.length > 0 && parts.every(([, is]) => is === treatment);
    });
  };

  for (const type of types) {
    const example = examples.find(({ type: name, body }) => name === type.type && body);
    const names = ['stored', 'passedOver'].flatMap((treatment) =>
      whole(type, treatment as Treatment).map((name) => ({ name, treatment })),
    );
    if (!example || names.length === 0) continue;
    test(`${type.type}: what is stored is shown as it was written, what is passed over is not`, async () => {
      const id = await idOf(example, world);
      for (const { name, treatment } of names) {
        const schema = (type.properties!.shape as Readonly<Record<string, z.core.$ZodType>>)[name]!;
        const sample = sampleOf(schema)!;
        const properties = { ...propertiesIn(example.body!), [name]: sample };
        const { status, json } = await world.put(id, { ...example.body, properties });
        await world.settle();
        assert.ok(status < 300, `${name}: ${JSON.stringify(sample)} ${JSON.stringify(json)}`);
        const shown = (await world.get(id)).json.properties[name];
        if (treatment === 'stored') assert.deepEqual(shown, sample, name);
        else assert.notDeepEqual(shown, sample, name);
      }
    });
  }

  /** Where it is in the body; the first of several is the property whole. */
  const placeOf = (type: AnyResourceType, name: string) => {
    const found: { place: readonly string[]; schema: z.core.$ZodType }[] = [];
    walkSchema(type.properties!, (schema, place) => {
      if (place.filter((step) => step !== '[]' && step !== '{}').join('.') === name)
        found.push({ place: [...place], schema });
    });
    return found[0]!;
  };

  /** With the value there; of lists in the first item. What is on the way is made. */
  const within = (value: Json | undefined, place: readonly string[], leaf: Json): Json => {
    const [step, ...rest] = place;
    if (step === undefined) return leaf;
    if (step === '[]') {
      const [first, ...others] = Array.isArray(value) ? value : [];
      return [within(first, rest, leaf), ...others];
    }
    const members = isObject(value) ? value : {};
    return { ...members, [step]: within(members[step], rest, leaf) };
  };

  const at = (value: Json | undefined, place: readonly string[]): Json | undefined => {
    const [step, ...rest] = place;
    if (step === undefined) return value;
    if (step === '[]') return at(Array.isArray(value) ? value[0] : undefined, rest);
    return at(isObject(value) ? value[step] : undefined, rest);
  };

  for (const type of types) {
    const parts = [...classify(type).properties].flatMap(([name, treatment]) => {
      const [top = ''] = name.split('.');
      const covered = ['stored', 'passedOver'].some((each) => whole(type, each as Treatment).includes(top));
      return covered || (treatment !== 'stored' && treatment !== 'passedOver') ? [] : [{ name, treatment }];
    });
    if (parts.length === 0) continue;
    test(`${type.type}: of a property with several fates each part is what is said of it`, async () => {
      for (const { name, treatment } of parts) {
        const { place, schema } = placeOf(type, name);
        const ofType = examples.filter((each) => each.type === type.type && each.body);
        const example = ofType.find(({ body }) => propertiesIn(body!)[place[0]!] !== undefined) ?? ofType[0]!;
        const id = await idOf(example, world);
        const base = example.madeBy ? (await world.get(id)).json.properties : propertiesIn(example.body!);
        const sample = sampleOf(schema)!;
        const body = { ...example.body, properties: within(base, place, sample) } as JsonObject;
        const { status, json } = await world.put(id, body);
        await world.settle();
        assert.ok(status < 300, `${name}: ${JSON.stringify(sample)} ${JSON.stringify(json)}`);
        const shown = at((await world.get(id)).json.properties, place);
        if (treatment === 'stored') assert.deepEqual(shown, sample, name);
        else assert.notDeepEqual(shown, sample, name);
      }
    });
  }
});
