/** Where an inbound endpoint stands, and what of it is fixed, without a store. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { useClaim } from '@tombolo/arm';
import type { Document, HeldClaim, JsonObject } from '@tombolo/store/port';
import { decided, putInput, refused, stored } from '../../../put-input.testkit.ts';
import { inGroup, networkId } from '../../network.testkit.ts';
import { putInbound } from './model.ts';

const resolver = stored(
  inGroup('dnsResolvers', 'resolver'),
  { virtualNetwork: { id: networkId } },
  { location: 'japaneast' },
);
const id = `${resolver.id}/inboundEndpoints/In`;
const subnet = stored(`${networkId}/subnets/in`, { addressPrefix: '10.0.0.0/28' });
const other = stored(`${networkId}/subnets/other`, { addressPrefix: '10.0.1.0/28' });
const delegated = stored(subnet.id, {
  addressPrefix: '10.0.0.0/28',
  delegations: [{ properties: { serviceName: 'Microsoft.Network/dnsResolvers' } }],
});
const existing = stored(id, {
  ipConfigurations: [
    { subnet: { id: subnet.id }, privateIpAddress: '10.0.0.4', privateIpAllocationMethod: 'Dynamic' },
  ],
  resourceGuid: 'kept',
});

const put = (
  wanted: JsonObject = {},
  given: { existing?: Document; location?: string; taken?: HeldClaim[]; place?: Document } = {},
) => {
  const place = given.place ?? subnet;
  return putInbound(
    putInput({
      id,
      properties: { ipConfigurations: [{ subnet: { id: place.id.toUpperCase() }, ...wanted }] } as never,
      loaded: { resolver, taken: given.taken ?? [] },
      location: given.location ?? 'japaneast',
      existing: given.existing,
      referenced: [place, other],
    }),
  );
};

describe('an inbound endpoint', () => {
  test('has the lowest free address of its subnet, which it has to itself, and holds its resolver', () => {
    const { properties, effects } = decided(put());
    assert.deepEqual(properties, {
      ipConfigurations: [
        { subnet: { id: subnet.id }, privateIpAddress: '10.0.0.4', privateIpAllocationMethod: 'Dynamic' },
      ],
      provisioningState: 'Succeeded',
      resourceGuid: 'guid-1',
    });
    const holder = id.toLowerCase();
    assert.deepEqual(effects!.claims, [
      {
        key: `address of ${subnet.id.toLowerCase()} 10.0.0.4`,
        value: `${id}/ipConfigurations/0`,
        holder: id,
      },
      { key: `resolver endpoint of ${subnet.id.toLowerCase()}`, value: holder, holder: id },
      useClaim(resolver.id, id),
    ]);
    assert.deepEqual(effects!.expect, [{ id: subnet.id, version: 7 }], 'nobody else chose an address there');
    assert.deepEqual(
      effects!.puts?.map((document) => document.id),
      [subnet.id],
    );
  });

  test('has the address that it asks for where that is static, and ours where it is dynamic', () => {
    const address = (method: string) =>
      decided(put({ privateIpAddress: '10.0.0.9', privateIpAllocationMethod: method })).properties
        .ipConfigurations;
    for (const [method, privateIpAddress] of [
      ['Static', '10.0.0.9'],
      ['Dynamic', '10.0.0.4'],
    ] as const)
      assert.deepEqual(address(method), [
        { subnet: { id: subnet.id }, privateIpAddress, privateIpAllocationMethod: method },
      ]);
    assert.equal(
      refused(() => put({ privateIpAllocationMethod: 'Static' })),
      `400 BadRequest privateIpAddress: The IP address specified in static IP configurations is empty. inboundEndpointResourceId=${id}: give privateIpAddress.`,
    );
    const taken = [{ key: `address of ${subnet.id.toLowerCase()} 10.0.0.9`, value: 'other', holders: [] }];
    const wanted = { privateIpAddress: '10.0.0.9', privateIpAllocationMethod: 'Static' };
    assert.match(
      refused(() => put(wanted, { taken, place: delegated })),
      /^400 PrivateIPAddressIsAllocated/,
    );
  });

  test('stands in its resolver’s region and in a subnet for it', () => {
    assert.equal(
      refused(() => put({}, { location: 'japanwest' })),
      `400 BadRequest location: Endpoint '${id}' has to be in its resolver's region 'japaneast'.`,
    );
    const place = stored(`${networkId}/subnets/in`, { addressPrefix: '10.0.0.0/29' });
    const unfit = () =>
      putInbound(
        putInput({
          id,
          properties: { ipConfigurations: [{ subnet: { id: place.id } }] } as never,
          loaded: { resolver, taken: [] },
          location: 'japaneast',
          referenced: [place],
        }),
      );
    assert.match(refused(unfit), /^400 BadRequest subnet: .* is no \/24 to \/28/);
  });

  test('keeps subnet and address', () => {
    const kept = { properties: existing.body.properties };
    assert.deepEqual(put({}, { existing }), kept);
    assert.deepEqual(put({ privateIpAddress: '10.0.0.4' }, { existing }), kept, 'as it was answered');
    const fixed = (what: string) =>
      `400 BadRequest ${id}: The ${what} of inbound endpoint '${id}' cannot be changed. Delete it and create it anew.`;
    assert.equal(
      refused(() => put({}, { existing, place: other })),
      fixed('subnet'),
    );
    assert.equal(
      refused(() => put({ privateIpAddress: '10.0.0.5' }, { existing })),
      fixed('address'),
    );
    assert.equal(
      refused(() => put({ privateIpAddress: '10.0.0.4', privateIpAllocationMethod: 'Static' }, { existing })),
      `400 BadRequest privateIpAllocationMethod: IP allocation method cannot be changed after creation. inboundEndpointResourceId=${id}, ipAllocationMethod=Static, existingIpAllocationMethod=Dynamic`,
    );
  });
});
