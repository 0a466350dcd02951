import assert from 'node:assert/strict';
import { test } from 'node:test';
import { difference } from './same-again.ts';

const stored = {
  enabled: true,
  etag: 'W/"1"',
  name: 'Lamp',
  subnets: [{ id: '/S/a', properties: { prefix: '10.0.0.0/24' } }],
};

test('what is sent back, left out or says nothing is no difference, in any letter case', () => {
  for (const given of [
    undefined,
    {},
    stored,
    { NAME: 'lamp', ETag: 'other', provisioningState: 'Updating' },
    { subnets: [], name: '', enabled: false },
    { subnets: [{ ID: '/s/A' }] },
  ])
    assert.equal(difference(given, stored, 'properties'), undefined, JSON.stringify(given));
});

test('what differs is named by its path', () => {
  const one = stored.subnets[0]!;
  for (const [given, path] of [
    [{ name: 'other' }, '.name'],
    [{ enabled: 'true' }, '.enabled'],
    [{ other: 1 }, '.other'],
    [{ subnets: [one, one] }, '.subnets'],
    [{ subnets: { id: '/S/a' } }, '.subnets'],
    [{ subnets: [{ properties: { prefix: '10.0.1.0/24' } }] }, '.subnets[0].properties.prefix'],
    [{ name: { first: 'L' } }, '.name'],
  ] as const)
    assert.equal(difference(given, stored, 'properties'), `properties${path}`);
});
