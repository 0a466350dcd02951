import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EnvelopeMember } from '@tombolo/arm';
import { envelopeSchemas } from '@tombolo/arm/envelope-schema';
import { createArmWorld, subscriptionId } from '@tombolo/testkit/arm-world';
import { providers } from './index.ts';
import { networkBody } from './network/network.testkit.ts';

const members = Object.keys(envelopeSchemas) as readonly EnvelopeMember[];
const group = `/subscriptions/${subscriptionId}/resourceGroups/rg`;
const inGroup = (type: string) => `${group}/providers/${type}`;
const network = inGroup('Microsoft.Network/virtualNetworks/vnet');
const machine = inGroup('Microsoft.HybridCompute/machines/lighthouse');

/** What the published contract of each type has beside location, tags and properties. */
const taken: Readonly<Record<string, readonly EnvelopeMember[]>> = {
  'Microsoft.HybridCompute/machines': ['identity', 'kind'],
  'Microsoft.Network/privateEndpoints': ['extendedLocation'],
  'Microsoft.Network/virtualNetworks': ['extendedLocation'],
  'Microsoft.Resources/subscriptions/resourceGroups': ['managedBy'],
};

const world = async () => {
  const made = await createArmWorld({ providers });
  assert.equal((await made.put(group, { location: 'japaneast' })).status, 201);
  return made;
};

test('each type takes the members of the envelope that its contract has, and no others', () => {
  for (const { type, envelope = [] } of providers.flatMap((provider) => provider.types))
    assert.deepEqual([...envelope].sort(), taken[type] ?? [], type);
});

test('a member in a wrong form, or too long, is refused on PUT and PATCH by its name', async () => {
  const { put, patch } = await world();
  await put(machine, { location: 'japaneast', properties: {} });
  const long = 'x'.repeat(300_000);
  const refused = [
    await put(network, { ...networkBody(), extendedLocation: 3 }),
    await put(network, { ...networkBody(), extendedLocation: { name: long, type: 'EdgeZone' } }),
    await put(network, { ...networkBody(), zones: ['1'] }),
    await put(machine, { location: 'japaneast', kind: long, properties: {} }),
    await patch(machine, { kind: 3 }),
    await patch(machine, { identity: 'SystemAssigned' }),
    await patch(machine, { sku: { name: 'Standard' } }),
    await put(group, { location: 'japaneast', managedBy: 'somebody' }),
  ];
  const wanted = 'extendedLocation extendedLocation.name zones kind kind identity sku managedBy';
  assert.equal(refused.map(({ json }) => json.error.target).join(' '), wanted);
  for (const { status, json } of refused)
    assert.equal(`${status} ${json.error.code}`, '400 InvalidRequestContent');
});

test('what clients send for nothing is taken as nothing by every type: null members and empty zones', async () => {
  const { put, patch } = await world();
  const nothing = Object.fromEntries(members.map((member) => [member, member === 'zones' ? [] : null]));
  for (const answer of [
    await put(network, { ...networkBody(), ...nothing }),
    await put(`${network}/subnets/s`, { ...nothing, properties: { addressPrefix: '10.0.1.0/24' } }),
    await put(machine, { ...nothing, location: 'japaneast', properties: {} }),
    await patch(machine, nothing),
  ]) {
    assert.ok(answer.status < 300, JSON.stringify(answer.json));
    for (const member of members) assert.equal(answer.json[member], undefined, member);
  }
});

test('a forwarding ruleset’s PATCH has its endpoints at the top, as its contract says', async () => {
  const made = await world();
  const resolver = inGroup('Microsoft.Network/dnsResolvers/r');
  const ruleset = inGroup('Microsoft.Network/dnsForwardingRulesets/f');
  const subnets = ['a', 'b'].map((name, index) => ({
    name,
    properties: { addressPrefix: `10.0.${index}.0/28` },
  }));
  await made.put(network, networkBody('10.0.0.0/16', subnets));
  await made.put(resolver, { location: 'japaneast', properties: { virtualNetwork: { id: network } } });
  const ends = [];
  for (const { name } of subnets) {
    const id = `${resolver}/outboundEndpoints/${name}`;
    const subnet = { id: `${network}/subnets/${name}` };
    assert.equal((await made.put(id, { location: 'japaneast', properties: { subnet } })).status, 201);
    ends.push({ id });
  }
  const body = { location: 'japaneast', properties: { dnsResolverOutboundEndpoints: [ends[0]!] } };
  assert.equal((await made.put(ruleset, body)).status, 201);
  const patched = await made.patch(ruleset, { dnsResolverOutboundEndpoints: [ends[1]!], tags: { a: 'b' } });
  assert.deepEqual(patched.json.properties.dnsResolverOutboundEndpoints, [ends[1]]);
  assert.deepEqual(patched.json.tags, { a: 'b' });
  const refused = await made.patch(ruleset, { dnsResolverOutboundEndpoints: 'nonsense' });
  assert.equal(refused.json.error.target, 'properties.dnsResolverOutboundEndpoints');
});
