/** What changes do to the state, with a projection of everything from nothing as the oracle. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change, Document, JsonObject } from '@tombolo/store/port';
import fc from 'fast-check';
import type { DnsState } from './dns-state.ts';
import { createDnsProjection, projectDnsState } from './projection.ts';
import {
  aDocument,
  document,
  idOf,
  linkDocument,
  networkDocument,
  quickstartDocuments,
  resolverDocuments,
  rulesetDocuments,
} from './sample-documents.testkit.ts';
import { typeCodes } from './type-codes.ts';

const zoneNames = ['a.example', 'a.example', 'a.example', 'b.a.example', 'no domain..'] as const;
const names = ['@', 'www', 'WWW', 'x.y', 'y', '*', 'w\\119w', 'a..b', 'deep.x.y'] as const;
const networkNames = ['hub', 'spoke'] as const;

const record = fc
  .record({
    zone: fc.constantFrom(...zoneNames),
    name: fc.constantFrom(...names),
    type: fc.constantFrom('A', 'TXT', 'CNAME', 'SOA'),
    value: fc.nat(3),
  })
  .map(({ zone, name, type, value }) => {
    const properties: Record<string, JsonObject> = {
      A: { aRecords: value === 0 ? [] : [{ ipv4Address: value === 3 ? 'no address' : `10.0.0.${value}` }] },
      TXT: { txtRecords: [{ value: [`${value}`] }] },
      CNAME: { cnameRecord: { cname: `to${value}.example` } },
      SOA: {
        soaRecord: {
          host: 'ns.example',
          email: `mail${value}.example`,
          serialNumber: value,
          refreshTime: 1,
          retryTime: 2,
          expireTime: 3,
          minimumTtl: 4,
        },
      },
    };
    return document(`privateDnsZones/${zone}/${type}/${name}`, { ttl: value, ...properties[type] });
  });
const other: fc.Arbitrary<Document> = fc.oneof(
  fc.constantFrom(...zoneNames, 'A.example').map((zone) => document(`privateDnsZones/${zone}`)),
  fc
    .tuple(fc.constantFrom(...networkNames), fc.nat(2))
    .map(([name, n]) => networkDocument(name, `10.${n}.0.0/16`)),
  fc
    .tuple(
      fc.constantFrom(...zoneNames),
      fc.constantFrom(...networkNames),
      fc.constantFrom('Default', 'NxDomainRedirect'),
    )
    .map((parts) => linkDocument(...parts)),
  fc.constantFrom(
    ...networkNames.flatMap((name, index) => [
      ...resolverDocuments(name, `10.0.${index}.4`),
      ...rulesetDocuments(name, {
        [`r${index}`]: { domain: 'corp.example.', servers: [{ ipAddress: '10.9.9.9' }] },
      }),
    ]),
  ),
  fc.constant(document('networkSecurityGroups/not-followed')),
);
/** A document, or which of those that are there is deleted. */
const step = fc.oneof(
  { weight: 5, arbitrary: record },
  { weight: 2, arbitrary: other },
  { weight: 4, arbitrary: fc.nat(1_000) },
);

/** Problems have an order of their own in either. */
const comparable = ({ problems, ...state }: DnsState) => ({
  ...state,
  problems: problems.map(({ id, message }) => `${id} ${message}`).sort(),
});

test('after any changes the state is that of the documents from nothing', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 12 }),
      fc.nat(3),
      (rounds, snapshotEach) => {
        const projection = createDnsProjection();
        const documents = new Map<string, Document>();
        const put = (next: Document): Change => {
          documents.set(next.id.toLowerCase(), next);
          return { feed: 1, id: next.id, type: next.type, document: next };
        };
        const remove = (chosen: number): readonly Change[] => {
          const gone = [...documents.values()][chosen % Math.max(1, documents.size)];
          if (gone) documents.delete(gone.id.toLowerCase());
          return gone ? [{ feed: 1, id: gone.id, type: gone.type }] : [];
        };
        for (const each of [document('privateDnsZones/a.example'), ...quickstartDocuments('10.0.1.4')])
          put(each);
        projection.replace(documents.values());
        for (const [index, steps] of rounds.entries()) {
          const changes = steps.flatMap((each) => (typeof each === 'number' ? remove(each) : [put(each)]));
          const state =
            snapshotEach > 0 && index % 4 === snapshotEach
              ? projection.replace(documents.values())
              : projection.apply(changes);
          assert.deepEqual(comparable(state), comparable(projectDnsState(documents.values())));
          // Nor does the order decide anything in which they come.
          assert.deepEqual(comparable(state), comparable(projectDnsState([...documents.values()].reverse())));
        }
      },
    ),
    { seed: 20_261_127, numRuns: 600 },
  );
});

test('a record leaves the networks, the endpoints and every other name as they are', () => {
  const projection = createDnsProjection();
  const before = projection.replace([
    ...quickstartDocuments('10.0.1.4'),
    document('privateDnsZones/a.example'),
    linkDocument('a.example', 'hub'),
    aDocument('a.example', 'www', '10.0.0.1'),
    aDocument('a.example', 'x.y', '10.0.0.2'),
  ]);
  const hub = idOf('virtualNetworks/hub').toLowerCase();
  const zone = before.networks.get(hub)!.zones.get('a.example')!.zone;
  const [www, below] = ['www.a.example', 'x.y.a.example'].map((name) => zone.nodes.get(name));
  const put = (next: Document): Change => ({ feed: 2, id: next.id, type: next.type, document: next });
  const after = projection.apply([put(aDocument('a.example', 'www', '10.0.0.9'))]);
  assert.notEqual(after, before, 'answers that were prepared are forgotten');
  assert.equal(after.networks, before.networks);
  assert.equal(after.inboundEndpoints, before.inboundEndpoints);
  assert.equal(after.networks.get(hub)!.zones.get('a.example')!.zone, zone);
  assert.equal(zone.nodes.get('x.y.a.example'), below);
  assert.notEqual(zone.nodes.get('www.a.example'), www);
  assert.deepEqual(zone.nodes.get('www.a.example')?.get(typeCodes.A)?.data, [
    { kind: 'A', address: '10.0.0.9' },
  ]);
});
