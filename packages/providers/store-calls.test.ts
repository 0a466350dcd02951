import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { resourceMethods } from '@tombolo/arm';
import { providers } from './index.ts';
import { type Measured, measureEveryType } from './store-calls.testkit.ts';

const said = ({ request, id }: Measured): string => `${request} ${id}`;

/** Polled by whoever started one: an operation is found by its GUID, in one read. */
const isOperation = (type: string): boolean => /\/operation(s|results|status)$/i.test(type);

describe('what a request asks of the store', () => {
  let measured: readonly Measured[];
  before(async () => {
    measured = await measureEveryType();
  });

  test('is measured for every method of every type', () => {
    const seen = new Set(measured.map(({ example, request }) => `${request.split(' ')[0]} ${example.type}`));
    const missing = providers
      .flatMap(({ types }) => types)
      .filter(({ type }) => !isOperation(type))
      .flatMap((type) => resourceMethods(type).map((method) => `${method} ${type.type}`))
      .filter((each) => !each.startsWith('HEAD ') && !seen.has(each))
      // A private endpoint makes, and alone may change, its interfaces.
      .filter((each) => each !== 'PUT Microsoft.Network/networkInterfaces');
    assert.deepEqual(missing, []);
  });

  test('comes in at most two round trips', () => {
    assert.deepEqual(measured.filter(({ noted }) => noted.trips > 2).map(said), []);
  });

  test('is one call a round trip', () => {
    assert.deepEqual(measured.filter(({ noted }) => noted.reads !== noted.trips).map(said), []);
  });

  test('is asked once', () => {
    const twice = measured.filter(({ noted }) => new Set(noted.keys).size < noted.keys.length);
    assert.deepEqual(twice.map(said), []);
  });

  test('is of a GET the feed, once, and of its caller no document', () => {
    const gets = measured.filter(({ request }) => request === 'GET');
    const asked = ({ noted }: Measured, kind: string) => noted.keys.filter((key) => key.startsWith(kind));
    assert.deepEqual(gets.filter((get) => asked(get, 'changes after').length !== 1).map(said), []);
    assert.deepEqual(
      gets.filter((get) => asked(get, 'document /tombolo/serviceprincipals/').length > 0).map(said),
      [],
    );
  });

  // The store answers the second by its head, which it reads with every snapshot: no statement.
  test('is of a GET of what stands by itself this document and whether the feed has moved', () => {
    for (const type of [
      'Microsoft.Network/routeTables/routes',
      'Microsoft.Network/networkSecurityGroups/securityRules',
    ]) {
      const gets = measured.filter(({ request, example }) => request === 'GET' && example.type === type);
      assert.ok(gets.length > 0, type);
      for (const { id, noted } of gets) {
        const feed = noted.keys.filter((key) => /^changes after \d+$/.test(key));
        assert.deepEqual([...noted.keys].sort(), [...feed, `document ${id.toLowerCase()}`]);
      }
    }
  });

  test('is written in one call, and in none by a GET', () => {
    const wanted = ({ request, example }: Measured): number =>
      request === 'GET' || (request === 'DELETE' && example.refusesDelete !== undefined) ? 0 : 1;
    const others = measured.filter((each) => each.noted.writes !== wanted(each));
    assert.deepEqual(others.map(said), []);
  });
});
