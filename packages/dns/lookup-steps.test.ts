/** The explanation of an answer: every decision of a lookup, with what made it. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { explain } from './explain.ts';
import { hub, outside, quickstart, stateOf } from './lookup.testkit.ts';
import { lookup } from './lookup.ts';
import {
  aDocument,
  document,
  hisZone,
  idOf,
  linkDocument,
  networkDocument,
  quickstartDocuments,
  rulesetDocuments,
} from './sample-documents.testkit.ts';
import { type TypeName, typeCodes } from './type-codes.ts';

const steps = (...given: Parameters<typeof explain>) => explain(...given).steps;
const linkId = idOf(`privateDnsZones/${hisZone}/virtualNetworkLinks/to-hub`);

describe('a lookup says', () => {
  test('which zone knew nothing, and that its link sends on to the public view', () => {
    const state = stateOf(
      networkDocument('hub', '10.0.0.0/16'),
      document(`privateDnsZones/${hisZone}`),
      linkDocument(hisZone, 'hub', 'NxDomainRedirect'),
    );
    const name = `gbl.${hisZone}`;
    const zone = { kind: 'zone', name, zone: hisZone };
    assert.deepEqual(steps(state, hub, `${name}.`, 'A'), [
      { ...zone, zoneId: idOf(`privateDnsZones/${hisZone}`), linkId, outcome: 'nxdomain' },
      { kind: 'redirect', name, zone: hisZone, linkId },
      { ...zone, outcome: 'answer' },
    ]);
  });

  test('which rule sends it to which servers', () => {
    const servers = [{ ipAddress: '10.1.0.1', port: 5353 }];
    const state = stateOf(
      ...quickstartDocuments(),
      ...rulesetDocuments('hub', { corp: { domain: 'Corp.Example.', servers } }),
    );
    assert.deepEqual(steps(state, hub, 'A.corp.example', 'A'), [
      {
        kind: 'rule',
        name: 'a.corp.example',
        ruleId: idOf('dnsForwardingRulesets/rules/forwardingRules/corp'),
        domain: 'corp.example',
        servers: [{ address: '10.1.0.1', port: 5353 }],
      },
    ]);
  });

  test('that it is for the upstreams', () => {
    for (const view of [hub, outside])
      assert.deepEqual(steps(quickstart, view, 'Example.org', 'A'), [
        { kind: 'upstream', name: 'example.org' },
      ]);
  });

  test('why it refuses', () => {
    const refusals = (type: TypeName, ofClass: number) => {
      const seen: unknown[] = [];
      lookup(quickstart, hub, { name: hisZone, type: typeCodes[type], class: ofClass }, (step) =>
        seen.push(step),
      );
      return seen;
    };
    for (const type of ['AXFR', 'IXFR'] as const)
      assert.deepEqual(refusals(type, 1), [{ kind: 'refused', reason: 'type' }]);
    assert.deepEqual(refusals('A', 3), [{ kind: 'refused', reason: 'class' }]);
  });
});

describe('an answer', () => {
  const zone = 'corp.example';
  const state = stateOf(
    networkDocument('hub', '10.0.0.0/16'),
    document(`privateDnsZones/${zone}`),
    linkDocument(zone, 'hub'),
    document(`privateDnsZones/${zone}/CNAME/out`, {
      ttl: 7,
      cnameRecord: { cname: 'gbl.his.arc.azure.com' },
    }),
    document(`privateDnsZones/${zone}/PTR/p`, { ttl: 7, ptrRecords: [{ ptrdname: 'h0.corp.example' }] }),
    document(`privateDnsZones/${zone}/MX/many`, {
      ttl: 9,
      mxRecords: Array.from({ length: 20 }, (_, n) => ({ preference: n, exchange: `h${n}.corp.example` })),
    }),
    document(`privateDnsZones/${zone}/MX/away`, {
      ttl: 9,
      mxRecords: ['mail.example.org', 'none.corp.example', 'management.azure.com', 'h0.corp.example'].map(
        (exchange, preference) => ({ preference, exchange }),
      ),
    }),
    ...Array.from({ length: 20 }, (_, n) => aDocument(zone, `h${n}`, `10.0.1.${n}`)),
    document(`privateDnsZones/${zone}/AAAA/h0`, { ttl: 10, aaaaRecords: [{ ipv6Address: 'fd00::1' }] }),
  );
  const additional = (name: string, type: TypeName): readonly string[] => {
    const found = lookup(state, hub, { name, type: typeCodes[type], class: 1 });
    assert.ok(found.kind === 'answer');
    return found.additional.map((record) => ('address' in record.data ? record.data.address : ''));
  };

  test('brings along the addresses of the hosts that it names, of both families, as far as they are ours', () => {
    assert.deepEqual(additional('away.corp.example', 'MX'), ['20.0.0.8', '10.0.1.0', 'fd00::1']);
    assert.deepEqual(additional('p.corp.example', 'PTR'), [], 'a PTR names no host to go to');
  });
  test('of many hosts brings those of the first sixteen', () => {
    const found = additional('many.corp.example', 'MX');
    assert.deepEqual([found.length, found.at(-1)], [17, '10.0.1.15']);
  });
  test('is authoritative as its first name is ours, wherever the chain leads', () => {
    const of = (name: string) => lookup(state, hub, { name, type: typeCodes.A, class: 1 }).authoritative;
    assert.deepEqual(['out.corp.example', 'example.org', 'no.corp.example'].map(of), [true, false, true]);
    const failed = lookup(state, hub, { name: 'h0.corp.example', type: 1, class: 1 }, undefined, 17);
    assert.deepEqual([failed.kind === 'answer' && failed.rcode, failed.answer], [2, []]);
  });
});
