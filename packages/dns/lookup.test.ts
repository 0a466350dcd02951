import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CloudProfile, realClouds } from '@tombolo/private-link';
import type { Document } from '@tombolo/store/port';
import { explain } from './explain.ts';
import { ask, hub, island, outside, quickstart, soa, stateOf, table } from './lookup.testkit.ts';
import { lookup } from './lookup.ts';
import { publicZones } from './public-zones.ts';
import {
  aDocument,
  document,
  hisZone,
  idOf,
  linkDocument,
  networkDocument,
} from './sample-documents.testkit.ts';
import { typeCodes } from './type-codes.ts';

describe('the quickstart topology', () => {
  const alias = 'gbl.his.arc.azure.com 60 CNAME gbl.privatelink.his.arc.azure.com';
  table(quickstart, [
    [
      'a linked view ends at the private address',
      hub,
      'gbl.his.arc.azure.com',
      'A',
      `NOERROR: ${alias}; gbl.${hisZone} 10 A 10.0.0.4`,
    ],
    [
      'the public view ends at the public address',
      outside,
      'gbl.his.arc.azure.com',
      'A',
      `NOERROR: ${alias}; gbl.${hisZone} 60 A 20.0.0.9`,
    ],
    [
      'a network without the link resolves as the public does',
      island,
      'gbl.his.arc.azure.com',
      'A',
      `NOERROR: ${alias}; gbl.${hisZone} 60 A 20.0.0.9`,
    ],
    [
      'a linked zone without the record answers NXDOMAIN and never falls back',
      hub,
      'japan-ats.his.arc.azure.com',
      'A',
      `NXDOMAIN: japan-ats.his.arc.azure.com 60 CNAME japan-ats.${hisZone} | ${soa}`,
    ],
    [
      'a name without that type answers NODATA',
      hub,
      'gbl.his.arc.azure.com',
      'AAAA',
      `NOERROR: ${alias} | ${soa}`,
    ],
    [
      'the case of the question stays in the owner',
      hub,
      `GbL.${hisZone}`,
      'A',
      `NOERROR: GbL.${hisZone} 10 A 10.0.0.4`,
    ],
    [
      'a zone of its own for the services that are not linked stays public',
      hub,
      'japaneast-gas.guestconfiguration.azure.com',
      'A',
      'NOERROR: japaneast-gas.guestconfiguration.azure.com 60 CNAME japaneast-gas.privatelink.guestconfiguration.azure.com; japaneast-gas.privatelink.guestconfiguration.azure.com 60 A 20.0.0.9',
    ],
    [
      'R11: resource management stays public',
      hub,
      'management.azure.com',
      'A',
      'NOERROR: management.azure.com 60 A 20.0.0.8',
    ],
    [
      'the notification service has its name and any below it',
      hub,
      'x.guestnotificationservice.azure.com',
      'A',
      'NOERROR: x.guestnotificationservice.azure.com 60 A 20.0.0.9',
    ],
    [
      'names of other regions do not exist',
      outside,
      'weu.his.arc.azure.com',
      'A',
      'NXDOMAIN:  | his.arc.azure.com 10 SOA SOA',
    ],
    ['what is in no zone is for the upstreams', hub, 'example.org', 'A', 'forward example.org to upstreams'],
    [
      'the SOA is there to ask for, with its own TTL',
      hub,
      hisZone,
      'SOA',
      `NOERROR: ${hisZone} 3600 SOA SOA`,
    ],
  ]);

  test('zone transfers and other classes are refused', () => {
    assert.equal(ask(quickstart, hub, hisZone, 'AXFR'), 'REFUSED: ');
    assert.equal(lookup(quickstart, hub, { name: 'version.bind', type: 16, class: 3 }).kind, 'answer');
  });

  test('a region is answered for at its name of now, at our own where Azure has none, and at those of earlier versions', () => {
    const state = {
      ...quickstart,
      publicZones: publicZones({
        ...(realClouds.AzureCloud as CloudProfile),
        publicAddresses: ['20.0.0.9'],
        regions: ['northeurope', 'westus'],
      }),
    };
    const answered = (label: string): boolean => {
      const [name, target] = [`${label}.${hisSuffix}`, `${label}.privatelink.${hisSuffix}`];
      return ask(state, outside, name) === `NOERROR: ${name} 60 CNAME ${target}; ${target} 60 A 20.0.0.9`;
    };
    for (const label of ['gbl', 'ne', 'neu', 'europe-ats', 'tombolo-westus', 'tombolo-westus-ats'])
      assert.ok(answered(label), label);
    for (const label of ['wus', 'westus', 'us-ats', 'je']) assert.ok(!answered(label), label);
  });

  test('without public addresses a profile has no public zones', () => {
    assert.equal(publicZones(realClouds.AzureCloud as CloudProfile).size, 0);
  });
});

const hisSuffix = 'his.arc.azure.com';

