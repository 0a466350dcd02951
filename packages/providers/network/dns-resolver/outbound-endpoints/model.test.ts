/** Where an outbound endpoint stands, and what of it is fixed, without a store. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { useClaim } from '@tombolo/arm';
import type { Document, HeldClaim } from '@tombolo/store/port';
import { decided, putInput, refused, stored } from '../../../put-input.testkit.ts';
import { inGroup, networkId } from '../../network.testkit.ts';
import { putOutbound } from './model.ts';

const resolver = stored(
  inGroup('dnsResolvers', 'resolver'),
  { virtualNetwork: { id: networkId } },
  { location: 'japaneast' },
);
const id = `${resolver.id}/outboundEndpoints/Out`;
const subnet = stored(`${networkId}/subnets/out`, { addressPrefix: '10.0.0.0/28' });
const small = stored(`${networkId}/subnets/small`, { addressPrefix: '10.0.1.0/29' });

const put = (place: Document, given: { existing?: Document; location?: string; taken?: HeldClaim[] } = {}) =>
  putOutbound(
    putInput({
      id,
      properties: { subnet: { id: place.id.toUpperCase() } },
      loaded: { resolver, taken: given.taken ?? [] },
      location: given.location ?? 'japaneast',
      existing: given.existing,
      referenced: [subnet, small],
    }),
  );

describe('an outbound endpoint', () => {
  test('has its subnet to itself, delegated, and holds its resolver', () => {
    const { properties, effects } = decided(put(subnet));
    assert.deepEqual(properties, {
      subnet: { id: subnet.id },
      provisioningState: 'Succeeded',
      resourceGuid: 'guid-1',
    });
    const holder = id.toLowerCase();
    assert.deepEqual(effects!.claims, [
      { key: `resolver endpoint of ${subnet.id.toLowerCase()}`, value: holder, holder: id },
      useClaim(resolver.id, id),
    ]);
    assert.deepEqual(effects!.expect, [{ id: subnet.id, version: 7 }]);
    assert.deepEqual(
      effects!.puts?.map((document) => document.id),
      [subnet.id],
    );
  });

  test('stands in its resolver’s region and in a subnet for it', () => {
    assert.equal(
      refused(() => put(subnet, { location: 'japanwest' })),
      `400 BadRequest location: Endpoint '${id}' has to be in its resolver's region 'japaneast'.`,
    );
    assert.match(
      refused(() => put(small)),
      /^400 BadRequest subnet: .* is no \/24 to \/28/,
    );
  });

  test('keeps its subnet', () => {
    const existing = stored(id, { subnet: { id: subnet.id }, resourceGuid: 'kept' });
    assert.deepEqual(put(subnet, { existing }), { properties: existing.body.properties });
    assert.equal(
      refused(() => put(small, { existing })),
      `400 BadRequest ${id}: The subnet of outbound endpoint '${id}' cannot be changed. Delete it and create it anew.`,
    );
  });
});
