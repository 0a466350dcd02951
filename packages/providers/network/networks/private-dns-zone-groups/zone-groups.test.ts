import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ArmWorld, ArmWorldOptions } from '@tombolo/testkit/arm-world';
import {
  codeOf,
  createPlacedWorld,
  endpointBody,
  gasZone,
  hisZone,
  inGroup,
  scopeId,
} from '../../network.testkit.ts';
import { recordsUponApproval } from './surroundings.ts';

const pe = inGroup('privateEndpoints', 'pe');
const pe2 = inGroup('privateEndpoints', 'pe2');
const groupOf = (endpoint: string): string => `${endpoint}/privateDnsZoneGroups/default`;
const zones = (...ids: readonly string[]) => ({
  properties: {
    privateDnsZoneConfigs: ids.map((privateDnsZoneId, index) => ({
      name: `zone-${index}`,
      properties: { privateDnsZoneId },
    })),
  },
});
const manual = 'manualPrivateLinkServiceConnections';

const createZonedWorld = async (options: Omit<ArmWorldOptions, 'providers'> = {}): Promise<ArmWorld> => {
  const world = await createPlacedWorld(options);
  await world.put(hisZone, { location: 'global' });
  await world.put(gasZone, { location: 'global' });
  await world.put(pe, endpointBody());
  await world.settle();
  return world;
};

const records = async (world: ArmWorld, zone = hisZone): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await world.listAll(`${zone}/A`)).map((record) => {
      const { aRecords } = record.properties as { aRecords: { ipv4Address: string }[] };
      return [record.name as string, aRecords.map((entry) => entry.ipv4Address).join()];
    }),
  );
const links = (world: ArmWorld) =>
  world.store.list({ type: 'Microsoft.Network/privateDnsZones/virtualNetworkLinks' });

