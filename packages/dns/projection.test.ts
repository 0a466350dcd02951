import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readRecords } from '@tombolo/dns-records';
import { recordSampleList } from '@tombolo/dns-records/record-samples.testkit';
import type { Json, JsonObject } from '@tombolo/store/port';
import fc from 'fast-check';
import { dnsFollowedTypes, projectDnsState } from './projection.ts';
import {
  aDocument,
  document,
  hisZone,
  idOf,
  linkDocument,
  networkDocument,
  quickstartDocuments,
} from './sample-documents.testkit.ts';
import { typeCodes } from './type-codes.ts';

describe('projection', () => {
  test('inbound endpoints carry the view of their resolver’s network', () => {
    const { inboundEndpoints } = projectDnsState(quickstartDocuments('10.0.1.4'));
    assert.deepEqual(inboundEndpoints, [
      {
        id: idOf('dnsResolvers/of-hub/inboundEndpoints/in'),
        address: '10.0.1.4',
        virtualNetworkId: idOf('virtualNetworks/hub'),
      },
    ]);
  });

  test('a network keeps the name servers that are set for its machines', () => {
    const hub = idOf('virtualNetworks/hub');
    const serversOf = ({ networks }: ReturnType<typeof projectDnsState>) =>
      networks.get(hub.toLowerCase())?.customDnsServers;
    assert.deepEqual(serversOf(projectDnsState(quickstartDocuments())), []);
    const custom = projectDnsState([
      ...quickstartDocuments().filter(({ id }) => id !== hub),
      networkDocument('hub', '10.0.0.0/16', ['192.168.0.1', '192.168.0.2']),
    ]);
    assert.deepEqual(serversOf(custom), ['192.168.0.1', '192.168.0.2']);
  });

  test('the order of the documents decides nothing', () => {
    const documents = quickstartDocuments();
    assert.deepEqual(projectDnsState([...documents].reverse()), projectDnsState(documents));
  });

  test('every record type of ARM is followed and read', () => {
    const state = projectDnsState([
      networkDocument('hub', '10.0.0.0/16'),
      document('privateDnsZones/z.example'),
      linkDocument('z.example', 'hub'),
      ...recordSampleList.map(([type, { properties }]) =>
        document(`privateDnsZones/z.example/${type}/${type === 'SOA' ? '@' : type}`, {
          ttl: 5,
          ...(properties as JsonObject),
        }),
      ),
    ]);
    assert.deepEqual(state.problems, []);
    const [linked] = state.networks.values().next().value?.zones.values() ?? [];
    for (const [type, { properties }] of recordSampleList) {
      const owner = type === 'SOA' ? 'z.example' : `${type.toLowerCase()}.z.example`;
      assert.deepEqual(
        linked?.zone.nodes.get(owner)?.get(typeCodes[type])?.data,
        readRecords(type, properties).data,
        type,
      );
    }
  });

  test('an inbound endpoint’s address has one form, however a document writes it', () => {
    const written = quickstartDocuments().map((entry) =>
      entry.type.endsWith('/inboundEndpoints')
        ? {
            ...entry,
            body: JSON.parse(JSON.stringify(entry.body).replace(/"10\.[\d.]+"/, '"::ffff:10.9.8.7"')),
          }
        : entry,
    );
    const [endpoint] = projectDnsState(written).inboundEndpoints;
    assert.equal(endpoint?.address, '10.9.8.7');
  });

  test('a record that cannot be served is left out and reported, the rest stays', () => {
    const bad = aDocument(hisZone, 'bad', '10.0.0.999');
    const state = projectDnsState([...quickstartDocuments(), bad, linkDocument('gone.example', 'hub')]);
    assert.deepEqual(state.problems.map(({ id }) => id).sort(), [
      idOf('privateDnsZones/gone.example/virtualNetworkLinks/to-hub'),
      bad.id,
    ]);
    assert.equal(state.networks.get(idOf('virtualNetworks/hub').toLowerCase())?.zones.size, 1);
  });

  test('R23: of two linked zones of one name the first link counts and the other is reported', () => {
    const second = quickstartDocuments()
      .filter(({ type }) => type.includes('privateDnsZones'))
      .map((entry) => ({ ...entry, id: entry.id.replace('/Net/', '/Other/') }));
    const state = projectDnsState([...second, ...quickstartDocuments()]);
    const linked = state.networks.get(idOf('virtualNetworks/hub').toLowerCase())?.zones.get(hisZone);
    assert.equal(linked?.zone.id, idOf(`privateDnsZones/${hisZone}`));
    assert.match(state.problems[0]?.message ?? '', /R23/);
  });

  test('a record name that is no domain name below its zone is left out', () => {
    const names = ['a\\', '..', 'a..b', `${'x'.repeat(64)}`, 'y.'.repeat(130), '\\999'];
    const state = projectDnsState([
      ...quickstartDocuments(),
      ...names.map((name) => aDocument(hisZone, name, '10.0.0.7')),
    ]);
    const [linked] = state.networks.values().next().value?.zones.values() ?? [];
    assert.deepEqual([...(linked?.zone.nodes.keys() ?? [])].sort(), [
      `gbl.${hisZone}`,
      `je.${hisZone}`,
      hisZone,
    ]);
  });

  test('whatever the documents hold, it does not throw', () => {
    const segment = fc.oneof(
      fc.constantFrom('@', '*', hisZone, 'a\\', '..', 'x'.repeat(300)),
      fc.string({ maxLength: 12 }),
    );
    const arbitrary = fc.record({
      id: fc.array(segment, { maxLength: 12 }).map((parts) => `/${parts.join('/')}`),
      type: fc.constantFrom(...dnsFollowedTypes),
      version: fc.constant(1),
      body: fc.record({
        properties: fc.oneof(
          fc.jsonValue({ maxDepth: 3 }).map((value) => value as Json),
          fc.constant({ aRecords: [{ ipv4Address: '10.0.0.1' }], ttl: 1 }),
        ),
      }),
    });
    fc.assert(
      fc.property(fc.array(arbitrary, { maxLength: 8 }), (documents) => {
        projectDnsState([...quickstartDocuments(), ...documents]);
      }),
      { seed: 20261122, numRuns: 300 },
    );
  });
});
