import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CloudProfile } from '@tombolo/private-link';
import { realClouds } from '@tombolo/private-link';
import type { JsonObject } from '@tombolo/store/port';
import { metadataEndpoints } from './metadata-endpoints.ts';

const profile: CloudProfile = {
  ...realClouds.AzureCloud!,
  name: 'Tombolo',
  resourceManager: 'https://management.tombolo.local:8443',
  activeDirectory: 'https://login.tombolo.local:8443',
  tenantId: '22222222-2222-4222-8222-222222222222',
};

test('2015-01-01 is the small object that az cloud register and Add-AzEnvironment read', () => {
  assert.deepEqual(metadataEndpoints(profile, '2015-01-01'), {
    galleryEndpoint: 'https://management.tombolo.local:8443/',
    graphEndpoint: 'https://login.tombolo.local:8443/',
    portalEndpoint: 'https://management.tombolo.local:8443/',
    authentication: {
      loginEndpoint: 'https://login.tombolo.local:8443/',
      audiences: ['https://management.tombolo.local:8443/', 'https://management.tombolo.local:8443'],
    },
  });
});

test('2022-09-01 and later are one object with every key that azurerm decodes', () => {
  for (const version of ['2022-09-01', '2023-11-01', '2018-05-01']) {
    const cloud = metadataEndpoints(profile, version) as JsonObject;
    assert.equal(cloud.name, 'Tombolo');
    assert.equal(cloud.resourceManager, 'https://management.tombolo.local:8443/');
    assert.equal((cloud.authentication as JsonObject).tenant, 'common');
    for (const key of ['keyVaultDns', 'storage', 'mhsmDns', 'sqlServerHostname', 'synapseAnalytics'])
      assert.match(String((cloud.suffixes as JsonObject)[key]), /tombolo\.local$/);
  }
});

test('2019-05-01 to 2022 are a list of clouds; the graph may be elsewhere', () => {
  for (const version of ['2019-05-01', '2020-06-01']) {
    const clouds = metadataEndpoints(profile, version, 'https://graph.tombolo.local') as JsonObject[];
    assert.equal(clouds.length, 1);
    assert.equal(clouds[0]?.microsoftGraphResourceId, 'https://graph.tombolo.local/');
  }
});
