import assert from 'node:assert/strict';
import { test } from 'node:test';
import { described } from './described.ts';

test('a description names whole hosts, and says how many it leaves out', () => {
  const names = ['gbl.his.arc.azure.com', 'je.his.arc.azure.com', 'management.azure.com'];
  assert.equal(described(names, 140), names.join(', '));
  assert.equal(described(names, 64), 'gbl.his.arc.azure.com, je.his.arc.azure.com and 1 more');
  assert.equal(described(names, 50), 'gbl.his.arc.azure.com and 2 more');
  assert.equal(described(names, 10), 'gbl.his.ar');
  assert.equal(described([], 10), '');
});
