/** What a zone group may name, and what it writes into the zones, without a store. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { useClaim } from '@tombolo/arm';
import type { Document, JsonObject } from '@tombolo/store/port';
import { decided, refused, stored } from '../../../put-input.testkit.ts';
import { hisZone, inGroup } from '../../network.testkit.ts';
import {
  checkConfigs,
  type GroupSurroundings,
  groupOfEndpointClaim,
  planRecords,
  recordSetsOf,
  storedGroup,
} from './model.ts';
import { zoneRecordOf, zonesOfGroup } from './records.ts';

const endpoint = stored(inGroup('privateEndpoints', 'Pier'), { resourceGuid: 'GUID' });
const groupId = `${endpoint.id}/privateDnsZoneGroups/Default`;
const config = (name: string, privateDnsZoneId: string) => ({ name, properties: { privateDnsZoneId } });
const creator = 'created by private endpoint Pier with resource guid GUID';
const nic = stored(inGroup('networkInterfaces', 'nic'), {
  ipConfigurations: [
    {
      properties: {
        privateIPAddress: '10.0.1.4',
        privateLinkConnectionProperties: {
          requiredMemberName: 'HybridCompute.Global',
          fqdns: ['gbl.his.arc.azure.com'],
        },
      },
    },
  ],
});
const zone = stored(hisZone, {});
const zones = new Map([[hisZone.toLowerCase(), zone]]);
const record = (name: string, by: string | undefined, address = '10.9.9.9'): Document =>
  stored(
    `${hisZone}/A/${name}`,
    { ...(by ? { metadata: { creator: by } } : {}), aRecords: [{ ipv4Address: address }] },
    { own: name },
  );

describe('the configurations of a zone group', () => {
  const check = (...configs: ReturnType<typeof config>[]) =>
    checkConfigs(groupId, { privateDnsZoneConfigs: configs });
  const invalid = (why: string) =>
    `400 InvalidPrivateDnsZoneGroup privateDnsZoneConfigs: Private DNS zone group '${groupId}' is invalid: ${why}`;
  const several = (count: number) =>
    Array.from({ length: count }, (_, index) => config(`c${index}`, `/z${index}`));

  test('name none to five zones', () => {
    assert.equal(checkConfigs(groupId, { privateDnsZoneConfigs: undefined }), undefined);
    assert.equal(check(...several(5)), undefined);
    assert.equal(
      refused(() => check(...several(6))),
      invalid('it names 6 zones; at most 5 are possible.'),
    );
  });
  test('have names and zones of their own, in any case', () => {
    assert.equal(
      refused(() => check(config('a', '/y'), config('A', '/z'))),
      `400 InvalidRequestFormat properties.privateDnsZoneConfigs: Cannot parse the request. Resource ${groupId} has two child resources with the same name (A). Give every name once.`,
    );
    assert.equal(
      refused(() => check(config('a', '/z'), config('b', '/Z'))),
      invalid("the zone '/Z' is named twice."),
    );
  });
  test('are stored with the zones as these spell themselves, and as written where a zone is gone', () => {
    const properties = { privateDnsZoneConfigs: [config('a', hisZone.toUpperCase()), config('b', '/Gone')] };
    const kept = storedGroup(properties, zones);
    assert.deepEqual(kept, {
      provisioningState: 'Succeeded',
      privateDnsZoneConfigs: [config('a', hisZone), config('b', '/Gone')],
    });
    assert.deepEqual(zonesOfGroup(stored(groupId, kept)), [hisZone, '/Gone']);
    assert.deepEqual(storedGroup({ privateDnsZoneConfigs: undefined }, zones).privateDnsZoneConfigs, []);
  });
  test('stand in the one group of an endpoint', () =>
    assert.deepEqual(groupOfEndpointClaim('/Pier', '/Pier/Group'), {
      key: 'zone group of /pier',
      value: '/pier/group',
      holder: '/Pier/Group',
    }));
});

describe('R5, R7: the records of a zone group', () => {
  const plan = (more: Partial<GroupSurroundings> = {}, wanted = [hisZone.toUpperCase()], strict = false) =>
    planRecords(
      {
        endpoint,
        connection: undefined,
        networkInterface: nic,
        zones,
        records: [],
        aliases: [],
        approved: true,
        losing: [],
        ...more,
      },
      wanted,
      strict,
    );
  const properties = {
    metadata: { creator },
    ttl: 10,
    fqdn: 'gbl.privatelink.his.arc.azure.com.',
    isAutoRegistered: false,
    aRecords: [{ ipv4Address: '10.0.1.4' }],
  };
  const id = `${hisZone}/A/gbl`;
  const type = 'Microsoft.Network/privateDnsZones/A';

  test('say whose they are, and stand in their zone, beside no CNAME', () =>
    assert.deepEqual(plan(), {
      effects: {
        expect: [
          { id, version: 'absent' },
          { id: hisZone, version: 'present' },
          { id: `${hisZone}/CNAME/gbl`, version: 'absent' },
        ],
        puts: [{ id, type, body: { properties } }],
        deletes: [],
        claims: [useClaim(hisZone, id)],
        releases: [],
      },
      warnings: [],
    }));

  test('replace what is there, and take away its own that it no longer wants', () => {
    const [gbl, old] = [record('GBL', undefined), record('Old', creator)];
    const { effects, warnings } = decided(plan({ records: [gbl, old] }));
    assert.deepEqual(effects.puts, [{ id: gbl.id, type, body: { own: 'GBL', properties } }]);
    assert.deepEqual(effects.expect, [
      { id: gbl.id, version: 7 },
      { id: hisZone, version: 'present' },
      { id: `${hisZone}/CNAME/GBL`, version: 'absent' },
      { id: old.id, version: 7 },
    ]);
    assert.deepEqual(effects.deletes, [old.id]);
    assert.deepEqual(effects.releases, [{ holder: old.id.toLowerCase() }]);
    assert.equal(warnings.length, 1);
    assert.match(
      refused(() => plan({ records: [gbl] }, [hisZone], true)),
      /^409 /,
      'strict DNS replaces nothing',
    );
  });

  test('are not there before the approval, nor where the zone is gone', () => {
    for (const none of [plan({ approved: false }), plan({ zones: new Map() }), plan({}, [])])
      assert.deepEqual(decided(none).effects.puts, []);
    assert.deepEqual(recordSetsOf(hisZone, undefined), []);
  });

  test('do not stand beside a CNAME', () => {
    const alias = stored(`${hisZone}/CNAME/gbl`, {});
    assert.equal(
      refused(() => plan({ aliases: [alias] })),
      `409 Conflict: The zone group of '${endpoint.id}' cannot write an A record beside '${alias.id}': a CNAME stands alone. Delete it first.`,
    );
    assert.deepEqual(decided(plan({ aliases: [alias], approved: false })).effects.puts, []);
  });
});

test('R21: who wrote a record is read of its metadata alone, in Azure’s words', () => {
  const seen = (by: string | undefined, properties: JsonObject = {}) => {
    const { body, ...rest } = record('gbl', by);
    return zoneRecordOf(
      { ...rest, body: { properties: { ...(body.properties as JsonObject), ...properties } } },
      endpoint,
    );
  };
  const byHand = { zoneId: hisZone, recordSetName: 'gbl', ipAddresses: ['10.9.9.9'] };
  assert.deepEqual(seen(undefined), byHand);
  assert.deepEqual(seen(creator), { ...byHand, writtenBy: endpoint.id });
  assert.deepEqual(seen(creator.replace('GUID', 'guid')), { ...byHand, writtenBy: endpoint.id });
  assert.deepEqual(seen('created by private endpoint Pier with resource guid OTHER'), {
    ...byHand,
    writtenBy: 'Pier (other)',
  });
  for (const odd of [
    `${creator} and more`,
    `not ${creator}`,
    'somebody',
    creator.replace('Pier', 'two words'),
  ])
    assert.deepEqual(seen(odd), byHand, odd);
  assert.deepEqual(seen(undefined, { aRecords: [{}, { ipv4Address: '10.1.1.1' }] }).ipAddresses, [
    '10.1.1.1',
  ]);
});
