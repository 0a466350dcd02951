import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '@tombolo/store/port';
import { type ArmWorld, createArmWorld, subscriptionId } from '@tombolo/testkit/arm-world';
import { z } from 'zod';
import { defineResourceType, type Provider } from './index.ts';

const base = {
  apiVersions: ['2024-01-01'],
  placement: 'proxy' as const,
  properties: z.looseObject({}),
  lists: ['resourceGroup' as const],
};
const put = ({ command }: { command: { properties: object } }) => ({
  properties: command.properties as JsonObject,
});

const provider: Provider = {
  namespace: 'Microsoft.X',
  types: [
    defineResourceType<object>({
      ...base,
      type: 'Microsoft.X/harbours',
      put,
      expands: {
        boats: 'Microsoft.X/boats',
        piers: { boat: 'Microsoft.X/boats' },
        berth: 'Microsoft.X/boats/berths',
        lighthouse: 'Microsoft.Y/lighthouses',
      },
    }),
    defineResourceType<object>({
      ...base,
      type: 'Microsoft.X/boats',
      put,
      expands: { home: 'Microsoft.X/harbours', berths: { harbour: 'Microsoft.X/harbours' } },
    }),
    defineResourceType<object>({ ...base, type: 'Microsoft.X/buoys', put }),
    defineResourceType<object>({ ...base, type: 'Microsoft.X/flags', put, expands: ['colour'] }),
  ],
};
const group = `/subscriptions/${subscriptionId}/resourceGroups/g`;
const at = (type: string, name: string): string => `${group}/providers/Microsoft.X/${type}/${name}`;

const warning = (answer: { readonly headers: Readonly<Record<string, string>> }) =>
  answer.headers['x-tombolo-warning'];

/** A harbour with two boats, one of them named in capitals, one gone; a berth is within its boat. */
const openHarbour = async (options: { readonly denied?: (scope: string) => boolean } = {}) => {
  const world: ArmWorld = await createArmWorld({
    providers: [provider],
    isAllowed: async (_principal, action, scope) =>
      !(action === 'Microsoft.X/boats/read' && options.denied?.(scope)),
  });
  const documents = {
    [at('harbours', 'h')]: {
      boats: [{ id: at('boats', 'GULL') }, { id: at('boats', 'gone') }, 'no object'],
      piers: [{ name: 'p', properties: { boat: { id: at('boats', 'gull') } } }],
      berth: { id: `${at('boats', 'gull')}/BERTHS/b` },
      lighthouse: { id: `${group}/providers/Microsoft.Y/lighthouses/l` },
    },
    [at('boats', 'gull')]: {
      home: { id: at('harbours', 'h') },
      berths: [
        { id: `${at('boats', 'gull')}/berths/b`, properties: { harbour: { id: at('harbours', 'h') } } },
      ],
    },
  };
  await world.store.commit({
    puts: [
      { id: group, type: 'Microsoft.Resources/subscriptions/resourceGroups', body: { location: 'x' } },
      ...Object.entries(documents).map(([id, properties]) => ({
        id,
        type: id.split('/').slice(-3, -1).join('/'),
        body: { properties },
      })),
    ],
  });
  const read = (id: string, expand: string, headers: Record<string, string> = {}) =>
    world.get(`${id}?$expand=${encodeURIComponent(expand)}`, { headers, apiVersion: '2024-01-01' });
  return {
    world,
    read: (expand: string, headers = {}) => read(at('harbours', 'h'), expand, headers),
    readAt: read,
  };
};