describe('a zone group', () => {
  test('has the names: the endpoint’s own list is empty beside it, in each of its answers, and full again after it', async () => {
    const world = await createZonedWorld();
    await world.put(pe2, endpointBody());
    await world.settle();
    const group = pe.slice(0, pe.lastIndexOf('/'));
    const counts = async () =>
      (await world.listAll(group)).map(
        ({ properties }) => (properties as { customDnsConfigs: unknown[] }).customDnsConfigs.length,
      );
    assert.deepEqual(await counts(), [6, 6]);
    await world.put(groupOf(pe), zones(hisZone));
    await world.settle();
    assert.deepEqual(await counts(), [0, 6], 'of its own group only');
    const shown = (await world.get(pe)).json;
    assert.deepEqual(shown.properties.customDnsConfigs, []);
    const again = await world.put(pe, { ...shown, tags: { a: 'b' } });
    assert.deepEqual([again.status, again.json.properties.customDnsConfigs], [200, []]);
    assert.deepEqual((await world.patch(pe, { tags: {} })).json.properties.customDnsConfigs, []);
    await world.remove(groupOf(pe));
    await world.settle();
    assert.deepEqual(await counts(), [6, 6]);
  });

  test('R7: writes the members’ records into the zones that it names, and never a link', async () => {
    const world = await createZonedWorld();
    const created = await world.put(groupOf(pe), zones(hisZone, gasZone));
    assert.equal(created.status, 201);
    assert.ok(created.headers['azure-asyncoperation']);
    await world.settle();
    assert.deepEqual(await records(world), { gbl: '10.0.1.4', 'japan-ats': '10.0.1.6', je: '10.0.1.5' });
    assert.deepEqual(await records(world, gasZone), {
      agentserviceapi: '10.0.1.7',
      'japaneast-gas': '10.0.1.8',
    });
    const [first] = (await world.get(groupOf(pe))).json.properties.privateDnsZoneConfigs;
    assert.deepEqual(first.properties.recordSets[0], {
      recordType: 'A',
      recordSetName: 'gbl',
      fqdn: 'gbl.privatelink.his.arc.azure.com',
      ttl: 10,
      ipAddresses: ['10.0.1.4'],
      provisioningState: 'Succeeded',
    });
    const record = (await world.get(`${hisZone}/A/gbl`)).json.properties;
    assert.equal(record.ttl, 10);
    const guid = (await world.get(pe)).json.properties.resourceGuid;
    assert.equal(record.metadata.creator, `created by private endpoint pe with resource guid ${guid}`);
    assert.deepEqual(await links(world), []);
  });

  test('R21: takes exactly its own records away, with itself or with its endpoint', async () => {
    for (const deleted of [groupOf(pe), pe]) {
      const world = await createZonedWorld();
      await world.put(`${hisZone}/A/byhand`, {
        properties: { ttl: 60, aRecords: [{ ipv4Address: '10.9.9.9' }] },
      });
      await world.put(groupOf(pe), zones(hisZone, gasZone));
      await world.put(`${hisZone}/A/je`, {
        properties: { ttl: 60, aRecords: [{ ipv4Address: '10.9.9.8' }] },
      });
      assert.equal((await world.remove(deleted)).status, 202);
      await world.settle();
      assert.deepEqual(await records(world), { byhand: '10.9.9.9', je: '10.9.9.8' });
      assert.deepEqual(await records(world, gasZone), {});
      assert.equal((await world.get(groupOf(pe))).status, 404);
    }
  });

  test('a zone left out of a later PUT loses its records', async () => {
    const world = await createZonedWorld();
    await world.put(groupOf(pe), zones(hisZone, gasZone));
    assert.equal((await world.put(groupOf(pe), zones(gasZone))).status, 200);
    assert.deepEqual(await records(world), {});
    assert.equal(Object.keys(await records(world, gasZone)).length, 2);
  });

  test('R5: a second endpoint’s group replaces the first’s records, and R21: each then removes only its own', async () => {
    const world = await createZonedWorld();
    await world.put(pe2, endpointBody());
    await world.settle();
    await world.put(groupOf(pe), zones(hisZone, gasZone));
    await world.put(groupOf(pe2), zones(hisZone));
    assert.deepEqual(await records(world), { gbl: '10.0.1.10', 'japan-ats': '10.0.1.12', je: '10.0.1.11' });
    await world.remove(pe);
    await world.settle();
    assert.equal((await records(world)).gbl, '10.0.1.10');
    assert.deepEqual(await records(world, gasZone), {});
    await world.remove(pe2);
    await world.settle();
    assert.deepEqual(await records(world), {});
  });

  test('R5: the write that replaces another’s records warns of it, and no other write does', async () => {
    const world = await createZonedWorld();
    await world.put(pe2, endpointBody());
    await world.settle();
    await world.put(`${gasZone}/A/agentserviceapi`, {
      properties: { ttl: 60, aRecords: [{ ipv4Address: '10.9.9.9' }] },
    });
    const warning = async (endpoint: string, ...zoneIds: readonly string[]) =>
      (await world.put(groupOf(endpoint), zones(...zoneIds))).headers['x-tombolo-warning'];
    assert.equal(await warning(pe, hisZone), undefined);
    assert.equal(await warning(pe, hisZone), undefined, 'its own records');
    const said = (await warning(pe2, hisZone, gasZone))?.split(' | ') ?? [];
    assert.equal(said.length, 2);
    assert.match(
      said[0]!,
      /'gbl', 'japan-ats', 'je' of zone '.*privatelink\.his.*', which private endpoint 'pe \(/,
    );
    assert.match(said[1]!, /'agentserviceapi' of zone '.*', which somebody by hand wrote/);
  });

  test('R5: with strict DNS the replacement is refused and nothing is written', async () => {
    const world = await createZonedWorld({ settings: { strictDns: true } });
    await world.put(pe2, endpointBody());
    await world.put(groupOf(pe), zones(hisZone));
    const refused = await world.put(groupOf(pe2), zones(gasZone, hisZone));
    assert.equal(codeOf(refused), '409 ZoneRecordsHeldByAnother');
    assert.deepEqual(await records(world, gasZone), {});
    assert.equal((await records(world)).gbl, '10.0.1.4');
  });

  test('R15: of a Pending endpoint writes no records until the connection is approved', async () => {
    const world = await createZonedWorld();
    const item = { name: 'arc', properties: { privateLinkServiceId: scopeId, groupIds: ['hybridcompute'] } };
    await world.put(pe2, endpointBody({ [manual]: [item] }, manual));
    const created = await world.put(groupOf(pe2), zones(hisZone));
    assert.deepEqual(created.json.properties.privateDnsZoneConfigs[0].properties.recordSets, []);
    assert.deepEqual(await records(world), {});
    const all = await world.store.list({
      type: 'Microsoft.HybridCompute/privateLinkScopes/privateEndpointConnections',
    });
    const connection = all.find((document) => document.id.includes('/pe2.'))!;
    const state = { status: 'Approved', description: 'ok', actionsRequired: 'None' };
    const properties = {
      ...(connection.body.properties as object),
      privateLinkServiceConnectionState: state,
    };
    const { effects } = await recordsUponApproval(world.store, connection, false);
    const expected = effects.expect?.flatMap((expectation) => ('id' in expectation ? expectation.id : []));
    assert.ok(expected?.includes(groupOf(pe2)), 'of a group that goes meanwhile nothing is left behind');
    await world.store.commit({
      ...effects,
      puts: [...(effects.puts ?? []), { id: connection.id, type: connection.type, body: { properties } }],
    });
    assert.equal((await records(world)).gbl, '10.0.1.10');
    assert.equal(
      (await world.get(groupOf(pe2))).json.properties.privateDnsZoneConfigs[0].properties.recordSets.length,
      3,
    );
  });

  test('R15: needs the permission to join each zone', async () => {
    const world = await createZonedWorld({
      isAllowed: async (_, action, scope) =>
        !(action === 'Microsoft.Network/privateDnsZones/join/action' && scope === gasZone),
    });
    const refused = await world.put(groupOf(pe), zones(hisZone, gasZone));
    assert.equal(codeOf(refused), '403 LinkedAuthorizationFailed');
    assert.deepEqual(await records(world), {});
  });

  test('is the one of its endpoint, of at most five zones that are there, each once', async () => {
    const world = await createZonedWorld();
    const absent = await world.put(groupOf(pe), zones(`${hisZone}x`));
    assert.equal(codeOf(absent), '400 InvalidPrivateDnsZoneIds');
    assert.match(
      absent.json.error.message,
      /privateDnsZoneGroups\/default has invalid private dns zone ids .*azure\.comx\./,
    );
    assert.equal(
      codeOf(await world.put(groupOf(pe), zones(hisZone, hisZone))),
      '400 InvalidPrivateDnsZoneGroup',
    );
    assert.equal(codeOf(await world.put(groupOf(pe), zones(pe))), '400 InvalidRequestFormat');
    const six = [1, 2, 3, 4, 5, 6].map((number) => inGroup('privateDnsZones', `z${number}.example`));
    for (const zone of six) await world.put(zone, { location: 'global' });
    assert.equal(codeOf(await world.put(groupOf(pe), zones(...six))), '400 InvalidPrivateDnsZoneGroup');
    assert.equal((await world.put(groupOf(pe), zones(hisZone))).status, 201);
    const second = `${pe}/privateDnsZoneGroups/second`;
    assert.equal(codeOf(await world.put(second, zones(gasZone))), '400 InvalidPrivateDnsZoneGroup');
    assert.equal((await world.put(groupOf(`${pe}x`), zones(hisZone))).status, 404);
  });

  test('does not write beside a CNAME, and takes a zone of any case', async () => {
    const world = await createZonedWorld();
    await world.put(`${hisZone}/CNAME/gbl`, {
      properties: { ttl: 10, cnameRecord: { cname: 'elsewhere.example' } },
    });
    assert.equal(codeOf(await world.put(groupOf(pe), zones(hisZone))), '409 Conflict');
    await world.remove(`${hisZone}/CNAME/gbl`);
    const upper = hisZone.replace('privatelink.his', 'privatelink.HIS');
    assert.equal((await world.put(groupOf(pe), zones(upper))).status, 201);
    assert.equal((await records(world)).gbl, '10.0.1.4');
  });

  test('two written at the same time to one zone leave one endpoint’s records, whole', async () => {
    const world = await createZonedWorld();
    await world.put(pe2, endpointBody());
    const answers = await Promise.all(
      [pe, pe2].map((endpoint) => world.put(groupOf(endpoint), zones(hisZone))),
    );
    assert.deepEqual(answers.map(codeOf), ['201', '201']);
    const written = Object.values(await records(world)).sort();
    assert.ok(
      [
        ['10.0.1.10', '10.0.1.11', '10.0.1.12'],
        ['10.0.1.4', '10.0.1.5', '10.0.1.6'],
      ].some((whole) => whole.join() === written.join()),
      written.join(),
    );
  });
});

describe('a zone group and what happens at the same time', () => {
  test('R21: of an endpoint that is being deleted leaves neither itself nor records behind', async () => {
    const world = await createZonedWorld();
    await Promise.all([world.remove(pe), world.put(groupOf(pe), zones(hisZone))]);
    await world.settle();
    assert.equal((await world.get(pe)).status, 404);
    assert.deepEqual(await world.store.list({ under: pe }), []);
    assert.deepEqual(await records(world), {});
  });

  test('R15: an approval passes over a zone that was deleted since', async () => {
    const world = await createZonedWorld();
    await world.put(pe2, endpointBody({}, manual));
    await world.put(groupOf(pe2), zones(hisZone, gasZone));
    assert.equal((await world.remove(gasZone)).status, 200);
    const all = await world.store.list({
      type: 'Microsoft.HybridCompute/privateLinkScopes/privateEndpointConnections',
    });
    const connection = all.find((document) => document.id.includes('/pe2.'))!;
    await world.store.commit((await recordsUponApproval(world.store, connection, false)).effects);
    assert.equal((await records(world)).gbl, '10.0.1.10');
    assert.equal((await world.get(gasZone)).status, 404);
  });
});
