/** What a resolver is, and in which subnets its endpoints may stand, without a store. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Document, HeldClaim, JsonObject } from '@tombolo/store/port';
import { decided, putInput, refused, stored } from '../../../put-input.testkit.ts';
import { inGroup } from '../../network.testkit.ts';
import { checkEndpointSubnet, dedicationClaim, delegatedSubnet, putResolver, removeEmpty } from './model.ts';

const id = inGroup('dnsResolvers', 'Resolver');
const networkId = inGroup('virtualNetworks', 'VNet');
const network = stored(networkId, {});
const resolver = stored(id, { virtualNetwork: { id: networkId } });

const put = (given: { existing?: Document; network?: Document } = {}) => {
  const served = given.network ?? network;
  return putResolver(
    putInput({
      id,
      properties: { virtualNetwork: { id: served.id.toUpperCase() } },
      loaded: undefined,
      existing: given.existing,
      referenced: [served],
    }),
  );
};

describe('a resolver', () => {
  const claim = {
    key: `dns resolver of ${networkId.toLowerCase()}`,
    value: id.toLowerCase(),
    holder: id,
  };
  const connected = {
    virtualNetwork: { id: networkId },
    dnsResolverState: 'Connected',
    provisioningState: 'Succeeded',
  };
  test('is Connected to its network, of which it is the one resolver however ids are spelt', () =>
    assert.deepEqual(put(), {
      properties: { ...connected, resourceGuid: 'guid-1' },
      effects: { claims: [claim] },
    }));

  test('keeps its network and its guid', () => {
    const existing = stored(id, { virtualNetwork: { id: networkId.toLowerCase() }, resourceGuid: 'kept' });
    assert.deepEqual(decided(put({ existing })).properties, { ...connected, resourceGuid: 'kept' });
    assert.equal(
      refused(() => put({ existing, network: stored(`${networkId}2`, {}) })),
      `409 Conflict virtualNetwork: The virtual network of resolver '${id}' cannot be changed. Delete it and create it anew.`,
    );
  });

  test('goes when nothing is below it', () => {
    assert.deepEqual(removeEmpty({ existing: resolver, below: [] }), {});
    const below = ['a', 'b'].map((name) => stored(`${id}/inboundEndpoints/${name}`, {}));
    assert.equal(
      refused(() => removeEmpty({ existing: resolver, below })),
      `409 CannotDeleteResource ${id}: Can not delete resource '${id}' before nested resources are deleted: a, b.`,
    );
  });
});

describe('an endpoint’s subnet', () => {
  const subnetId = `${networkId}/subnets/in`;
  const endpoint = `${id}/inboundEndpoints/e`;
  const delegatedTo = (serviceName: string): JsonObject => ({
    delegations: [{ name: 'd', properties: { serviceName } }],
  });
  const check = (properties: JsonObject, place = subnetId, taken: HeldClaim[] = []) =>
    checkEndpointSubnet(endpoint, resolver, stored(place, properties), taken);

  test('is a /24 to a /28, all of its prefixes', () => {
    for (const length of [24, 26, 28])
      assert.equal(check({ addressPrefix: `10.0.0.0/${length}` }), undefined, String(length));
    const wrong = `400 BadRequest subnet: Subnet '${subnetId}' is no /24 to /28, as a resolver's endpoint needs.`;
    for (const addressPrefixes of [
      ['10.0.0.0/23'],
      ['10.0.0.0/29'],
      ['10.0.0.0/24', '10.0.2.0/23'],
      ['10.0.0.0/29', '10.0.2.0/24'],
      ['none'],
    ])
      assert.equal(
        refused(() => check({ addressPrefixes })),
        wrong,
        String(addressPrefixes),
      );
  });

  test('is one of the resolver’s network', () => {
    const place = `${inGroup('virtualNetworks', 'other')}/subnets/in`;
    assert.equal(
      refused(() => check({ addressPrefix: '10.0.0.0/24' }, place)),
      `400 BadRequest subnet: Endpoint '${endpoint}' has to stand in a subnet of its resolver's virtual network '${networkId}'; '${place}' is none.`,
    );
  });

  test('is delegated to resolvers, or to nobody and empty', () => {
    const prefix = { addressPrefix: '10.0.0.0/24' };
    assert.equal(check({ ...prefix, ...delegatedTo('microsoft.network/DNSRESOLVERS') }), undefined);
    assert.equal(
      refused(() => check({ ...prefix, ...delegatedTo('Microsoft.Web/serverFarms') })),
      `400 SubnetMissingRequiredDelegation ${subnetId}: Subnet ${subnetId} requires any of the following delegation(s) [Microsoft.Network/dnsResolvers], which ${endpoint} needs. Write the delegation with the subnet.`,
    );
    const taken = [{ key: 'address', value: '/nic/ipConfigurations/a', holders: ['/pe'] }];
    assert.equal(
      check({ ...prefix, ...delegatedTo('Microsoft.Network/dnsResolvers') }, subnetId, taken),
      undefined,
    );
    assert.match(
      refused(() => check(prefix, subnetId, taken)),
      /^400 SubnetDelegationsCannotChange.* from \[\] to \[Microsoft.Network\/dnsResolvers\].* \/nic\/ipConfigurations\/a\./,
    );
  });

  test('is delegated to resolvers with its first endpoint, and keeps what it has besides', () => {
    const free = stored(subnetId, { addressPrefix: '10.0.0.0/24' }, { own: 1 });
    const expect = [{ id: subnetId, version: 7 }];
    const delegation = {
      name: 'Microsoft.Network.dnsResolvers',
      id: `${subnetId}/delegations/Microsoft.Network.dnsResolvers`,
      type: 'Microsoft.Network/virtualNetworks/subnets/delegations',
      properties: {
        provisioningState: 'Succeeded',
        serviceName: 'Microsoft.Network/dnsResolvers',
        actions: ['Microsoft.Network/virtualNetworks/subnets/join/action'],
      },
    };
    const properties = { addressPrefix: '10.0.0.0/24', delegations: [delegation] };
    const { id: _, type } = free;
    assert.deepEqual(delegatedSubnet(free), {
      expect,
      puts: [{ id: subnetId, type, body: { own: 1, properties } }],
    });
    const taken = stored(subnetId, delegatedTo('Microsoft.Network/dnsResolvers'));
    assert.deepEqual(delegatedSubnet(taken), { expect, puts: [{ id: subnetId, type, body: taken.body }] });
  });

  test('is its own, however ids are spelt', () =>
    assert.deepEqual(dedicationClaim('/VNet/in', '/R/Endpoint'), {
      key: 'resolver endpoint of /vnet/in',
      value: '/r/endpoint',
      holder: '/R/Endpoint',
    }));
});
