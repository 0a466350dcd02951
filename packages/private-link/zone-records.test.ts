import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ZoneRecord } from './zone-records.ts';
import { judgeHandWrite, planZoneGroup, recordsRemovedWith } from './zone-records.ts';

const zones = ['/zones/z1', '/zones/Z1', '/zones/z2'];
const names = ['gbl', 'GBL', 'je'];
const endpoints = ['/pe/e1', '/pe/E1', '/pe/e2'];

const recordKey = (record: { readonly zoneId: string; readonly recordSetName: string }): string =>
  `${record.zoneId} ${record.recordSetName}`.toLowerCase();

const wantedRecord = fc.record({
  zoneId: fc.constantFrom(...zones),
  recordSetName: fc.constantFrom(...names),
  ipAddresses: fc.constantFrom(
    ['10.0.0.4'],
    ['10.0.0.5'],
    ['10.0.0.4', '10.0.0.5'],
    ['10.0.0.5', '10.0.0.4'],
  ),
});
const wantedRecords = fc.uniqueArray(wantedRecord, { selector: recordKey, maxLength: 4 });

const step = fc.oneof(
  fc.record({
    kind: fc.constant('group' as const),
    endpoint: fc.constantFrom(...endpoints),
    wanted: wantedRecords,
  }),
  fc.record({ kind: fc.constant('hand' as const), wanted: wantedRecords }),
  fc.record({ kind: fc.constant('delete' as const), endpoint: fc.constantFrom(...endpoints) }),
);

interface Cell {
  readonly owner: string;
  readonly addresses: string;
}

for (const strictDns of [false, true]) {
  test(`R5, R7, R21: zone groups written, replaced and deleted in any order leave each record its last writer's (${strictDns ? 'strict' : 'as in Azure'})`, () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        let records: readonly ZoneRecord[] = [];
        // Oracle: a sheet of cells, last writer wins, a deletion blanks the cells of its owner.
        const sheet = new Map<string, Cell>();
        const put = (record: ZoneRecord): void => {
          records = [...records.filter((other) => recordKey(other) !== recordKey(record)), record];
        };
        const take = (gone: readonly ZoneRecord[]): void => {
          records = records.filter((record) => !gone.includes(record));
        };
        const blank = (owner: string): void => {
          for (const [key, cell] of sheet) if (cell.owner === owner) sheet.delete(key);
        };
        for (const current of steps) {
          if (current.kind === 'hand') {
            for (const record of current.wanted) {
              put(record);
              sheet.set(recordKey(record), {
                owner: 'hand',
                addresses: [...record.ipAddresses].sort().join(),
              });
            }
          } else if (current.kind === 'delete') {
            take(recordsRemovedWith(current.endpoint, records));
            blank(current.endpoint.toLowerCase());
          } else {
            const { wanted } = current;
            const owner = current.endpoint.toLowerCase();
            const cells = wanted.map(
              (record) =>
                [recordKey(record), { owner, addresses: [...record.ipAddresses].sort().join() }] as const,
            );
            const hurts = cells.some(([key, { addresses }]) => {
              const there = sheet.get(key);
              return there !== undefined && there.owner !== owner && there.addresses !== addresses;
            });
            const plan = planZoneGroup({
              endpointId: current.endpoint,
              wanted,
              existing: records,
              strictDns,
            });
            assert.equal(plan.refused, strictDns && hurts);
            if (plan.refused) {
              assert.equal(plan.rule, 'R5');
              assert.match(plan.message, /--strict-dns/);
              continue;
            }
            const others = cells.filter(([key]) => sheet.has(key) && sheet.get(key)?.owner !== owner);
            assert.deepEqual(plan.replaces.map(recordKey).sort(), others.map(([key]) => key).sort());
            take(plan.deletes);
            for (const record of plan.writes) put(record);
            blank(owner);
            for (const [key, cell] of cells) sheet.set(key, cell);
          }
          const seen = records.map((record) => [
            recordKey(record),
            {
              owner: record.writtenBy?.toLowerCase() ?? 'hand',
              addresses: [...record.ipAddresses].sort().join(),
            },
          ]);
          assert.deepEqual(new Map(seen as [string, Cell][]), sheet);
        }
      }),
      { seed: 21, numRuns: 500 },
    );
  });
}

test('R21: deleting the first endpoint after a second one replaced its records removes nothing of the second', () => {
  const of = (ip: string) => [{ zoneId: '/zones/z', recordSetName: 'gbl', ipAddresses: [ip] }];
  const first = planZoneGroup({
    endpointId: '/pe/a',
    wanted: of('10.0.0.4'),
    existing: [],
    strictDns: false,
  });
  assert.ok(!first.refused);
  const second = planZoneGroup({
    endpointId: '/pe/b',
    wanted: of('10.1.0.4'),
    existing: first.writes,
    strictDns: false,
  });
  assert.ok(!second.refused);
  assert.deepEqual(second.replaces, first.writes);
  assert.deepEqual(recordsRemovedWith('/pe/a', second.writes), []);
  assert.deepEqual(recordsRemovedWith('/pe/b', second.writes), second.writes);
});

