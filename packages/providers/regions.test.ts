/** Every region of a cloud is possible for every type, and none of another's. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CloudName, realClouds, regions, regionsOf } from '@tombolo/private-link';
import type { JsonObject } from '@tombolo/store/port';
import { createArmWorld, subscriptionId } from '@tombolo/testkit/arm-world';
import { providers } from './index.ts';

const clouds = Object.keys(realClouds) as CloudName[];
const worldOf = (cloud: CloudName) => {
  const { regions: offered, suffixes } = realClouds[cloud]!;
  return createArmWorld({ providers, settings: { regions: offered, suffixes } });
};

describe('regions', () => {
  for (const cloud of clouds)
    test(`${cloud}: group, scope, machine, network and private endpoint in each of its regions`, async () => {
      const world = await worldOf(cloud);
      const made = async (path: string, body: JsonObject): Promise<string> => {
        const { status, json, headers } = await world.put(path, body);
        assert.ok(status === 200 || status === 201, `${path}: ${JSON.stringify(json)}`);
        return headers['x-tombolo-warning'] ?? '';
      };
      for (const { name, displayName, his, tokenService } of regionsOf(cloud)) {
        const location = displayName;
        const group = `/subscriptions/${subscriptionId}/resourceGroups/${name}`;
        const hybrid = `${group}/providers/Microsoft.HybridCompute`;
        const network = `${group}/providers/Microsoft.Network`;
        await made(group, { location });
        await made(`${hybrid}/privateLinkScopes/s`, { location, properties: {} });
        const privateLinkScopeResourceId = `${hybrid}/privateLinkScopes/s`;
        await made(`${hybrid}/machines/m`, { location, properties: { privateLinkScopeResourceId } });
        await made(`${network}/virtualNetworks/net`, {
          location,
          properties: {
            addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
            subnets: [{ name: 'e', properties: { addressPrefix: '10.0.1.0/24' } }],
          },
        });
        const warning = await made(`${network}/privateEndpoints/pe`, {
          location,
          properties: {
            subnet: { id: `${network}/virtualNetworks/net/subnets/e` },
            privateLinkServiceConnections: [
              {
                name: 'c',
                properties: { groupIds: ['hybridcompute'], privateLinkServiceId: privateLinkScopeResourceId },
              },
            ],
          },
        });
        await world.settle();
        const { customDnsConfigs } = (await world.get(`${network}/privateEndpoints/pe`)).json.properties;
        const [, server, token] = customDnsConfigs.map(({ fqdn }: { fqdn: string }) => fqdn.split('.')[0]);
        // A name of ours is told from Azure's by its first letters; one is made only where Azure's is unknown.
        assert.equal(server, his?.code ?? `tombolo-${name}`);
        // The write says so.
        assert.equal(warning.includes(`tombolo-${name}.`), his === undefined, name);
        assert.equal(warning.includes(`tombolo-${name}-ats.`), tokenService === undefined, name);
        assert.equal(token, tokenService ? `${tokenService.code}-ats` : `tombolo-${name}-ats`);
      }
      const { json } = await world.get(`/subscriptions/${subscriptionId}/locations`);
      assert.deepEqual(
        json.value.map((each: { name: string }) => each.name),
        regionsOf(cloud).map(({ name }) => name),
      );
    });

  test("locations are listed with what Azure's answer says of them, and nothing that no source says", async () => {
    const at = `/subscriptions/${subscriptionId}/locations`;
    const shown = async (cloud: CloudName, name: string) =>
      (await (await worldOf(cloud)).get(at)).json.value.find((each: JsonObject) => each.name === name);
    assert.deepEqual(await shown('AzureCloud', 'westus2'), {
      id: `${at}/westus2`,
      name: 'westus2',
      type: 'Region',
      displayName: 'West US 2',
      regionalDisplayName: '(US) West US 2',
      metadata: {
        regionType: 'Physical',
        regionCategory: 'Recommended',
        geography: 'United States',
        geographyGroup: 'US',
        pairedRegion: [{ name: 'westcentralus', id: `${at}/westcentralus` }],
      },
    });
    const { metadata } = await shown('AzureUSGovernment', 'usdodeast');
    assert.deepEqual(metadata, {
      regionType: 'Physical',
      geography: 'US Department of Defense',
      pairedRegion: [{ name: 'usdodcentral', id: `${at}/usdodcentral` }],
    });
  });

  test('the published example of PrivateLinkScopes_Update (West US) works as it stands', async () => {
    const world = await worldOf('AzureCloud');
    const group = `/subscriptions/${subscriptionId}/resourceGroups/my-resource-group`;
    await world.put(group, { location: 'westus' });
    const scope = `${group}/providers/Microsoft.HybridCompute/privateLinkScopes/my-privatelinkscope`;
    await world.put(scope, { location: 'westus' });
    const updated = await world.put(scope, { location: 'westus', tags: { Tag1: 'Value1' } });
    assert.equal(updated.status, 200);
    assert.deepEqual([updated.json.location, updated.json.tags], ['westus', { Tag1: 'Value1' }]);
  });

  for (const cloud of clouds)
    test(`${cloud}: a region of another cloud is refused`, async () => {
      const world = await worldOf(cloud);
      const home = `/subscriptions/${subscriptionId}/resourceGroups/home`;
      await world.put(home, { location: regionsOf(cloud)[0]!.name });
      for (const { name } of regions.filter((region) => region.cloud !== cloud)) {
        const group = `/subscriptions/${subscriptionId}/resourceGroups/${name}`;
        const answer = await world.put(group, { location: name });
        assert.equal(answer.json.error.code, 'LocationNotAvailableForResourceGroup', name);
        const { json } = await world.put(`${home}/providers/Microsoft.HybridCompute/privateLinkScopes/s`, {
          location: name,
        });
        assert.equal(json.error.code, 'LocationNotAvailableForResourceType', name);
      }
    });

  test('what stands in a region that is no longer offered is written still, and nothing new is made there', async () => {
    const world = await createArmWorld({ providers, settings: { regions: ['japaneast', 'usgovvirginia'] } });
    const group = `/subscriptions/${subscriptionId}/resourceGroups/g`;
    const scope = `${group}/providers/Microsoft.HybridCompute/privateLinkScopes/s`;
    await world.put(group, { location: 'usgovvirginia' });
    await world.put(scope, { location: 'usgovvirginia' });
    Object.assign(world.settings, { regions: ['japaneast'] });
    const body = { location: 'US Gov Virginia', tags: { still: 'here' } };
    assert.equal((await world.put(scope, body)).status, 200);
    assert.equal((await world.put(group, body)).status, 200);
    const fresh = await world.put(`${scope}2`, body);
    assert.equal(fresh.json.error.code, 'LocationNotAvailableForResourceType');
  });
});