describe('$expand', () => {
  test('shows what references lead to, in any letter case; what is not there stays an id', async () => {
    const { read } = await openHarbour();
    const { json, headers } = await read('BOATS');
    const [gull, gone, text] = json.properties.boats;
    assert.deepEqual([gull.id, gull.properties.home], [at('boats', 'gull'), { id: at('harbours', 'h') }]);
    assert.deepEqual([gone, text], [{ id: at('boats', 'gone') }, 'no object']);
    assert.deepEqual(json.properties.piers[0].properties.boat, { id: at('boats', 'gull') });
    assert.match(headers['x-tombolo-warning'] ?? '', /^\$expand: 1 of the references/);
  });

  test('goes on within what it showed, and within resources that stand whole in the answer', async () => {
    const { read } = await openHarbour();
    const { json } = await read('boats/home, piers/boat,piers/boat/home');
    assert.equal(
      json.properties.boats[0].properties.home.properties.berth.id,
      `${at('boats', 'gull')}/BERTHS/b`,
    );
    assert.equal(json.properties.piers[0].properties.boat.properties.home.id, at('harbours', 'h'));
    assert.ok(json.properties.piers[0].properties.boat.properties.home.properties.boats);
  });

  test('finds what has no type of its own within its holder', async () => {
    const { read } = await openHarbour();
    const { json } = await read('berth/harbour');
    assert.equal(
      json.properties.berth.properties.harbour.properties.berth.id,
      `${at('boats', 'gull')}/BERTHS/b`,
    );
  });

  test('shows nothing that the caller may not read', async () => {
    const { read } = await openHarbour({ denied: (scope) => /boats/i.test(scope) });
    const answer = await read('boats,berth,piers/boat');
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json.properties.boats[0], { id: at('boats', 'GULL') });
    assert.deepEqual(answer.json.properties.berth, { id: `${at('boats', 'gull')}/BERTHS/b` });
    assert.match(warning(answer) ?? '', /^\$expand: 4 of the references .* may not be read by the caller/);
  });

  test('what is not served stays an id', async () => {
    const { read } = await openHarbour();
    const answer = await read('lighthouse');
    assert.match(answer.json.properties.lighthouse.id, /lighthouses\/l$/);
    assert.match(warning(answer) ?? '', /1 of the references/);
  });

  test('an answer that was expanded is no 304: what it shows has etags of its own', async () => {
    const { read } = await openHarbour();
    const { headers } = await read('');
    const condition = { 'if-none-match': headers.etag! };
    assert.equal((await read('', condition)).status, 304);
    assert.equal((await read('boats', condition)).status, 200);
  });

  test('a name that is no reference is refused in Azure’s words', async () => {
    const { read } = await openHarbour();
    for (const [expand, name] of [
      ['versions', 'versions'],
      ['boats/sails', 'sails'],
      ['piers/boat/berths/x', undefined],
      ['lighthouse/lamp', 'lamp'],
      ['boats/', ''],
    ] as const) {
      const { status, json } = await read(expand);
      assert.equal(status, 400, expand);
      if (name === undefined) assert.equal(json.error.code, 'InvalidQueryParameter');
      else {
        assert.equal(json.error.code, 'InvalidExpandQueryOptionValue');
        assert.ok(
          json.error.message.startsWith(
            `$expand query option value is invalid. The resource does not have property ${name} or the property does not represent a reference`,
          ),
        );
      }
    }
    assert.equal((await read(Array(16).fill('boats').join(','))).status, 200);
    assert.equal((await read('boats,'.repeat(17))).json.error.code, 'InvalidQueryParameter');
  });

  test('an answer has at most a thousand resources in place of their ids', async () => {
    const { world, readAt } = await openHarbour();
    const many = Array.from({ length: 1_200 }, () => ({ id: at('boats', 'gull') }));
    await world.store.commit({
      puts: [
        { id: at('harbours', 'full'), type: 'Microsoft.X/harbours', body: { properties: { boats: many } } },
      ],
    });
    const answer = await readAt(at('harbours', 'full'), 'boats');
    assert.equal(answer.status, 200, JSON.stringify(answer.json));
    const whole = answer.json.properties.boats.filter(
      ({ properties }: JsonObject) => properties !== undefined,
    );
    assert.equal(whole.length, 1_000);
    assert.match(warning(answer) ?? '', /^\$expand: 200 of the references .* exceeds 1000/);
    const deep = await readAt(at('harbours', 'full'), 'boats/home/boats');
    assert.ok(JSON.stringify(deep.json).length < 1_000_000);
  });

  test('an answer has at most 4 MiB in place of ids, and what it cannot take is not read', async () => {
    const { world, readAt } = await openHarbour();
    const ids = Array.from({ length: 300 }, (_, index) => at('boats', `large${index}`));
    const large = 'x'.repeat(100_000);
    await world.store.commit({
      puts: [
        ...ids.map((id) => ({ id, type: 'Microsoft.X/boats', body: { properties: { large } } })),
        {
          id: at('harbours', 'full'),
          type: 'Microsoft.X/harbours',
          body: { properties: { boats: ids.map((id) => ({ id })) } },
        },
        {
          id: at('harbours', 'one'),
          type: 'Microsoft.X/harbours',
          body: { properties: { boats: ids.map(() => ({ id: ids[0]! })) } },
        },
      ],
    });
    for (const name of ['full', 'one']) {
      const answer = await readAt(at('harbours', name), 'boats');
      const boats: readonly JsonObject[] = answer.json.properties.boats;
      assert.equal(boats.filter(({ properties }) => properties !== undefined).length, 41);
      assert.deepEqual(boats.at(-1), { id: name === 'one' ? ids[0] : ids.at(-1) });
      assert.match(warning(answer) ?? '', /259 of the references .* 4194304 characters/);
    }
  });

  test('a type without references, and a list, say that nothing was expanded; parts that are always there do not', async () => {
    const { world, readAt } = await openHarbour();
    for (const type of ['buoys', 'flags'])
      await world.put(at(type, 'b'), { properties: {} }, { apiVersion: '2024-01-01' });
    assert.match(
      warning(await readAt(at('buoys', 'b'), 'x')) ?? '',
      /^\$expand is not implemented for Microsoft\.X\/buoys/,
    );
    assert.match(
      warning(await readAt(`${group}/providers/Microsoft.X/harbours`, 'boats')) ?? '',
      /for lists of/,
    );
    assert.equal(warning(await readAt(at('flags', 'b'), 'Colour')), undefined);
    assert.match(warning(await readAt(at('flags', 'b'), 'colour,size')) ?? '', /nothing is expanded/);
  });
});
