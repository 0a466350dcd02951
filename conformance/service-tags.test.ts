/** Service tags with @azure/arm-network: of the installation's own addresses, then imported. */

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { directoryOfFile } from '@tombolo/testkit/ends-with-file';
import { all, refused } from './expect.ts';
import { openWorld } from './world.ts';

const world = await openWorld();
const directory = directoryOfFile();

const list = (changeNumber: number, prefixes: readonly string[]) => ({
  changeNumber,
  cloud: 'Public',
  values: Array.from({ length: 150 }, (_, index) => ({
    name: index === 0 ? 'AzureArcInfrastructure' : `Service${index}`,
    id: index === 0 ? 'AzureArcInfrastructure' : `Service${index}`,
    properties: {
      changeNumber,
      region: '',
      platform: 'Azure',
      systemService: 'AzureArcInfrastructure',
      addressPrefixes: index === 0 ? prefixes : [`10.${index}.0.0/16`],
      networkFeatures: ['API', 'NSG'],
    },
  })),
});
const write = (name: string, json: object): string => {
  const path = join(directory, name);
  writeFileSync(path, JSON.stringify(json));
  return path;
};

test('an installation without a list answers with tags of its own addresses', async () => {
  const answer = await world.network.serviceTags.list('westeurope');
  assert.equal(answer.changeNumber, '0');
  const arc = answer.values?.find((tag) => tag.name === 'AzureArcInfrastructure');
  assert.deepEqual(arc?.properties?.addressPrefixes, ['127.0.0.2/32']);
});

test('an imported list is what serviceTags and the pages of serviceTagDetails answer', async () => {
  const file = write('ServiceTags_Public_20260810.json', list(152, ['20.1.0.0/24', '2603:1030:5::/48']));
  const imported = await world.installation.tombolo('service-tags', 'import', file);
  assert.equal((imported.served as { changeNumber: string }).changeNumber, '152');

  const answer = await world.network.serviceTags.list('westeurope');
  assert.deepEqual([answer.cloud, answer.changeNumber, answer.values?.length], ['Public', '152', 150]);
  assert.equal(
    answer.id,
    `/subscriptions/${world.subscriptionId}/providers/Microsoft.Network/serviceTags/Public`,
  );
  assert.deepEqual(answer.values?.[0]?.properties?.addressPrefixes, ['20.1.0.0/24', '2603:1030:5::/48']);

  const details = await all(world.network.serviceTagInformationOperations.list('westeurope'));
  assert.equal(details.length, 150);
  const [one, ...more] = await all(
    world.network.serviceTagInformationOperations.list('westeurope', {
      tagName: 'AzureArcInfrastructure',
      noAddressPrefixes: true,
    }),
  );
  assert.deepEqual(
    [one?.name, one?.properties?.addressPrefixes, more.length],
    ['AzureArcInfrastructure', undefined, 0],
  );
});

test('a newer list takes its place; an older one does not, without --replace', async () => {
  await world.installation.tombolo('service-tags', 'import', write('new.json', list(153, ['20.2.0.0/24'])));
  const old = write('old.json', list(151, []));
  const refusal = await world.installation.tombolo('service-tags', 'import', old);
  assert.equal((refusal.error as { code: string }).code, 'RequestRefused');
  const replaced = await world.installation.tombolo('service-tags', 'show');
  assert.equal((replaced.served as { changeNumber: string }).changeNumber, '153');
  const answer = await world.network.serviceTags.list('westeurope');
  assert.equal(answer.changeNumber, '153');
});

test('an unknown location is refused', async () => {
  await refused(world.network.serviceTags.list('atlantis'), {
    status: 400,
    code: 'LocationNotAvailableForResourceType',
  });
});
