/** What an api-version makes of properties that came after it. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Document, Json } from '@tombolo/store/port';
import { bodyAsOf, shownAsOf, withKeptFromLater } from './property-versions.ts';

const type = { since: { moat: '2024-01-01', wall: '2025-01-01' } };
const body = { location: 'x', properties: { Moat: 1, wall: 2, gate: 3 } };

describe('a property of a later api-version', () => {
  test('is refused in a request, and named with its version', () => {
    assert.equal(bodyAsOf(type, '2025-01-01', body, false, []), body);
    assert.throws(() => bodyAsOf(type, '2024-06-01', body, false, []), {
      code: 'InvalidRequestContent',
      target: 'properties.wall',
      message: /could not find member 'wall'\. It is there from api-version 2025-01-01 on\./,
    });
    assert.throws(() => bodyAsOf(type, '2023-01-01', body, false, []), { target: 'properties.Moat' });
  });

  test('is left out and named where a request may say more than we know', () => {
    const ignored: string[] = [];
    const left = bodyAsOf(type, '2023-01-01', body, true, ignored);
    assert.deepEqual(left, { location: 'x', properties: { gate: 3 } });
    assert.deepEqual(ignored, ['properties.Moat', 'properties.wall']);
  });

  test('is kept as stored, and not shown', () => {
    const document = { id: '/a', type: 'A/b', version: 1, body: { properties: { moat: 1, gate: 3 } } };
    const kept = (apiVersion: string, given: Json, existing?: Document) =>
      withKeptFromLater(type, apiVersion, given, existing);
    const given = { location: 'x', properties: { gate: 4 } };
    assert.deepEqual(kept('2023-01-01', given, document), {
      location: 'x',
      properties: { gate: 4, moat: 1 },
    });
    assert.deepEqual(kept('2023-01-01', {}, document), { properties: { moat: 1 } });
    assert.equal(kept('2024-01-01', given, document), given);
    assert.equal(kept('2023-01-01', given), given);
    const wrong = { properties: 'x' };
    assert.equal(kept('2023-01-01', wrong, document), wrong, 'is refused by its schema');
    assert.deepEqual(shownAsOf(type, '2023-01-01')(document.body), { properties: { gate: 3 } });
    assert.equal(shownAsOf(type, '2025-01-01')(document.body), document.body);
  });

  test('bodies without properties pass', () => {
    for (const other of [undefined, null, [], { properties: null }, { properties: 'x' }])
      assert.equal(bodyAsOf(type, '2023-01-01', other, false, []), other);
  });
});
