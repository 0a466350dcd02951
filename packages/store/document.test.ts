import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  groupIdIn,
  isObject,
  jsonOf,
  listAt,
  nameOf,
  objectAt,
  objectOf,
  objectsAt,
  parentIdOf,
  propertiesIn,
  propertiesOf,
  referenceAt,
  saysNothing,
  stringAt,
  stringsAt,
  subscriptionIdIn,
  textAt,
  withValues,
} from './document.ts';

/** One of each that JSON has, and undefined. */
const all = {
  none: undefined,
  null: null,
  yes: true,
  one: 1,
  empty: '',
  text: 'a',
  list: ['b', {}, 2, null, [], ''],
  object: { id: 'c' },
};
const keys = Object.keys(all) as (keyof typeof all)[];
const where = (holds: (key: keyof typeof all) => boolean) => keys.filter(holds);

test('each reader takes its own kind and is silent about every other', () => {
  assert.deepEqual(
    where((key) => isObject(all[key])),
    ['object'],
  );
  assert.deepEqual(
    where((key) => objectAt(all, key) !== undefined),
    ['object'],
  );
  assert.deepEqual(
    where((key) => objectOf(all[key]) === all[key]),
    ['object'],
  );
  assert.deepEqual(
    where((key) => stringAt(all, key) !== undefined),
    ['empty', 'text'],
  );
  assert.deepEqual(
    where((key) => textAt(all, key) !== undefined),
    ['text'],
  );
  assert.deepEqual(
    where((key) => listAt(all, key).length > 0),
    ['list'],
  );
  assert.deepEqual(
    where((key) => objectsAt(all, key).length > 0),
    ['list'],
  );
  assert.deepEqual(
    where((key) => stringsAt(all, key).length > 0),
    ['list'],
  );
  assert.deepEqual(
    where((key) => referenceAt(all, key) !== undefined),
    ['object'],
  );
  for (const read of [objectAt, stringAt, textAt, referenceAt]) assert.equal(read(undefined, 'a'), undefined);
  for (const read of [listAt, objectsAt, stringsAt]) assert.deepEqual(read(undefined, 'a'), []);
});

test('of a list they give the entries of their kind, in order', () => {
  assert.equal(listAt(all, 'list'), all.list);
  assert.deepEqual(objectsAt(all, 'list'), [{}]);
  assert.deepEqual(stringsAt(all, 'list'), ['b', '']);
  assert.equal(referenceAt({ subnet: { id: 7 } }, 'subnet'), undefined);
});

test('properties that are none are empty, in a document and in a body', () => {
  const properties = { a: 1 };
  assert.equal(propertiesOf({ body: { properties } }), properties);
  assert.equal(propertiesIn({ properties }), properties);
  for (const damaged of [undefined, null, [], 'a']) {
    assert.deepEqual(propertiesOf({ body: { properties: damaged } }), {});
    assert.deepEqual(propertiesIn({ properties: damaged }), {});
  }
});

test('name, parent, group and subscription of an id keep their case', () => {
  const id = '/subscriptions/s/resourceGroups/g/providers/N.N/parents/P/children/C';
  assert.equal(nameOf(id), 'C');
  assert.equal(parentIdOf(id), '/subscriptions/s/resourceGroups/g/providers/N.N/parents/P');
  assert.equal(groupIdIn(id), '/subscriptions/s/resourceGroups/g');
  assert.equal(subscriptionIdIn(id), '/subscriptions/s');
});

test('members without a value are left out, null as well; others stay as they are', () => {
  const zone = ['1'];
  const left = withValues({ a: undefined, b: null, c: 0, d: '', e: false, zone });
  assert.deepEqual(left, { c: 0, d: '', e: false, zone });
  assert.equal(left.zone, zone);
});

test('what clients send for what they do not set says nothing, however deep; 0 and a list of nothing say something', () => {
  for (const value of [undefined, null, '', false, [], {}, { a: null, b: { c: [], d: '' } }])
    assert.ok(saysNothing(value), JSON.stringify(value));
  for (const value of [0, true, ' ', [null], { a: { b: 0 } }, { a: [''] }])
    assert.equal(saysNothing(value), false, JSON.stringify(value));
});

test('an object of a declared type is JSON if all of it is, at compile time', () => {
  interface Ship {
    readonly name: string;
    readonly crew?: readonly { readonly age: number | null }[];
  }
  const ship: Ship = { name: 'Dunlin', crew: [{ age: null }] };
  assert.equal(jsonOf(ship), ship);
  // @ts-expect-error: a date is none.
  jsonOf({ at: new Date(0) });
  // @ts-expect-error: nor is a function, however deep.
  jsonOf({ crew: [{ age: () => 7 }] });
});
