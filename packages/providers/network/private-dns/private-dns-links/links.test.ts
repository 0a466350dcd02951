import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '@tombolo/store/port';
import {
  codeOf,
  createPlacedWorld,
  group,
  hisZone,
  inGroup,
  networkBody,
  networkId,
} from '../../network.testkit.ts';

const zone = inGroup('privateDnsZones', 'corp.example');
const otherZone = zone.replace('resourceGroups/rg', 'resourceGroups/rg2');
const link = (of: string, name = 'link'): string => `${of}/virtualNetworkLinks/${name}`;
const linked = (more: JsonObject = {}, network = networkId) => ({
  location: 'global',
  properties: { virtualNetwork: { id: network }, registrationEnabled: false, ...more },
});

const createZoneWorld = async () => {
  const world = await createPlacedWorld();
  assert.equal((await world.put(zone, { location: 'global' })).status, 201);
  return world;
};

describe('R7: a link to a private-link zone', () => {
  const warningOf = async (records: readonly string[], more: JsonObject = {}, apiVersion = '2024-06-01') => {
    const world = await createPlacedWorld();
    await world.put(hisZone, { location: 'global' });
    for (const record of records) {
      const body = { properties: { ttl: 10, aRecords: [{ ipv4Address: '10.0.0.9' }] } };
      assert.equal((await world.put(`${hisZone}/A/${record}`, body)).status, 201);
    }
    const answer = await world.put(link(hisZone), linked(more), { apiVersion });
    assert.equal(answer.status, 201);
    return answer.headers['x-tombolo-warning'];
  };

  test('warns where the zone is empty: its names would no longer resolve', async () => {
    assert.match((await warningOf([])) ?? '', /is empty: there gbl\.his\.arc\.azure\.com, .* do not resolve/);
  });

  test('warns where a record of the region is missing', async () => {
    const warning = (await warningOf(['gbl', 'je'])) ?? '';
    assert.match(warning, /is incomplete: there japan-ats\.his\.arc\.azure\.com do not resolve/);
  });

  test('says that they stay public where the link redirects', async () => {
    const warning = await warningOf([], { resolutionPolicy: 'NxDomainRedirect' });
    assert.match(warning ?? '', /resolve to public addresses/);
  });

  test('says nothing where the zone is complete', async () => {
    assert.equal(await warningOf(['gbl', 'je', 'japan-ats']), undefined);
  });
});