describe('records of a private zone', () => {
  const zone = 'corp.example';
  const cname = (name: string, target: string): Document =>
    document(`privateDnsZones/${zone}/CNAME/${name}`, { ttl: 7, cnameRecord: { cname: target } });
  const state = stateOf(
    networkDocument('hub', '10.0.0.0/16'),
    document(`privateDnsZones/${zone}`),
    document(`privateDnsZones/sub.${zone}`),
    linkDocument(zone, 'hub'),
    linkDocument(`sub.${zone}`, 'hub'),
    document(`privateDnsZones/${zone}/SOA/@`, {
      ttl: 30,
      soaRecord: { host: 'ns.corp.example.', email: 'admin@corp.example', serialNumber: 4, minimumTtl: 60 },
    }),
    aDocument(zone, '@', '10.0.0.1', '10.0.0.2'),
    aDocument(zone, '*', '10.0.0.3'),
    aDocument(zone, 'a.b.deep', '10.0.0.4'),
    aDocument(`sub.${zone}`, 'x', '10.0.0.5'),
    cname('alias', 'X.sub.corp.example'),
    cname('away', 'www.example.org'),
    cname('one', 'two.corp.example'),
    cname('two', 'one.corp.example'),
    cname('*.wild', 'a.b.deep.corp.example'),
    document(`privateDnsZones/${zone}/MX/@`, {
      ttl: 9,
      mxRecords: [{ preference: 1, exchange: 'a.b.deep.corp.example' }],
    }),
    document(`privateDnsZones/${zone}/SRV/_l._tcp`, {
      ttl: 9,
      srvRecords: [{ priority: 1, weight: 2, port: 3, target: 'x.sub.corp.example' }],
    }),
  );
  const negative = `${zone} 30 SOA SOA`;
  table(state, [
    ['@ is the apex', hub, zone, 'A', `NOERROR: ${zone} 10 A 10.0.0.1; ${zone} 10 A 10.0.0.2`],
    [
      'a wildcard answers for names that do not exist',
      hub,
      'no.where.corp.example',
      'A',
      'NOERROR: no.where.corp.example 10 A 10.0.0.3',
    ],
    ['a wildcard without the type is NODATA', hub, 'no.corp.example', 'TXT', `NOERROR:  | ${negative}`],
    [
      'an empty non-terminal is NODATA, not the wildcard (RFC 4592)',
      hub,
      'b.deep.corp.example',
      'A',
      `NOERROR:  | ${negative}`,
    ],
    [
      'below an empty non-terminal the wildcard above does not reach',
      hub,
      'c.deep.corp.example',
      'A',
      `NXDOMAIN:  | ${negative}`,
    ],
    [
      'the longest zone wins, without looking into the shorter',
      hub,
      'no.sub.corp.example',
      'A',
      `NXDOMAIN:  | sub.${zone} 10 SOA SOA`,
    ],
    [
      'CNAMEs are followed across zones',
      hub,
      'alias.corp.example',
      'A',
      'NOERROR: alias.corp.example 7 CNAME x.sub.corp.example; x.sub.corp.example 10 A 10.0.0.5',
    ],
    [
      'a CNAME asked for is not followed',
      hub,
      'alias.corp.example',
      'CNAME',
      'NOERROR: alias.corp.example 7 CNAME x.sub.corp.example',
    ],
    [
      'a wildcard CNAME is followed',
      hub,
      'q.wild.corp.example',
      'A',
      'NOERROR: q.wild.corp.example 7 CNAME a.b.deep.corp.example; a.b.deep.corp.example 10 A 10.0.0.4',
    ],
    [
      'a CNAME that leaves is for the upstreams from there',
      hub,
      'away.corp.example',
      'A',
      'away.corp.example 7 CNAME www.example.org; forward www.example.org to upstreams',
    ],
    ['a CNAME loop is SERVFAIL', hub, 'one.corp.example', 'A', 'SERVFAIL: '],
    ['ANY gets one set', hub, zone, 'ANY', `NOERROR: ${zone} 10 A 10.0.0.1; ${zone} 10 A 10.0.0.2`],
    ['another network does not see the zone', island, zone, 'A', `forward ${zone} to upstreams`],
  ]);
  test('hosts of SRV and MX come along where they are ours', () => {
    for (const name of ['_l._tcp.corp.example', 'corp.example']) {
      const type = name.startsWith('_') ? typeCodes.SRV : typeCodes.MX;
      const result = lookup(state, hub, { name, type, class: 1 });
      assert.equal(result.kind === 'answer' && result.additional.length, 1);
    }
  });
  test('the explanation is the same lookup, step by step', () => {
    const { steps, result } = explain(state, hub, 'alias.corp.example.', 'A');
    assert.deepEqual(steps, [
      {
        kind: 'zone',
        name: 'alias.corp.example',
        zone,
        zoneId: idOf(`privateDnsZones/${zone}`),
        linkId: idOf(`privateDnsZones/${zone}/virtualNetworkLinks/to-hub`),
        outcome: 'cname',
        target: 'x.sub.corp.example',
      },
      {
        kind: 'zone',
        name: 'x.sub.corp.example',
        zone: `sub.${zone}`,
        zoneId: idOf(`privateDnsZones/sub.${zone}`),
        linkId: idOf(`privateDnsZones/sub.${zone}/virtualNetworkLinks/to-hub`),
        outcome: 'answer',
      },
    ]);
    assert.equal(result.answer.length, 2);
    assert.deepEqual(explain(state, hub, 'one.corp.example', 'A').steps.at(-1), {
      kind: 'loop',
      name: 'two.corp.example',
    });
  });
});
