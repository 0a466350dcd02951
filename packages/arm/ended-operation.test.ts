import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endedOperation, findEndedOperation } from './ended-operation.ts';

const place = { subscriptionId: 'S', location: 'japaneast' };
const guid = 'aaaaaaaa-0000-4123-9000-00000000000b';
const now = Date.UTC(2026, 0, 1);
const day = 24 * 60 * 60 * 1000;

test('the name of an ended operation is a GUID of version 8 and says when it ended', () => {
  const { id, status, endTime } = endedOperation(place, now, guid);
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8123-9000-00000000000b$/);
  assert.deepEqual([status, endTime], ['Succeeded', now]);
  const found = findEndedOperation(id.toUpperCase(), 's', now + 5);
  assert.deepEqual([found?.id, found?.status, found?.startTime], [id, 'Succeeded', now]);
});

test('two that end in the same millisecond have names of their own', () => {
  const other = guid.replace(/b$/, 'c');
  assert.notEqual(endedOperation(place, now, guid).id, endedOperation(place, now, other).id);
});

test('no other name is one, nor what has not been yet, nor what ended a day ago', () => {
  const { id } = endedOperation(place, now, guid);
  for (const name of [guid, '', 'x', `${id}0`, id.replace('-8123', '-7123'), id.replace('-9000', '-c000')])
    assert.equal(findEndedOperation(name, 's', now), undefined, name);
  assert.equal(findEndedOperation(id, 's', now - 1), undefined);
  assert.ok(findEndedOperation(id, 's', now + day - 1));
  assert.equal(findEndedOperation(id, 's', now + day), undefined);
});
