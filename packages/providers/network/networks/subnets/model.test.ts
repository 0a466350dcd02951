/** What a subnet may be, without a store: its prefixes in the network and beside the others, and what is stored. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readAddressPrefix } from '@tombolo/ip/address-prefix';
import type { Document, HeldClaim, JsonObject } from '@tombolo/store/port';
import { checkPrefixesKept, checkSubnets, storedSubnet, subnetPrefixes } from './model.ts';

const document = (properties: JsonObject): Document => ({
  id: '/net/subnets/s',
  type: 'Microsoft.Network/virtualNetworks/subnets',
  version: 1,
  body: { properties },
});

test('the prefixes of a subnet are its list, or its one', () => {
  assert.deepEqual(subnetPrefixes({ addressPrefixes: ['a', 'b'], addressPrefix: 'c' }), ['a', 'b']);
  assert.deepEqual(subnetPrefixes({ addressPrefixes: [], addressPrefix: 'c' }), ['c']);
  assert.deepEqual(subnetPrefixes({}), []);
});

describe('a subnet as it is stored', () => {
  const defaults = {
    delegations: [],
    privateEndpointNetworkPolicies: 'Disabled',
    privateLinkServiceNetworkPolicies: 'Enabled',
    provisioningState: 'Succeeded',
  };
  test('has Azure’s defaults, and keeps what is written', () => {
    assert.deepEqual(storedSubnet('/s', { addressPrefix: '10.0.0.0/24' }), {
      addressPrefix: '10.0.0.0/24',
      ...defaults,
    });
    const written = {
      addressPrefix: '10.0.0.0/24',
      privateEndpointNetworkPolicies: 'Enabled',
      privateLinkServiceNetworkPolicies: 'Disabled',
    } as const;
    assert.deepEqual(storedSubnet('/s', written), { ...defaults, ...written });
  });
  test('has a list of one prefix as its one, and a longer list as it is', () => {
    assert.deepEqual(storedSubnet('/s', { addressPrefixes: ['10.0.0.0/24'] }), {
      addressPrefix: '10.0.0.0/24',
      ...defaults,
    });
    const two = { addressPrefixes: ['10.0.0.0/24', 'fd00::/64'] };
    assert.deepEqual(storedSubnet('/s', two), { ...two, ...defaults });
    const both = { addressPrefix: '10.0.0.0/24', addressPrefixes: ['10.0.0.0/24'] };
    assert.deepEqual(storedSubnet('/s', both), { ...both, ...defaults });
  });
  test('has its delegations with what Azure adds to them', () =>
    assert.deepEqual(
      storedSubnet('/s', {
        delegations: [{ name: 'd', properties: { serviceName: 'Service/type' } }, { name: 'e' }],
      }).delegations,
      ['Service/type', ''].map((serviceName, index) => ({
        name: index === 0 ? 'd' : 'e',
        id: `/s/delegations/${index === 0 ? 'd' : 'e'}`,
        type: 'Microsoft.Network/virtualNetworks/subnets/delegations',
        properties: {
          provisioningState: 'Succeeded',
          serviceName,
          actions: ['Microsoft.Network/virtualNetworks/subnets/join/action'],
        },
      })),
    ));
});

describe('the subnets of a network', () => {
  const space = ['10.0.0.0/16', 'fd00::/48'].map((text) => readAddressPrefix(text)!);
  const check = (...subnets: readonly (readonly string[])[]) => {
    const refusal = checkSubnets(
      '/net/virtualNetworks/vnet',
      space,
      subnets.map((addressPrefixes, index) => ({
        id: `/net/subnets/s${index}`,
        properties: { addressPrefixes: [...addressPrefixes] },
      })),
    );
    return refusal && `${refusal.target} ${refusal.code}: ${refusal.message}`;
  };
  test('lie in its address space, of either family', () => {
    assert.equal(check(['10.0.1.0/24', 'fd00::/64'], ['10.0.2.0/24']), undefined);
    assert.equal(
      check(['10.0.1.0/24'], ['10.0.2.0/24', '10.1.0.0/24']),
      "/net/subnets/s1 NetcfgInvalidSubnet: Subnet 's1' is not valid in virtual network 'vnet': its prefixes are not within the address space. Extend the address space or choose another prefix.",
    );
    assert.match(check(['10.0.1.1/24'])!, /^\/net\/subnets\/s0 InvalidCIDRNotation/);
  });
  test('do not overlap: the later is refused, with the earlier, wherever they stand', () => {
    const overlap = (later: number, earlier: number) =>
      `/net/subnets/s${later} NetcfgSubnetRangesOverlap: Subnet 's${later}' is not valid because its IP address range overlaps with that of subnet 's${earlier}'.`;
    assert.equal(check(['10.0.1.0/24'], ['10.0.1.128/25']), overlap(1, 0));
    assert.equal(check(['10.0.1.128/25'], ['10.0.1.0/24']), overlap(1, 0));
    assert.equal(
      check(['10.0.0.0/20'], ['10.0.1.0/24'].slice(1).concat('10.0.32.0/24'), ['10.0.15.0/24']),
      overlap(2, 0),
    );
    assert.equal(check(['fd00::/64'], ['10.0.1.0/24'], ['fd00::/64']), overlap(2, 0));
    assert.equal(check(['10.0.3.0/24'], ['10.0.2.0/24'], ['10.0.1.0/24']), undefined);
  });
});

describe('a prefix in which addresses are taken', () => {
  const claim = { key: 'k', value: 'v', holders: [] } as unknown as HeldClaim;
  const kept = (had: JsonObject, wanted: readonly string[], taken = [claim]) => {
    const refusal = checkPrefixesKept(document(had), wanted, taken);
    return refusal && `${refusal.target} ${refusal.code}: ${refusal.message}`;
  };
  const gone = (prefix: string) =>
    `/net/subnets/s InUsePrefixCannotBeDeleted: IpPrefix ${prefix} on Subnet s has active allocations and cannot be deleted. Delete what has addresses there first.`;
  test('stays: it neither shrinks, grows nor goes', () => {
    const had = { addressPrefix: '10.0.1.0/24' };
    assert.equal(kept(had, ['10.0.1.0/24']), undefined);
    assert.equal(kept(had, ['10.0.9.0/24', '10.0.1.0/24']), undefined);
    for (const wanted of [['10.0.1.0/25'], ['10.0.0.0/23'], ['10.0.2.0/24'], ['none'], []])
      assert.equal(kept(had, wanted), gone('10.0.1.0/24'), String(wanted));
    assert.equal(kept({ addressPrefixes: ['10.0.1.0/24', 'fd00::/64'] }, ['10.0.1.0/24']), gone('fd00::/64'));
    assert.equal(kept({ addressPrefix: '::/64' }, ['0.0.0.0/64']), gone('::/64'));
  });
  test('and where none are, it may', () =>
    assert.equal(kept({ addressPrefix: '10.0.1.0/24' }, [], []), undefined));
});
