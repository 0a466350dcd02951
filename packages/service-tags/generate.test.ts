import assert from 'node:assert/strict';
import { test } from 'node:test';
import { regionsOf } from '@tombolo/private-link';
import { serviceTags } from '@tombolo/requirements/lists/service-tags';
import { findTag, toFile } from './document.ts';
import { generateServiceTags } from './generate.ts';
import { readDocument } from './read-document.ts';

const generate = (tags?: Record<string, readonly string[]>) =>
  generateServiceTags({
    profile: { name: 'Island', regions: ['japaneast', 'mainland'] },
    addresses: {
      control: ['10.0.0.1'],
      services: ['10.0.0.2', '10.0.0.3', '2001:db8::/64'],
      ...(tags ? { tags } : {}),
    },
    changeNumber: '4',
  });
const prefixes = (document: ReturnType<typeof generate>, name: string) =>
  findTag(document, name)?.addressPrefixes;

test('an installation’s own addresses stand behind the tags that rules name', () => {
  const document = generate();
  assert.deepEqual(prefixes(document, 'AzureActiveDirectory'), ['10.0.0.1/32']);
  assert.deepEqual(prefixes(document, 'azureresourcemanager'), ['10.0.0.1/32']);
  assert.deepEqual(prefixes(document, 'AzureArcInfrastructure'), ['10.0.0.2/31', '2001:db8::/64']);
  assert.deepEqual(prefixes(document, 'AzureArcInfrastructure.JapanEast'), ['10.0.0.2/31', '2001:db8::/64']);
  assert.deepEqual(prefixes(document, 'AzureArcInfrastructure.mainland'), ['10.0.0.2/31', '2001:db8::/64']);
  assert.deepEqual(prefixes(document, 'AzureCloud'), ['10.0.0.1/32', '10.0.0.2/31', '2001:db8::/64']);
});

test('a regional tag is named and placed as in the public list, where Azure calls some regions something else', () => {
  const regions = regionsOf('AzureCloud').map(({ name }) => name);
  const document = generateServiceTags({
    profile: { name: 'AzureCloud', regions },
    addresses: { control: [], services: ['10.0.0.2'] },
  });
  const regionOf = (suffix: string) => findTag(document, `AzureArcInfrastructure.${suffix}`)?.region;
  assert.deepEqual(
    ['FranceCentral', 'GermanyWestCentral', 'NorwayEast', 'SwitzerlandNorth', 'WestUS3'].map(regionOf),
    ['centralfrance', 'germanywc', 'norwaye', 'switzerlandn', 'westus3'],
  );
  // No list that was read has Denmark East: 62 regional tags and the whole.
  assert.equal(regionOf('DenmarkEast'), undefined);
  assert.equal(regionOf('centralfrance'), undefined);
  assert.equal(document.tags.filter(({ name }) => name.startsWith('AzureArcInf')).length, regions.length);
});

test('every tag that the requirements name is there, if without addresses', () => {
  const document = generate();
  for (const { name } of serviceTags) assert.ok(findTag(document, name), name);
  assert.deepEqual(prefixes(document, 'Storage'), []);
});

test('tags can be added or given other addresses', () => {
  const document = generate({ storage: ['10.0.9.0/24'], OwnUpdates: ['10.0.8.0/24'] });
  assert.deepEqual(prefixes(document, 'Storage'), ['10.0.9.0/24']);
  assert.deepEqual(prefixes(document, 'OwnUpdates'), ['10.0.8.0/24']);
  assert.ok(prefixes(document, 'AzureCloud')?.includes('10.0.8.0/23'));
  assert.throws(() => generate({ Storage: ['10.0.9.1/24'] }), /host bits/);
});

test('a generated list is read like a downloaded one', () => {
  const document = generate();
  assert.deepEqual(readDocument([toFile(document)]).document, { ...document, form: 'file' });
});
