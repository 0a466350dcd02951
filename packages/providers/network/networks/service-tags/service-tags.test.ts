import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseResourceId } from '@tombolo/arm';
import type { ServiceTagDocument } from '@tombolo/service-tags/document';
import { serveBatch } from '@tombolo/service-tags/stored-tags';
import { type ArmWorld, startTime, subscriptionId } from '@tombolo/testkit/arm-world';
import { codeOf, createNetworkWorld, inGroup } from '../../network.testkit.ts';

const at = (type: string, location = 'japaneast') =>
  `/subscriptions/${subscriptionId}/providers/Microsoft.Network/locations/${location}/${type}`;

const imported = (count = 3): ServiceTagDocument => ({
  cloud: 'Public',
  changeNumber: '152',
  form: 'file',
  tags: Array.from({ length: count }, (_, index) => ({
    name: `Service${String(index).padStart(4, '0')}`,
    id: `Service${String(index).padStart(4, '0')}`,
    changeNumber: '7',
    region: '',
    systemService: 'Azure',
    addressPrefixes: [`10.${index >> 8}.${index & 255}.0/24`, '2001:db8::/32'],
  })),
});

const publishedAt = startTime - 86_400_000;
const serve = async (world: ArmWorld, document: ServiceTagDocument) => {
  const facts = { source: 'ServiceTags_Public_20251231.json', fetchedAt: startTime, publishedAt };
  const batch = await serveBatch(world.store, document, facts, false);
  assert.ok('puts' in batch);
  await world.store.commit(batch);
};

test('serviceTags answers the imported list whole, with its change numbers and its dates', async () => {
  const world = await createNetworkWorld();
  await serve(world, imported());
  const answer = await world.get(at('serviceTags'));
  assert.equal(answer.status, 200);
  const { values, ...head } = answer.json;
  assert.deepEqual(head, {
    name: 'Public',
    id: `/subscriptions/${subscriptionId}/providers/Microsoft.Network/serviceTags/Public`,
    type: 'Microsoft.Network/serviceTags',
    changeNumber: '152',
    cloud: 'Public',
  });
  assert.equal(parseResourceId(head.id)?.type, 'Microsoft.Network/serviceTags');
  assert.deepEqual(values[1], {
    name: 'Service0001',
    id: 'Service0001',
    serviceTagChangeNumber: '7',
    properties: {
      changeNumber: '7',
      region: '',
      systemService: 'Azure',
      addressPrefixes: ['10.0.1.0/24', '2001:db8::/32'],
      state: 'GA',
    },
  });
  assert.equal(answer.headers['x-tombolo-service-tags-published-at'], '2025-12-31T00:00:00.000Z');
  assert.equal(answer.headers['x-tombolo-service-tags-fetched-at'], '2026-01-01T00:00:00.000Z');
});

test('serviceTagDetails pages, filters by tag name and leaves prefixes out', async () => {
  const world = await createNetworkWorld();
  await serve(world, imported(250));
  const all = await world.listAll(at('serviceTagDetails'));
  assert.equal(all.length, 250);
  assert.equal((await world.get(at('serviceTagDetails'))).json.value.length, 100);
  const one = await world.get(`${at('serviceTagDetails')}?tagName=service0249&noAddressPrefixes=true`);
  assert.deepEqual(
    one.json.value.map((tag: { name: string; properties: object }) => [
      tag.name,
      'addressPrefixes' in tag.properties,
    ]),
    [['Service0249', false]],
  );
  assert.equal(
    codeOf(await world.get(`${at('serviceTagDetails')}?noAddressPrefixes=perhaps`)),
    '400 InvalidQueryParameter',
  );
});

