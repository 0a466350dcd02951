/** What a zone is made with, and when it goes, without a store. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useClaim } from '@tombolo/arm';
import { initialSoa } from '@tombolo/dns-records';
import { putInput, refused, stored } from '../../../put-input.testkit.ts';
import { inGroup } from '../../network.testkit.ts';
import { putZone, recordOf, removeZone, shownZone } from './model.ts';

const id = inGroup('privateDnsZones', 'Corp.example');
const soaId = `${id}/SOA/@`;
const link = stored(`${id}/virtualNetworkLinks/Link`, { registrationEnabled: true });
const silent = stored(`${id}/virtualNetworkLinks/Silent`, { registrationEnabled: false });

test('a zone is made with its SOA, and keeps its id', () => {
  const succeeded = { provisioningState: 'Succeeded' };
  const soa = { ttl: 3600, fqdn: 'Corp.example.', isAutoRegistered: false, soaRecord: initialSoa };
  assert.deepEqual(putZone(putInput({ id, properties: {}, loaded: undefined })), {
    properties: { internalId: 'guid-1', ...succeeded },
    effects: {
      expect: [{ id: soaId, version: 'absent' }],
      puts: [{ id: soaId, type: 'Microsoft.Network/privateDnsZones/SOA', body: { properties: soa } }],
      claims: [useClaim(id, soaId)],
    },
  });
  const existing = stored(id, { internalId: 'kept' });
  assert.deepEqual(putZone(putInput({ id, properties: {}, loaded: undefined, existing })), {
    properties: { internalId: 'kept', ...succeeded },
  });
});

test('a zone goes with its record sets, and is kept by a link', () => {
  const existing = stored(id, {});
  assert.deepEqual(removeZone({ existing, below: [stored(soaId, {})] }), {});
  assert.equal(
    refused(() => removeZone({ existing, below: [stored(soaId, {}), link] })),
    `409 CannotDeleteResource ${id}: Can not delete resource '${id}' before nested resources are deleted: Link.`,
  );
});

test('a zone counts its record sets and links, and names Azure’s limits', () => {
  const zone = stored(id, { internalId: 'i' }, { location: 'global' });
  assert.deepEqual(shownZone(zone, ['soa', 'a', 'link', 'silent'], [link, silent]), {
    location: 'global',
    properties: {
      internalId: 'i',
      maxNumberOfRecordSets: 25_000,
      maxNumberOfVirtualNetworkLinks: 1_000,
      maxNumberOfVirtualNetworkLinksWithRegistration: 100,
      numberOfRecordSets: 2,
      numberOfVirtualNetworkLinks: 2,
      numberOfVirtualNetworkLinksWithRegistration: 1,
    },
  });
  assert.equal(recordOf(stored(soaId, {})), 'SOA');
  assert.equal(recordOf(link), undefined);
});
