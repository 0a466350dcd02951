/** The allow-list service over a real TLS connection, and its client against it and against bad answers. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { codedLabels, realClouds, regions } from '@tombolo/private-link';
import { allowList } from './allow-list.ts';
import { AllowListRefusal, fetchAllowList } from './allow-list-client.ts';
import { hosts, memberAddress, openWorld } from './world.testkit.ts';

let world: Awaited<ReturnType<typeof openWorld>>;
before(async () => {
  world = await openWorld();
  await world.putScope('closed', 'Disabled');
  await world.putConnection('closed', 12);
  await world.settled();
});
after(() => world.close());

const path = (query: string): string => `/urls/allowlist${query}`;
const get = (query: string) => world.send({ host: hosts.gns, method: 'GET', path: path(query) });
const japan = [
  'gbl.his.arc.azure.com',
  'je.his.arc.azure.com',
  'japan-ats.his.arc.azure.com',
  'agentserviceapi.guestconfiguration.azure.com',
  'japaneast-gas.guestconfiguration.azure.com',
  'japaneast.dp.kubernetesconfiguration.azure.com',
  'guestnotificationservice.azure.com',
  'japaneast.guestnotificationservice.azure.com',
  'azgn-japaneast-public-1p-tombolo-001.servicebus.windows.net',
];

describe('the allow-list service', () => {
  test('answers the concrete names of the region, by name or display name', async () => {
    const answer = await get('?api-version=2020-01-01&location=japaneast');
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.body, japan);
    assert.deepEqual((await get('?location=Japan%20East&API-Version=2020-01-01')).body, japan);
  });

  test('every name that it lists is served, and none of another region', async () => {
    for (const host of japan) {
      // 404 or 401 is an answer of that service; a name that is not ours would be 421.
      const { status } = await world.send({
        host,
        method: 'GET',
        path: '/',
        serverName: host,
        tls: { checkServerIdentity: () => undefined },
      });
      assert.notEqual(status, 421, host);
    }
    const { body } = await get('?api-version=2020-01-01&location=westeurope');
    assert.ok(body.includes('weu.his.arc.azure.com') && !body.includes('je.his.arc.azure.com'));
  });

  test('400 without a region, for an unknown one (with the nearest), one not offered, and another api-version', async () => {
    const cases = [
      ['?api-version=2020-01-01', 'MissingLocation', /japaneast/],
      ['?api-version=2020-01-01&location=', 'MissingLocation', /japaneast/],
      ['?api-version=2020-01-01&location=japaneats', 'InvalidLocation', /Did you mean japaneast/],
      ['?api-version=2020-01-01&location=eastus', 'InvalidLocation', /westeurope/],
      ['?location=japaneast', 'InvalidApiVersionParameter', /2020-01-01/],
      ['?api-version=2019-01-01&location=japaneast', 'InvalidApiVersionParameter', /2019-01-01/],
      ['?api-version=2020-01-01&location=japaneast&location=westeurope', 'InvalidRequest', /twice/],
      ['', 'InvalidApiVersionParameter', /2020-01-01/],
    ] as const;
    for (const [query, code, message] of cases) {
      const answer = await get(query);
      assert.equal(answer.status, 400, query);
      assert.equal(answer.body.error.code, code, query);
      assert.match(answer.body.error.message, message);
    }
  });

  test('is on the notification host only, and not on a private endpoint', async () => {
    const query = path('?api-version=2020-01-01&location=japaneast');
    assert.equal((await world.send({ host: hosts.gbl, method: 'GET', path: query })).status, 404);
    const destination = memberAddress(12, 'HybridCompute.Global');
    const privately = await world.send({
      host: hosts.gns,
      method: 'GET',
      path: query,
      via: { kind: 'private', link: 12, destination },
    });
    assert.equal(privately.status, 421);
    assert.equal((await world.send({ host: hosts.gns, method: 'POST', path: query })).status, 405);
  });
});

test('every region of each cloud: names that are evidenced or told to be ours, and none in another cloud', () => {
  for (const cloud of Object.values(realClouds)) {
    const { suffixes } = cloud;
    for (const region of regions.filter((entry) => entry.cloud === cloud.name)) {
      const query = `?api-version=2020-01-01&location=${encodeURIComponent(region.displayName)}`;
      const { his, tokenService } = codedLabels(region);
      assert.deepEqual(allowList(query, cloud).slice(0, 6), [
        `gbl.${suffixes.his}`,
        `${his.label}.${suffixes.his}`,
        `${tokenService.label}.${suffixes.his}`,
        `agentserviceapi.${suffixes.guestConfiguration}`,
        `${region.name}-gas.${suffixes.guestConfiguration}`,
        `${region.name}.${suffixes.kubernetesConfiguration}`,
      ]);
      for (const other of Object.values(realClouds).filter(({ name }) => name !== cloud.name))
        assert.throws(() => allowList(query, other), { code: 'InvalidLocation' });
    }
  }
});

describe('its client', () => {
  const source = () => {
    const { address, port } = world.server.publicAddresses[0]!;
    return {
      origin: `https://${hosts.gns}:${port}`,
      certificateAuthorities: world.authority.chain,
      lookup: ((_name, options, callback) =>
        options.all
          ? callback(null, [{ address, family: 4 }])
          : callback(null, address, 4)) satisfies import('node:net').LookupFunction,
    };
  };

  test('reads the list, sorted', async () => {
    assert.deepEqual(await fetchAllowList('japaneast', source()), [...japan].sort());
  });

  test('passes on what the service refuses, and does not trust another authority', async () => {
    await assert.rejects(fetchAllowList('atlantis', source()), (error: AllowListRefusal) => {
      assert.equal(error.status, 400);
      assert.match(error.message, /no region 'atlantis'.*Ask with location=/);
      return true;
    });
    await assert.rejects(fetchAllowList('japaneast', { ...source(), certificateAuthorities: [] }));
  });

  test('takes URLs and repetitions as Azure answers them, and refuses what is no list of names', async () => {
    const answering = (status: number, text: string) => ({
      origin: 'https://notification.test',
      fetch: async (url: string) => {
        assert.equal(url, 'https://notification.test/urls/allowlist?api-version=2020-01-01&location=eastus');
        return { status, text };
      },
    });
    const body =
      '["g1-prod.servicebus.windows.net","https://G0-prod.servicebus.windows.net:443/","g1-prod.servicebus.windows.net"]';
    assert.deepEqual(await fetchAllowList('eastus', answering(200, body)), [
      'g0-prod.servicebus.windows.net',
      'g1-prod.servicebus.windows.net',
    ]);
    const bad = [
      '',
      '{}',
      '{"a":1}',
      '[1]',
      '["*.servicebus.windows.net"]',
      '["a b.example"]',
      '["10.0.0.1"]',
      '["x"',
    ];
    for (const text of bad) {
      await assert.rejects(fetchAllowList('eastus', answering(200, text)), AllowListRefusal, text);
    }
    await assert.rejects(fetchAllowList('eastus', answering(503, 'busy')), /503: busy/);
  });
});
