/** The player refuses what its clients would: a green scenario says something. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '@tombolo/store/port';
import { differing, lacking, Unaccepted } from './answers.ts';
import { openAzSession, type Step } from './az/session.ts';
import { families } from './azurerm/families.ts';
import { type Piece, resource } from './azurerm/resource.ts';
import { schedule } from './azurerm/schedule.ts';
import { openClock, openSession } from './azurerm/session.ts';
import type { Wire, WireAnswer, WireRequest } from './wire.ts';

const origin = 'https://arm.test';
const claims = Buffer.from(JSON.stringify({ oid: 'o' })).toString('base64url');
const json = (status: number, body: JsonObject, headers: Record<string, string> = {}): WireAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  text: JSON.stringify(body),
  json: body,
});
/** Answers in this order, the last one for ever. */
const scripted = (answers: readonly WireAnswer[]) => {
  const asked: WireRequest[] = [];
  const wire: Wire = {
    origin,
    send: async (request) => {
      asked.push(request);
      return answers[Math.min(asked.length, answers.length) - 1]!;
    },
    close: () => {},
  };
  const session = openSession({ wire, token: `x.${claims}.x`, subscription: '/subscriptions/s' });
  return { asked, wire, session };
};
const zone = {
  method: 'PUT',
  family: families.zones,
  path: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/privateDnsZones/z',
};
const operation = { 'azure-asyncoperation': `${origin}/operations/1?api-version=1`, 'retry-after': '3' };

describe('fields that a plan reads', () => {
  const answer = { location: 'x', tags: {}, properties: { list: [{ name: 'a' }, { id: 'b' }], none: [] } };
  test('are missed where they are not, and in one item of a list too', () => {
    const fields = ['location', 'kind', 'tags.owner', 'properties.list[].name', 'properties.none[].name'];
    assert.deepEqual(lacking(answer, fields), ['kind', 'tags.owner', 'properties.list[].name']);
    assert.deepEqual(lacking(answer, ['properties.absent[].name']), ['properties.absent[].name']);
  });

  test('differ where something else is answered than was written', () => {
    const written = { location: 'x', tags: {}, properties: { list: [{ id: 'b' }, { name: 'a' }], none: [] } };
    assert.deepEqual(differing(written, answer), []);
    assert.deepEqual(differing({ ...written, location: 'y' }, answer), ['location']);
    assert.deepEqual(differing(written, { ...answer, tags: { a: 'b' } }), ['tags']);
    assert.deepEqual(differing({ properties: { list: [{ name: 'a' }] } }, answer), ['properties.list']);
    assert.deepEqual(differing({ a: { b: ['c'] } }, { a: { b: ['d'] } }), ['a.b[0]']);
    assert.deepEqual(differing({ etag: '1', properties: { provisioningState: 'x' } }, answer), []);
    assert.deepEqual(differing({ addressPrefixes: ['p'] }, { addressPrefix: 'p' }), []);
    assert.deepEqual(differing({ addressPrefixes: ['p'] }, { addressPrefix: 'q' }), ['addressPrefixes[0]']);
  });
});

describe('azurerm', () => {
  test('sends empty conditions with writes of private DNS, and the headers of OData', async () => {
    const { asked, session } = scripted([json(200, {})]);
    await session.ask({ ...zone, body: { location: 'global' } });
    assert.deepEqual(
      ['If-Match', 'If-None-Match', 'Odata-Version'].map((name) => asked[0]?.headers[name]),
      ['', '', '4.0'],
    );
    await session.ask({ ...zone, method: 'GET' });
    assert.equal(asked[1]?.headers['If-Match'], undefined);
    assert.equal(asked[1]?.headers['Odata-Version'], undefined);
  });

  test('ends where a status is none that it takes', async () => {
    const { session } = scripted([json(412, { error: { code: 'PreconditionFailed' } })]);
    await assert.rejects(session.expect(zone, [200, 201, 202]), Unaccepted);
  });

  test('polls an operation after Retry-After, and goes on at 202 and 404', async () => {
    const answers = [
      json(202, {}),
      json(404, {}),
      json(200, { status: 'InProgress' }),
      json(200, { status: 'Succeeded' }),
    ];
    const { asked, session } = scripted(answers);
    const clock = openClock();
    await session.settle(json(201, {}, operation), zone, clock);
    assert.equal(clock.now(), 3);
    assert.deepEqual([asked.length, asked[0]?.path], [4, '/operations/1?api-version=1']);
  });

  test('waits ten seconds without an address that is absolute and another than the resource’s', async () => {
    for (const headers of [{}, { location: '/operations/1' }, { location: `${origin}${zone.path}` }]) {
      const { asked, session } = scripted([json(200, { properties: { provisioningState: 'Succeeded' } })]);
      const clock = openClock();
      await session.settle(
        json(201, {}, { ...headers, 'retry-after': '1' } as Record<string, string>),
        zone,
        clock,
      );
      assert.equal(clock.now(), 10);
      assert.ok(asked[0]?.path.startsWith(zone.path));
    }
  });

  for (const [what, answer] of [
    ['that failed', json(200, { status: 'Failed', error: { code: 'x', message: 'y' } })],
    ['that is refused', json(500, {})],
    ['whose answer is no JSON', json(200, { status: 'Succeeded' }, { 'content-type': 'text/plain' })],
  ] as const)
    test(`ends at an operation ${what}`, async () => {
      const { session } = scripted([answer]);
      await assert.rejects(session.settle(json(201, {}, operation), zone, openClock()), Unaccepted);
    });

  test('ends where a removed resource is answered by anything but 404', async () => {
    await assert.rejects(scripted([json(403, {})]).session.gone(zone, openClock()), Unaccepted);
    const clock = openClock();
    await scripted([json(200, {}), json(404, {})]).session.gone(zone, clock);
    assert.equal(clock.now(), 10);
  });

  test('does not create what is there, and ends at an answer without what it reads', async () => {
    const piece = resource({
      name: 'z',
      family: families.zones,
      path: '/z',
      atOnce: true,
      body: { location: 'global' },
      reads: ['location', 'properties.ttl'],
    });
    const there = scripted([json(200, {})]);
    await assert.rejects(piece.create(there.session, openClock()), /takes 404/);
    const without = scripted([
      json(404, {}),
      json(201, {}),
      json(200, { location: 'global', properties: {} }),
    ]);
    await assert.rejects(piece.create(without.session, openClock()), /lacks properties\.ttl/);
    const other = scripted([
      json(404, {}),
      json(201, {}),
      json(200, { location: 'x', properties: { ttl: 1 } }),
    ]);
    await assert.rejects(
      piece.create(other.session, openClock()),
      /something else than was written at location/,
    );
  });
});

