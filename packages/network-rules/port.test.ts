import assert from 'node:assert/strict';
import { test } from 'node:test';
import { covers } from '@tombolo/ip/range-set';
import { noPort, numberedPorts, portSet, portSets } from './port.ts';

test('ports are numbers up to 65535, ranges of them that ascend, or *', () => {
  assert.deepEqual(portSet('443'), [{ first: 443n, last: 443n }]);
  assert.deepEqual(portSet('80-90'), [{ first: 80n, last: 90n }]);
  assert.deepEqual(portSet('65535'), [{ first: 65_535n, last: 65_535n }]);
  assert.deepEqual(portSet('0'), [{ first: 0n, last: 0n }]);
  assert.deepEqual(portSet('1-65535'), [{ first: 1n, last: 65_535n }]);
  for (const none of [
    '',
    '65536',
    '1-65536',
    '90-80',
    '-1',
    '1-',
    'x1',
    '1x',
    '1-2-3',
    '1,2',
    '**',
    '000443',
  ])
    assert.equal(portSet(none), undefined, none);
});

test('all ports, however written, take in protocols that have none; fewer do not', () => {
  for (const all of ['*', '0-65535']) assert.ok(covers(portSet(all)!, noPort), all);
  for (const some of ['1-65535', '0-65534', '0']) assert.ok(!covers(portSet(some)!, noPort), some);
  assert.ok(!covers(numberedPorts, noPort));
});

test('of several, those that are none count for nothing', () =>
  assert.deepEqual(portSets(['443', 'https', '442']), [{ first: 442n, last: 443n }]));
