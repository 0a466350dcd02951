/** What the tags API makes of tags. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refused } from '../../put-input.testkit.ts';
import { changeTags } from './model.ts';

const current = { Env: 'test', owner: 'us' };

test('tags are merged, replaced and deleted, by names in any case', () => {
  assert.deepEqual(changeTags(current, 'Merge', { ENV: 'live', more: '1' }), {
    Env: 'live',
    owner: 'us',
    more: '1',
  });
  assert.deepEqual(changeTags(current, 'Replace', { more: '1' }), { more: '1' });
  assert.deepEqual(changeTags(current, 'Delete', { ENV: 'test', owner: 'them' }), { owner: 'us' });
  assert.deepEqual(changeTags(current, 'Delete', { ENV: '', none: '' }), { owner: 'us' });
});

test('a resource has at most fifty', () => {
  const tags = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, '']));
  assert.deepEqual(changeTags({}, 'Replace', tags(50)), tags(50));
  const said = refused(() => changeTags({}, 'Merge', tags(51)));
  assert.match(said, /^400 InvalidRequestContent properties\.tags: /);
  assert.match(said, /a resource has at most 50 tags\.$/);
});
