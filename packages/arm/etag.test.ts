import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Document } from '@tombolo/store/port';
import { ArmError } from './arm-error.ts';
import { checkWriteConditions, etagOf, notModified } from './etag.ts';
import type { ArmRequest } from './message.ts';

const document = (version = 1): Document => ({
  id: '/subscriptions/s/resourceGroups/g',
  type: 't',
  version,
  body: {},
});
const request = (headers: Record<string, string>) =>
  ({ headers: new Map(Object.entries(headers)) }) as unknown as ArmRequest;
const refused = (headers: Record<string, string>, existing: Document | undefined): boolean => {
  try {
    checkWriteConditions(request(headers), existing);
    return false;
  } catch (error) {
    assert.ok(error instanceof ArmError && error.status === 412);
    return true;
  }
};

describe('etags', () => {
  test('they change with the version, and with the id', () => {
    const tags = [document(1), document(2), { ...document(1), id: '/subscriptions/s' }].map(etagOf);
    assert.equal(new Set(tags).size, 3);
    assert.match(tags[0]!, /^W\/"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"$/);
    assert.equal(etagOf({ ...document(), id: '/SUBSCRIPTIONS/s/resourcegroups/G' }), tags[0]);
  });

  const own = etagOf(document());
  for (const [name, headers, existing, expected] of [
    ['If-Match with the tag', { 'if-match': own }, document(), false],
    [
      'If-Match with the tag, strong and among others',
      { 'if-match': `"x", ${own.slice(2)}` },
      document(),
      false,
    ],
    ['If-Match with an older tag', { 'if-match': own }, document(2), true],
    ['If-Match *', { 'if-match': '*' }, document(), false],
    ['If-Match * on nothing', { 'if-match': '*' }, undefined, true],
    ['If-Match on nothing', { 'if-match': own }, undefined, true],
    ['If-None-Match * on nothing', { 'if-none-match': '*' }, undefined, false],
    ['If-None-Match * on something', { 'if-none-match': '*' }, document(), true],
    ['If-None-Match with another tag', { 'if-none-match': '"x"' }, document(), false],
    ['neither', {}, document(), false],
  ] as const) {
    test(`${name}: ${expected ? '412' : 'goes on'}`, () =>
      assert.equal(refused(headers, existing), expected));
  }

  test('a GET with the current tag is not modified', () => {
    assert.ok(notModified(request({ 'if-none-match': own }), document()));
    assert.ok(!notModified(request({ 'if-none-match': own }), document(2)));
    assert.ok(!notModified(request({}), document()));
  });
});
