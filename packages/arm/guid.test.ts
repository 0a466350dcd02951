import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isGuid } from './guid.ts';

test('a GUID has 32 hexadecimal digits in five groups, in any letter case, and nothing else', () => {
  const guid = '77777777-7777-4777-8777-00000000000a';
  assert.ok(isGuid(guid));
  assert.ok(isGuid(guid.toUpperCase()));
  const others = [
    '',
    `{${guid}}`,
    `${guid} `,
    `${guid}0`,
    guid.replaceAll('-', ''),
    guid.replace('a', 'g'),
    `${guid}\n`,
  ];
  for (const other of others) assert.equal(isGuid(other), false, other);
});
