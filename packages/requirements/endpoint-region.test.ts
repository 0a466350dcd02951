import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findRegion, members, realClouds } from '@tombolo/private-link';
import { foreignEndpoint } from './endpoint-region.ts';

const endpointOf = (region: string) =>
  members(findRegion(region)!, realClouds.AzureCloud!.suffixes).map(({ fqdn }) => ({
    fqdn: fqdn.toUpperCase(),
    addresses: ['10.0.0.4'],
  }));

describe('R7: the region of a private endpoint', () => {
  for (const [endpoint, asked, foreign] of [
    ['westus', 'westus', false],
    ['westus', 'eastus', true],
    ['southeastasia', 'eastasia', true],
    ['japaneast', 'japaneast', false],
  ] as const)
    test(`of ${endpoint}, asked about ${asked}: ${foreign ? 'said' : 'nothing'}`, () => {
      const said = foreignEndpoint(findRegion(asked)!, endpointOf(endpoint));
      assert.equal(said !== undefined, foreign);
      if (foreign) assert.match(said!, new RegExp(`of ${endpoint}, not of ${asked}`));
    });

  test('of which no name says a region: nothing', () => {
    const gbl = [{ fqdn: 'gbl.his.arc.azure.com', addresses: ['10.0.0.4'] }];
    assert.equal(foreignEndpoint(findRegion('eastus')!, gbl), undefined);
  });
});
