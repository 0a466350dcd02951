import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CloudProfile } from './cloud-profile.ts';
import { realClouds } from './cloud-profile.ts';
import { customDnsConfigs, judgeZonesOfGroup, zoneRecords } from './endpoint-dns.ts';
import { members, publishedZoneNames } from './members.ts';
import type { Region } from './regions.ts';
import { findRegion } from './regions.ts';

const { suffixes } = realClouds.AzureCloud as CloudProfile;
const all = members(findRegion('Japan East') as Region, suffixes);
const addresses = new Map(all.map((member, index) => [member.memberName, `10.0.1.${index + 4}`]));

// The endpoint of Japan East as a public screenshot shows it: names, last octets, records.
const seen = [
  ['gbl.his.arc.azure.com', '10.0.1.4', 'privatelink.his.arc.azure.com', 'gbl'],
  ['je.his.arc.azure.com', '10.0.1.5', 'privatelink.his.arc.azure.com', 'je'],
  ['japan-ats.his.arc.azure.com', '10.0.1.6', 'privatelink.his.arc.azure.com', 'japan-ats'],
  [
    'agentserviceapi.guestconfiguration.azure.com',
    '10.0.1.7',
    'privatelink.guestconfiguration.azure.com',
    'agentserviceapi',
  ],
  [
    'japaneast-gas.guestconfiguration.azure.com',
    '10.0.1.8',
    'privatelink.guestconfiguration.azure.com',
    'japaneast-gas',
  ],
  [
    'japaneast.dp.kubernetesconfiguration.azure.com',
    '10.0.1.9',
    'privatelink.dp.kubernetesconfiguration.azure.com',
    'japaneast',
  ],
] as const;

test("R4: customDnsConfigs are the scope region's six names in the members' order, an address each", () => {
  assert.deepEqual(
    customDnsConfigs(all, addresses),
    seen.map(([fqdn, address]) => ({ fqdn, ipAddresses: [address] })),
  );
});

test('R7: a zone group writes each record into its own zone, however the zone is spelled', () => {
  for (const spell of [
    publishedZoneNames(suffixes),
    publishedZoneNames(suffixes).map((name) => name.toLowerCase()),
    publishedZoneNames(suffixes).map((name) => name.toUpperCase()),
  ]) {
    const flat = spell.flatMap((zoneName) =>
      zoneRecords(zoneName, all, addresses).map((set) => {
        assert.equal(set.fqdn, `${set.recordSetName}.${zoneName}`);
        assert.equal(set.ttl, 10);
        assert.equal(set.recordType, 'A');
        return [zoneName.toLowerCase(), set.recordSetName, set.ipAddresses.join()];
      }),
    );
    assert.deepEqual(
      flat,
      seen.map(([, address, zone, record]) => [zone, record, address]),
    );
  }
});

test('R7: a foreign zone gets nothing, and a member without an address is left out', () => {
  for (const foreign of ['privatelink.blob.core.windows.net', 'his.arc.azure.com'])
    assert.deepEqual(zoneRecords(foreign, all, addresses), []);
  const only = new Map([['HybridCompute.Server', '10.0.1.5']]);
  assert.deepEqual(
    zoneRecords('privatelink.his.arc.azure.com.', all, only).map(({ fqdn }) => fqdn),
    ['je.privatelink.his.arc.azure.com'],
  );
  assert.deepEqual(customDnsConfigs(all, new Map([['HybridCompute.Server', '10.0.1.5']])), [
    { fqdn: 'je.his.arc.azure.com', ipAddresses: ['10.0.1.5'] },
  ]);
});

test('the members are as the live privateLinkResources answer spells them, each with its public name, zone and record', () => {
  const names = [
    'HybridCompute.Global',
    'HybridCompute.Server',
    'HybridCompute.TokenService',
    'GuestConfig.GlobalService',
    'GuestConfig.AgentService.japaneast',
    'HybridCompute.K8sConfiguration',
  ];
  assert.deepEqual(
    all,
    seen.map(([fqdn, , zone, record], index) => ({
      memberName: names[index],
      groupId: 'hybridcompute',
      fqdn,
      zone,
      record,
      privateLinkName: `${record}.${zone}`,
    })),
  );
});

test('the zone with the capital G is shown as the live service spells it', () => {
  assert.deepEqual(publishedZoneNames(suffixes), [
    'privatelink.his.arc.azure.com',
    'privatelink.Guestconfiguration.azure.com',
    'privatelink.dp.kubernetesconfiguration.azure.com',
  ]);
});

test('R7: a zone group that names a zone of no member is warned about, refused with strictDns; without members nobody knows', () => {
  const zones = ['/z/privatelink.his.arc.azure.com', '/z/privatelink.hiss.arc.azure.com'];
  const warned = judgeZonesOfGroup('/g', zones, all, false);
  assert.match(
    String(warned),
    /^Zone group '\/g' writes no record into '\/z\/privatelink\.hiss\.arc\.azure\.com': no member/,
  );
  const refused = judgeZonesOfGroup('/g', zones, all, true);
  assert.equal('code' in refused && refused.code, 'ZoneOfNoMember');
  assert.deepEqual(judgeZonesOfGroup('/g', zones.slice(0, 1), all, true), []);
  assert.deepEqual(judgeZonesOfGroup('/g', zones, [], true), []);
});
