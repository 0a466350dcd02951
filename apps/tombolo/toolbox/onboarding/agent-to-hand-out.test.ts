import assert from 'node:assert/strict';
import { test } from 'node:test';
import { downloadWarnings } from './agent-to-hand-out.ts';

test('a script that would find nothing to download says so when it is made', () => {
  assert.deepEqual(downloadWarnings(Buffer.from('agent')), []);
  assert.match(downloadWarnings(undefined).join(), /npm run build.*start the installation again/);
});
