import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renamedBody, renamedClaim, renamedId, renamerOf, spokenOf } from './renaming.ts';

const from = '/subscriptions/S/resourceGroups/Old/providers/Microsoft.X/things/one';
const to = '/subscriptions/S/resourceGroups/New/providers/Microsoft.X/things/one';
const renamings = renamerOf([{ from, to }]);

test('an id is renamed with all below it, in the case in which it is written, and no other is', () => {
  assert.equal(renamedId(from, renamings), to);
  assert.equal(renamedId(from.toUpperCase(), renamings), to);
  assert.equal(renamedId(`${from.toLowerCase()}/parts/Two`, renamings), `${to.toLowerCase()}/parts/Two`);
  for (const other of [`${from}x`, `x${from}`, from.slice(0, -1), '', `see ${from}`])
    assert.equal(renamedId(other, renamings), other);
});

test('a body speaks of it by its new id, in references and not in tags; one that does not is the same', () => {
  const body = {
    location: 'x',
    tags: { about: from },
    systemData: { createdBy: from },
    formerIds: [from],
    properties: { list: [{ id: `${from}/parts/1` }, 3, null], note: 'one', nested: { id: from } },
  };
  assert.deepEqual(renamedBody(body, renamings), {
    ...body,
    properties: { list: [{ id: `${to}/parts/1` }, 3, null], note: 'one', nested: { id: to } },
  });
  const silent = { tags: { about: from }, properties: { note: 'one', list: [['x']] } };
  assert.equal(renamedBody(silent, renamings), silent);
});

test('a claim is given up and taken by every holder where it speaks of it: in key, value or holder', () => {
  const [old, now] = [from.toLowerCase(), to.toLowerCase()];
  const change = (key: string, value: string, ...holders: string[]) =>
    renamedClaim({ key, value, holders }, renamings).map(({ before, after }) => [before, after]);
  assert.deepEqual(change(`use:${old}`, old, '/a', '/b'), [
    [
      { key: `use:${old}`, holder: '/a' },
      { key: `use:${now}`, value: now, holder: '/a' },
    ],
    [
      { key: `use:${old}`, holder: '/b' },
      { key: `use:${now}`, value: now, holder: '/b' },
    ],
  ]);
  assert.deepEqual(change(`address of ${old}/parts/p 10.0.0.4`, 'v', '/a')[0]?.[1], {
    key: `address of ${now}/parts/p 10.0.0.4`,
    value: 'v',
    holder: '/a',
  });
  assert.deepEqual(change('k', 'v', '/a', old), [
    [
      { key: 'k', holder: old },
      { key: 'k', value: 'v', holder: now },
    ],
  ]);
  assert.deepEqual(change('k', 'v', '/a'), []);
});

test('one of eight hundred is found with as few looks as one of one', () => {
  const many = Array.from({ length: 800 }, (_, index) => ({ from: `${from}${index}`, to: `${to}${index}` }));
  let looks = 0;
  const get = Map.prototype.get;
  Map.prototype.get = function (key) {
    looks += 1;
    return get.call(this, key);
  };
  try {
    const renamer = renamerOf(many);
    assert.equal(renamedId(`${from}799/parts/x`, renamer), `${to}799/parts/x`);
    assert.equal(renamedId(`${from}800`, renamer), `${from}800`);
    assert.equal(renamedId('/'.repeat(100_000), renamer), '/'.repeat(100_000));
    assert.ok(looks <= 3 * 8, `${looks} looks`);
  } finally {
    Map.prototype.get = get;
  }
  const body = { properties: { a: { id: `${from}3` }, b: [`${from}5/x`, `${from}3`], c: from } };
  assert.deepEqual(
    [...spokenOf(body, renamerOf(many))].map((each) => each.from),
    [`${from}3`, `${from}5`],
  );
});