test('an installation without a list answers with tags of its own addresses', async () => {
  const world = await createNetworkWorld();
  const body = { addresses: { arm: '192.0.2.1', services: '192.0.2.2', dns: '192.0.2.3' } };
  await world.store.commit({ puts: [{ id: '/tombolo/installation', type: 'Tombolo/installations', body }] });
  const { json, headers } = await world.get(at('serviceTags'));
  const prefixes = (name: string) =>
    json.values.find((tag: { name: string }) => tag.name === name).properties.addressPrefixes;
  assert.equal(json.changeNumber, '0');
  assert.deepEqual(prefixes('AzureResourceManager'), ['192.0.2.1/32']);
  assert.deepEqual(prefixes('AzureActiveDirectory'), ['192.0.2.1/32']);
  assert.deepEqual(prefixes('AzureArcInfrastructure'), ['192.0.2.2/32']);
  assert.deepEqual(prefixes('AzureArcInfrastructure.JapanEast'), ['192.0.2.2/32']);
  assert.deepEqual(prefixes('Storage'), []);
  assert.equal(headers['x-tombolo-service-tags-source'], 'generated');
});

test('the location is judged, in any spelling, and filters nothing', async () => {
  const world = await createNetworkWorld();
  await serve(world, imported());
  assert.equal((await world.get(at('serviceTags', 'Japan East'.replace(' ', '')))).json.values.length, 3);
  assert.equal((await world.get(at('serviceTags', 'westeurope'))).json.values.length, 3);
  assert.equal(
    codeOf(await world.get(at('serviceTags', 'atlantis'))),
    '400 LocationNotAvailableForResourceType',
  );
});

test('a list of 100,000 prefixes is stored in chunks, served whole, and replaced without a rest', async () => {
  const world = await createNetworkWorld();
  const large: ServiceTagDocument = {
    ...imported(),
    tags: Array.from({ length: 500 }, (_, tag) => ({
      name: `Tag${tag}`,
      id: `Tag${tag}`,
      region: '',
      systemService: '',
      addressPrefixes: Array.from({ length: 200 }, (_, n) => `${tag % 200}.${n}.${tag >> 8}.0/24`),
    })),
  };
  await serve(world, large);
  const values = (await world.get(at('serviceTags'))).json.values as {
    properties: { addressPrefixes: string[] };
  }[];
  assert.equal(
    values.reduce((sum, tag) => sum + tag.properties.addressPrefixes.length, 0),
    100_000,
  );
  assert.equal((await world.store.list({ type: 'Tombolo/serviceTagChunks' })).length, 5);
  await serve(world, { ...imported(), changeNumber: '153' });
  assert.equal((await world.store.list({ type: 'Tombolo/serviceTagChunks' })).length, 1);
  assert.equal((await world.get(at('serviceTags'))).json.values.length, 3);
});

test('a rule names a tag of the imported list; before there is one nobody knows, and what was taken then stays', async () => {
  const world = await createNetworkWorld();
  const nsg = inGroup('networkSecurityGroups', 'nsg');
  const properties = (destinationAddressPrefix: string, priority: number) => ({
    protocol: 'Tcp',
    sourceAddressPrefix: '*',
    sourcePortRange: '*',
    destinationAddressPrefix,
    destinationPortRange: '443',
    access: 'Allow',
    priority,
    direction: 'Outbound',
  });
  const group = (...tags: readonly string[]) => ({
    location: 'japaneast',
    properties: {
      securityRules: tags.map((tag, index) => ({
        name: `r${index}`,
        properties: properties(tag, 100 + index),
      })),
    },
  });
  assert.equal((await world.put(nsg, group('Service0001', 'Mistyped'))).status, 201);
  await serve(world, imported());
  assert.equal((await world.put(nsg, (await world.get(nsg)).json)).status, 200);
  assert.equal(
    (await world.put(`${nsg}/securityRules/r1`, { properties: properties('Mistyped', 101) })).status,
    200,
  );
  for (const answer of [
    await world.put(nsg, group('Service0001', 'Mistyped', 'Mistyped')),
    await world.put(`${nsg}/securityRules/other`, { properties: properties('Mistyped', 200) }),
  ]) {
    assert.equal(codeOf(answer), '400 SecurityRuleInvalidAddressPrefix');
    assert.match(answer.json.error.message, /Mistyped\. The list .*, Public 152, does not have it/);
  }
  const taken = await world.put(`${nsg}/securityRules/other`, { properties: properties('service0002', 200) });
  assert.equal(taken.status, 201);
});
