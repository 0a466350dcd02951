/** Private DNS zone groups: the records of an endpoint, and only those (R5, R7, R21). */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { poll } from './clients.ts';
import { all, names, refused } from './expect.ts';
import {
  createEndpoint,
  createPlace,
  createZoneGroup,
  createZones,
  linkZone,
  zoneNames,
} from './topology.ts';
import { shareWorld } from './world.ts';

const world = await shareWorld();
const { network, privateDns } = world;
const { privateEndpointConnections: connections } = world.hybridCompute;

describe('zone groups', () => {
  test('write the records of the endpoint into its zones and take back only those', async () => {
    const at = await createPlace(world, '127.89');
    const zones = await createZones(world, at.group);
    await createEndpoint(world, at.group, 'pe', at);
    await privateDns.recordSets.createOrUpdate(at.group, zoneNames[0], 'A', 'mine', {
      ttl: 60,
      aRecords: [{ ipv4Address: '127.89.9.9' }],
    });
    const zoneGroup = await createZoneGroup(world, at.group, 'pe', zones);
    assert.equal(zoneGroup.provisioningState, 'Succeeded');
    assert.deepEqual(
      zoneGroup.privateDnsZoneConfigs?.map((config) => config.recordSets?.map((set) => set.recordSetName)),
      [['gbl', 'weu', 'tombolo-westeurope-ats'], ['agentserviceapi', 'westeurope-gas'], ['westeurope']],
    );
    const record = await privateDns.recordSets.get(at.group, zoneNames[0], 'A', 'gbl');
    assert.deepEqual(record.aRecords, [{ ipv4Address: '127.89.1.4' }]);
    const aRecords = () => names(privateDns.recordSets.listByType(at.group, zoneNames[0], 'A'));
    assert.deepEqual(await aRecords(), ['gbl', 'mine', 'tombolo-westeurope-ats', 'weu']);
    assert.deepEqual(await names(network.privateDnsZoneGroups.list(at.group, 'pe')), ['default']);

    // The group has the names then; the endpoint's own list is empty, one by one and in the list.
    const own = async () => (await network.privateEndpoints.get(at.group, 'pe')).customDnsConfigs?.length;
    assert.equal(await own(), 0);
    const [listed] = await all(network.privateEndpoints.list(at.group));
    assert.equal(listed?.customDnsConfigs?.length, 0);

    await network.privateDnsZoneGroups.delete(at.group, 'pe', 'default', poll);
    assert.deepEqual(await aRecords(), ['mine'], 'R21: its own records and nothing else');
    assert.equal(await own(), 6);
  });

  test('R21: deleting the endpoint takes its records and leaves those of others', async () => {
    const at = await createPlace(world, '127.90');
    const zones = await createZones(world, at.group);
    await createEndpoint(world, at.group, 'pe', at);
    await createZoneGroup(world, at.group, 'pe', zones);
    await privateDns.recordSets.createOrUpdate(at.group, zoneNames[2], 'A', 'japaneast', {
      ttl: 60,
      aRecords: [{ ipv4Address: '127.90.9.9' }],
    });
    await network.privateEndpoints.delete(at.group, 'pe', poll);
    const left = await Promise.all(
      zoneNames.map((zone) => names(privateDns.recordSets.listByType(at.group, zone, 'A'))),
    );
    assert.deepEqual(left, [[], [], ['japaneast']]);
    assert.deepEqual(await all(connections.listByPrivateLinkScope(at.group, 'scope')), []);
  });

  test('R7: a zone group never creates a link, and the seed topology is complete with three', async () => {
    const at = await createPlace(world, '127.91');
    const zones = await createZones(world, at.group);
    await createEndpoint(world, at.group, 'pe', at);
    await createZoneGroup(world, at.group, 'pe', zones);
    const warnings: string[] = [];
    for (const zone of zoneNames) {
      assert.deepEqual(await names(privateDns.virtualNetworkLinks.list(at.group, zone)), []);
      await linkZone(world, at.group, zone, at.networkId, { onWarning: (warning) => warnings.push(warning) });
    }
    assert.deepEqual(warnings, [], 'what is complete is not warned about');
  });

  test('R7: linking an empty or incomplete zone is warned about by the write, by the names that break', async () => {
    const at = await createPlace(world, '127.88');
    await createZones(world, at.group);
    await privateDns.recordSets.createOrUpdate(at.group, zoneNames[1], 'A', 'agentserviceapi', {
      ttl: 60,
      aRecords: [{ ipv4Address: '127.88.1.7' }],
    });
    const warnings: string[] = [];
    for (const zone of zoneNames)
      await linkZone(world, at.group, zone, at.networkId, { onWarning: (warning) => warnings.push(warning) });
    assert.equal(warnings.length, 3);
    assert.match(warnings[0]!, /is empty: there gbl\.his\.arc\.azure\.com, .* do not resolve/);
    assert.match(
      warnings[1]!,
      /is incomplete: there westeurope-gas\.guestconfiguration\.azure\.com do not resolve/,
    );
    assert.match(warnings[2]!, /is empty: there westeurope\.dp\./);
  });

  test("R5: a second endpoint's zone group replaces the records of the first", async () => {
    const at = await createPlace(world, '127.92');
    const zones = await createZones(world, at.group);
    await createEndpoint(world, at.group, 'one', at);
    await createEndpoint(world, at.group, 'two', at);
    await createZoneGroup(world, at.group, 'one', zones);
    await createZoneGroup(world, at.group, 'two', zones);
    const record = await privateDns.recordSets.get(at.group, zoneNames[0], 'A', 'gbl');
    assert.deepEqual(record.aRecords, [{ ipv4Address: '127.92.1.10' }]);
    await network.privateEndpoints.delete(at.group, 'one', poll);
    const kept = await privateDns.recordSets.get(at.group, zoneNames[0], 'A', 'gbl');
    assert.deepEqual(kept.aRecords, [{ ipv4Address: '127.92.1.10' }], 'R21: the records of the second stay');
  });

  test('a second group, or a sixth zone, is refused', async () => {
    const at = await createPlace(world, '127.93');
    const zones = await createZones(world, at.group);
    await createEndpoint(world, at.group, 'pe', at);
    await createZoneGroup(world, at.group, 'pe', zones);
    await refused(
      network.privateDnsZoneGroups.createOrUpdate(
        at.group,
        'pe',
        'second',
        { privateDnsZoneConfigs: [] },
        poll,
      ),
      { status: 400, code: 'InvalidPrivateDnsZoneGroup' },
    );
    const six = Array.from({ length: 6 }, (_, index) => ({
      name: `zone${index}`,
      privateDnsZoneId: zones[index % 3]!,
    }));
    await refused(
      network.privateDnsZoneGroups.createOrUpdate(
        at.group,
        'pe',
        'default',
        { privateDnsZoneConfigs: six },
        poll,
      ),
      { status: 400, code: 'InvalidPrivateDnsZoneGroup' },
    );
  });
});