test('R5: a plan says, for each zone and writer, which names will answer with other addresses', () => {
  const record = (recordSetName: string, ip: string, writtenBy?: string, zoneId = '/zones/Z') => ({
    zoneId,
    recordSetName,
    ipAddresses: [ip],
    ...(writtenBy === undefined ? {} : { writtenBy }),
  });
  const warningsFor = (...existing: readonly ZoneRecord[]): readonly string[] => {
    const wanted = [
      record('gbl', '10.1.0.4'),
      record('je', '10.1.0.5'),
      record('x', '10.1.0.6', undefined, '/zones/y'),
    ];
    const plan = planZoneGroup({ endpointId: '/pe/b', wanted, existing, strictDns: false });
    assert.ok(!plan.refused);
    return plan.warnings;
  };
  const [one, ...rest] = warningsFor(
    record('GBL', '10.0.0.4', '/pe/a', '/zones/z'),
    record('je', '10.0.0.5', '/pe/a'),
  );
  assert.equal(
    one,
    "The zone group of private endpoint '/pe/b' replaces 'GBL', 'je' of zone '/zones/z', which private endpoint '/pe/a' wrote: " +
      'all machines that resolve by this zone now come by this endpoint, and those of another private link scope are refused. ' +
      'Give each endpoint zones of its own, linked to its own network.',
  );
  assert.deepEqual(rest, []);
  const several = warningsFor(
    record('gbl', '10.0.0.4'),
    record('je', '10.0.0.5', '/pe/a'),
    record('x', '10.9.9.9', '/pe/a', '/zones/y'),
  );
  assert.deepEqual(
    several.map((text) => /replaces (.*), which (.*) wrote/.exec(text)?.slice(1)),
    [
      ["'gbl' of zone '/zones/Z'", 'somebody by hand'],
      ["'je' of zone '/zones/Z'", "private endpoint '/pe/a'"],
      ["'x' of zone '/zones/y'", "private endpoint '/pe/a'"],
    ],
  );
  // Its own from before, the same addresses, and other names change nothing for anybody.
  assert.deepEqual(
    warningsFor(
      record('gbl', '10.0.0.4', '/PE/b'),
      record('je', '10.1.0.5', '/pe/a'),
      record('www', '10.0.0.9', '/pe/a'),
    ),
    [],
  );
});

test('R7: what an endpoint wrote before and wants again is written and not deleted', () => {
  const record = (recordSetName: string, ip: string) => ({
    zoneId: '/zones/z',
    recordSetName,
    ipAddresses: [ip],
  });
  const own = ['gbl', 'je', 'old'].map((name) => ({ ...record(name, '10.0.0.4'), writtenBy: '/pe/a' }));
  const wanted = [record('GBL', '10.0.0.4'), record('je', '10.0.0.5')];
  const plan = planZoneGroup({ endpointId: '/PE/a', wanted, existing: own, strictDns: true });
  assert.deepEqual(plan, {
    refused: false,
    writes: wanted.map((each) => ({ ...each, writtenBy: '/PE/a' })),
    deletes: [own[2]],
    replaces: [],
    warnings: [],
  });
});

test('R5: by hand over a zone group’s record is said, refused with strict DNS, and nothing where nothing changes', () => {
  const was = { zoneId: '/zones/z', recordSetName: 'gbl', ipAddresses: ['10.0.0.4'], writtenBy: 'pe (guid)' };
  const [said, ...more] = judgeHandWrite(was, ['10.9.9.9'], false) as readonly string[];
  assert.equal(
    said,
    "Record 'gbl' of zone '/zones/z', which private endpoint 'pe (guid)' wrote, now answers with other addresses: machines that " +
      'resolve by this zone no longer come by that endpoint. Write its zone group again to have the record back.',
  );
  assert.deepEqual(more, []);
  const refusal = judgeHandWrite(was, [], true);
  assert.ok('refused' in refusal);
  assert.equal(refusal.code, 'ZoneRecordsHeldByAnother');
  assert.match(refusal.message, /--strict-dns refuses to redirect them/);
  for (const strict of [true, false]) {
    assert.deepEqual(judgeHandWrite(was, ['10.0.0.4'], strict), []);
    const { writtenBy: _, ...byHand } = was;
    assert.deepEqual(judgeHandWrite(byHand, ['10.9.9.9'], strict), []);
  }
});
