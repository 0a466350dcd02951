import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '@tombolo/store/port';
import type { DnsState } from './dns-state.ts';
import { ask, hub, island, soa, stateOf, table } from './lookup.testkit.ts';
import {
  aDocument,
  document,
  hisZone,
  linkDocument,
  networkDocument,
  quickstartDocuments,
  rulesetDocuments,
} from './sample-documents.testkit.ts';

describe('NxDomainRedirect', () => {
  const redirected = (zone: string): DnsState =>
    stateOf(
      networkDocument('hub', '10.0.0.0/16'),
      document(`privateDnsZones/${zone}`),
      linkDocument(zone, 'hub', 'NxDomainRedirect'),
      aDocument(zone, 'gbl', '10.0.0.4'),
      document(`privateDnsZones/${zone}/TXT/je`, { ttl: 5, txtRecords: [{ value: ['x'] }] }),
    );
  const state = redirected(hisZone);
  table(state, [
    [
      'a record that is there stays private',
      hub,
      `gbl.${hisZone}`,
      'A',
      `NOERROR: gbl.${hisZone} 10 A 10.0.0.4`,
    ],
    [
      'a missing name is answered by the public view',
      hub,
      'japan-ats.his.arc.azure.com',
      'A',
      `NOERROR: japan-ats.his.arc.azure.com 60 CNAME japan-ats.${hisZone}; japan-ats.${hisZone} 60 A 20.0.0.9`,
    ],
    ['NODATA is never redirected', hub, `je.${hisZone}`, 'A', `NOERROR:  | ${soa}`],
    ['other types are never redirected', hub, `no.${hisZone}`, 'TXT', `NXDOMAIN:  | ${soa}`],
  ]);
  test('a name that the public view does not know goes upstream', () => {
    const other = 'privatelink.blob.core.windows.net';
    assert.equal(ask(redirected(other), hub, `a.${other}`), `forward a.${other} to upstreams`);
  });
  test('the zone may have the region in front of the label', () => {
    const other = 'japaneast.privatelink.azurecr.io';
    assert.equal(ask(redirected(other), hub, `a.${other}`), `forward a.${other} to upstreams`);
  });
  test('other zones than privatelink ones are never redirected', () => {
    assert.equal(
      ask(redirected('corp.example'), hub, 'a.corp.example'),
      'NXDOMAIN:  | corp.example 10 SOA SOA',
    );
  });
});

describe('forwarding rules', () => {
  const server = (ipAddress: string, port = 53): JsonObject => ({ ipAddress, port });
  const state = stateOf(
    ...quickstartDocuments(),
    ...rulesetDocuments('hub', {
      corp: { domain: 'Corp.Example.', servers: [server('10.1.0.1'), server('10.1.0.2', 5353)] },
      lab: { domain: 'lab.corp.example.', servers: [server('10.2.0.1')] },
      off: { domain: 'off.example.', servers: [server('10.3.0.1')], state: 'Disabled' },
      his: { domain: `${hisZone}.`, servers: [server('10.4.0.1')] },
      gas: { domain: 'guestconfiguration.azure.com.', servers: [server('10.5.0.1')] },
      all: { domain: '.', servers: [server('10.6.0.1')] },
    }),
  );
  table(state, [
    [
      'a rule takes its suffix, its servers in order',
      hub,
      'a.corp.example',
      'A',
      'forward a.corp.example to 10.1.0.1:53 10.1.0.2:5353',
    ],
    [
      'the suffix itself counts',
      hub,
      'corp.example',
      'A',
      'forward corp.example to 10.1.0.1:53 10.1.0.2:5353',
    ],
    ['the longest suffix wins', hub, 'a.lab.corp.example', 'A', 'forward a.lab.corp.example to 10.2.0.1:53'],
    ['a suffix ends at a label', hub, 'xcorp.example', 'A', 'forward xcorp.example to 10.6.0.1:53'],
    ['a disabled rule does nothing', hub, 'off.example', 'A', 'forward off.example to 10.6.0.1:53'],
    [
      'a linked private zone precedes a rule',
      hub,
      `gbl.${hisZone}`,
      'A',
      `NOERROR: gbl.${hisZone} 10 A 10.0.0.4`,
    ],
    [
      'a rule precedes public resolution',
      hub,
      'a.guestconfiguration.azure.com',
      'A',
      'forward a.guestconfiguration.azure.com to 10.5.0.1:53',
    ],
    [
      'the wildcard rule leaves reserved service names alone',
      hub,
      'je.his.arc.azure.com',
      'A',
      `NOERROR: je.his.arc.azure.com 60 CNAME je.${hisZone}; je.${hisZone} 10 A 10.0.0.5`,
    ],
    ['another network has no rules', island, 'a.corp.example', 'A', 'forward a.corp.example to upstreams'],
  ]);
  test('a ruleset without a living outbound endpoint forwards nothing', () => {
    const documents = quickstartDocuments().filter(({ type }) => !type.endsWith('outboundEndpoints'));
    const rules = rulesetDocuments('hub', {
      corp: { domain: 'corp.example.', servers: [server('10.1.0.1')] },
    });
    const without = stateOf(...documents, ...rules);
    assert.equal(ask(without, hub, 'corp.example'), 'forward corp.example to upstreams');
    assert.equal(without.problems.length, 1);
  });
});