describe('links', () => {
  const createTwoZones = async () => {
    const world = await createZoneWorld();
    const body = { location: 'japaneast', tags: {}, properties: {} };
    await world.store.commit({
      puts: [{ id: `${group}2`, type: 'Microsoft.Resources/subscriptions/resourceGroups', body }],
    });
    assert.equal((await world.put(otherZone, { location: 'global' })).status, 201);
    return world;
  };

  test('are Completed at once, keep their network and show it', async () => {
    const world = await createZoneWorld();
    const created = await world.put(link(zone), linked());
    assert.equal(created.status, 201);
    assert.equal(created.json.properties.virtualNetworkLinkState, 'Completed');
    assert.equal(created.json.properties.virtualNetwork.id, networkId);
    assert.equal(
      (await world.patch(link(zone), { properties: { registrationEnabled: true } })).json.properties
        .registrationEnabled,
      true,
    );
    await world.put(inGroup('virtualNetworks', 'v2'), networkBody('10.8.0.0/16'));
    assert.equal(
      codeOf(await world.put(link(zone), linked({}, inGroup('virtualNetworks', 'v2')))),
      '400 BadRequest',
    );
    assert.equal(codeOf(await world.put(link(zone, 'none'), linked({}, `${networkId}x`))), '400 BadRequest');
    assert.equal((await world.listAll(`${zone}/virtualNetworkLinks`)).length, 1);
  });

  test('R23: a network is linked to one zone of a name, and once', async () => {
    const world = await createTwoZones();
    assert.equal((await world.put(link(zone), linked())).status, 201);
    assert.equal(codeOf(await world.put(link(otherZone), linked())), '400 BadRequest');
    assert.equal(codeOf(await world.put(link(zone, 'again'), linked())), '400 BadRequest');
    assert.equal((await world.put(link(hisZone), linked())).status, 404);
    await world.remove(link(zone));
    assert.equal((await world.put(link(otherZone), linked())).status, 201);
  });

  test('R23: of two links at the same time one is refused', async () => {
    const world = await createTwoZones();
    const answers = await Promise.all([zone, otherZone].map((id) => world.put(link(id), linked())));
    assert.deepEqual(answers.map(codeOf).sort(), ['201', '400 BadRequest']);
  });

  test('R23: a child zone beside its parent zone is well', async () => {
    const world = await createZoneWorld();
    const child = inGroup('privateDnsZones', 'sub.corp.example');
    await world.put(child, { location: 'global' });
    await world.put(link(zone), linked());
    assert.equal((await world.put(link(child), linked())).status, 201);
  });

  test('a network registers in one zone, until that link lets go', async () => {
    const world = await createZoneWorld();
    const second = inGroup('privateDnsZones', 'second.example');
    await world.put(second, { location: 'global' });
    await world.put(link(zone), linked({ registrationEnabled: true }));
    assert.equal(
      codeOf(await world.put(link(second), linked({ registrationEnabled: true }))),
      '409 Conflict',
    );
    await world.put(link(zone), linked());
    assert.equal((await world.put(link(second), linked({ registrationEnabled: true }))).status, 201);
  });

  test('redirect only in privatelink zones, and only from api-version 2024-06-01 on', async () => {
    const world = await createZoneWorld();
    await world.put(hisZone, { location: 'global' });
    const redirect = linked({ resolutionPolicy: 'NxDomainRedirect' });
    assert.equal(codeOf(await world.put(link(zone), redirect)), '400 BadRequest');
    const older = { apiVersion: '2020-06-01' };
    assert.equal(codeOf(await world.put(link(hisZone), redirect, older)), '400 InvalidRequestContent');
    assert.equal(
      (await world.put(link(hisZone), redirect)).json.properties.resolutionPolicy,
      'NxDomainRedirect',
    );
    const seenByOlder = await world.get(link(hisZone), older);
    assert.equal('resolutionPolicy' in seenByOlder.json.properties, false);
    // An older client's update does not take away what it cannot say.
    await world.patch(link(hisZone), { tags: { a: 'b' } }, older);
    await world.put(link(hisZone), seenByOlder.json, older);
    assert.equal((await world.get(link(hisZone))).json.properties.resolutionPolicy, 'NxDomainRedirect');
  });

  test('and zones have 15 tags at most; more that are stored already may be sent back', async () => {
    const world = await createZoneWorld();
    const tags = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, 'x']));
    for (const [id, body] of [
      [zone, { location: 'global' }],
      [link(zone), linked()],
    ] as const) {
      assert.equal(codeOf(await world.put(id, { ...body, tags: tags(16) })), '400 BadRequest');
      assert.match(codeOf(await world.put(id, { ...body, tags: tags(15) })), /^20[01]$/);
      assert.equal(codeOf(await world.patch(id, { tags: tags(16) })), '400 BadRequest');
    }
    const stored = (await world.store.get(zone))!;
    await world.store.commit({
      puts: [{ id: zone, type: stored.type, body: { ...stored.body, tags: tags(20) } }],
    });
    assert.equal((await world.put(zone, { location: 'global', tags: tags(20) })).status, 200);
    assert.equal(codeOf(await world.put(zone, { location: 'global', tags: tags(21) })), '400 BadRequest');
  });

  test('R15: need the permission to join the network', async () => {
    const world = await createPlacedWorld({
      isAllowed: async (_, action) => action !== 'Microsoft.Network/virtualNetworks/join/action',
    });
    await world.put(zone, { location: 'global' });
    assert.equal(codeOf(await world.put(link(zone), linked())), '403 LinkedAuthorizationFailed');
  });

  test('go with their network', async () => {
    const world = await createZoneWorld();
    await world.put(link(zone), linked());
    assert.equal((await world.remove(networkId)).status, 200);
    assert.equal((await world.get(link(zone))).status, 404);
    assert.equal((await world.remove(zone)).status, 200);
  });
});