describe('az', () => {
  const path = '/subscriptions/{subscription}/x';
  const play = (answers: readonly WireAnswer[], step: Partial<Step> = {}) => {
    const { asked, wire } = scripted(answers);
    const session = openAzSession({ wire, token: 't', values: { subscription: 's' } });
    const method = { method: 'PUT', by: 'generated', path, query: 'api-version=1' } as const;
    const line = 'az x';
    return { asked, waited: session.run({ line, steps: [{ ...method, takes: [200, 201], ...step }] }) };
  };
  const polled = json(201, { properties: { provisioningState: 'Updating' } }, operation);

  test('looks at an operation at once, then by Retry-After, and reads the resource at its end', async () => {
    const running = json(200, { status: 'InProgress' }, { 'retry-after': '2' });
    const answers = [polled, running, json(200, { status: 'Succeeded' }), json(200, { name: 'x' })];
    const { asked, waited } = play(answers, { body: { id: path }, reads: ['name'] });
    assert.equal(await waited, 2);
    assert.deepEqual(
      asked.map((request) => `${request.method} ${request.path}`),
      [
        'PUT /subscriptions/s/x?api-version=1',
        'GET /operations/1?api-version=1',
        'GET /operations/1?api-version=1',
        'GET /subscriptions/s/x?api-version=1',
      ],
    );
    assert.equal(asked[0]?.body, '{"id":"/subscriptions/s/x"}');
  });

  test('reads Location after a removal by a generated command, and by no other', async () => {
    const removed = json(202, {}, { ...operation, location: `${origin}/results/1` });
    for (const [by, last] of [
      ['generated', '/results/1'],
      ['library', '/operations/1?api-version=1'],
    ] as const) {
      const answers = [removed, json(200, { status: 'Succeeded' }), json(204, {})];
      const { asked, waited } = play(answers, { method: 'DELETE', by, takes: [202] });
      await waited;
      assert.equal(asked.at(-1)?.path, last);
    }
  });

  for (const [what, answers, step] of [
    ['at a status that it does not take', [json(409, {})], {}],
    ['without what it reads', [json(200, {})], { reads: ['name'] }],
    ['at an operation that failed', [polled, json(200, { status: 'Failed' })], {}],
    ['at what it checks', [json(200, {})], { check: () => 'it is not so' }],
    [
      'at an operation elsewhere',
      [json(201, {}, { 'azure-asyncoperation': 'https://elsewhere.test/1' })],
      {},
    ],
  ] as const)
    test(`ends ${what}`, () => assert.rejects(play(answers, step).waited, Unaccepted));
});

test('a piece begins after what it needs, and while nobody holds what it locks', async () => {
  const piece = (name: string, needs: readonly string[], locks: readonly string[]): Piece => ({
    name,
    needs,
    locks,
    create: async () => {},
    refresh: async () => {},
    destroy: async () => {},
  });
  const pieces = [piece('a', [], []), piece('b', ['a'], ['l']), piece('c', ['a'], ['l']), piece('d', [], [])];
  const begun: string[] = [];
  const run = (phase: 'create' | 'destroy') =>
    schedule(pieces, phase, async ({ name }, clock) => {
      begun.push(`${name} ${clock.now()}`);
      clock.wait(10);
    });
  assert.equal(await run('create'), 30);
  assert.deepEqual(begun.splice(0), ['a 0', 'd 0', 'b 10', 'c 20']);
  assert.equal(await run('destroy'), 30);
  assert.deepEqual(begun, ['b 0', 'd 0', 'c 10', 'a 20']);
});
