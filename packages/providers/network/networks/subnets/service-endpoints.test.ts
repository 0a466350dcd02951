import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '@tombolo/store/port';
import { refused, stored } from '../../../put-input.testkit.ts';
import {
  codeOf,
  createPlacedWorld,
  networkBody,
  networkId,
  subnetBody,
  subnetId,
} from '../../network.testkit.ts';
import { checkServiceEndpoints } from './service-endpoints.ts';

const to = (...serviceEndpoints: JsonObject[]): JsonObject => ({ serviceEndpoints });

test('a service endpoint is one of a service that Azure has, in regions of the cloud, in any spelling', async () => {
  const world = await createPlacedWorld();
  const put = (...endpoints: JsonObject[]) =>
    world.put(subnetId, subnetBody('10.0.1.0/24', to(...endpoints)));
  const taken = await put(
    { service: 'microsoft.storage', locations: ['Japan East', 'japanwest'] },
    { service: 'Microsoft.KeyVault', locations: ['*'] },
    { service: 'Microsoft.Sql' },
  );
  assert.equal(taken.status, 200, JSON.stringify(taken.json));
  assert.equal(taken.json.properties.serviceEndpoints[0].service, 'microsoft.storage');
  for (const [endpoint, target] of [
    [{ service: 'Microsoft.Storge' }, 'service'],
    [{ locations: ['*'] }, 'service'],
    [{ service: 'Microsoft.Web', locations: ['japaneast', 'atlantis'] }, 'locations'],
  ] as const) {
    const answer = await put({ service: 'Microsoft.Sql' }, endpoint);
    assert.equal(codeOf(answer), '400 InvalidServiceEndpoint');
    assert.equal(answer.json.error.target, `properties.serviceEndpoints[1].${target}`);
  }
  const inline = networkBody('10.0.0.0/16', [
    { name: 'default', ...subnetBody('10.0.1.0/24', to({ service: 'x' })) },
  ]);
  assert.equal(codeOf(await world.put(networkId, inline)), '400 InvalidServiceEndpoint');
});

test('what an earlier version stored can be sent back, and nothing new of it be made', () => {
  const had = stored(subnetId, to({ service: 'Old.Service', locations: ['atlantis'] }));
  const check = (properties: JsonObject, existing?: typeof had) =>
    checkServiceEndpoints({ id: subnetId, properties }, existing, ['japaneast']);
  const same = to({ service: 'old.service', locations: ['Atlantis', 'japaneast'] });
  assert.equal(check(same, had), undefined);
  assert.match(
    refused(() => check(same)),
    /no service 'old\.service'\. Services are: .*Microsoft\.Web\.$/,
  );
  assert.match(
    refused(() => check(to({ service: 'Old.Service', locations: ['mu'] }), had)),
    /in 'mu'\. Give '\*' or regions of this cloud: japaneast\.$/,
  );
});
