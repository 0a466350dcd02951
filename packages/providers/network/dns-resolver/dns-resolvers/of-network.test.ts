import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { codeOf, createPlacedWorld, inGroup, networkId } from '../../network.testkit.ts';

const resolver = inGroup('dnsResolvers', 'resolver');
const ruleset = inGroup('dnsForwardingRulesets', 'ruleset');
const virtualNetwork = { id: networkId };

describe('what a virtual network has of DNS resolvers', () => {
  test('is nothing at first, then its resolver and the ruleset that is linked to it', async () => {
    const world = await createPlacedWorld();
    const list = async (action: string) =>
      (await world.post(`${networkId}/${action}?api-version=2022-07-01`)).json.value;
    assert.deepEqual(await list('listDnsResolvers'), []);
    assert.deepEqual(await list('listDnsForwardingRulesets'), []);
    await world.put(resolver, { location: 'japaneast', properties: { virtualNetwork } });
    await world.put(`${networkId}/subnets/out`, { properties: { addressPrefix: '10.0.2.0/28' } });
    const outbound = `${resolver}/outboundEndpoints/out`;
    await world.put(outbound, {
      location: 'japaneast',
      properties: { subnet: { id: `${networkId}/subnets/out` } },
    });
    await world.put(ruleset, {
      location: 'japaneast',
      properties: { dnsResolverOutboundEndpoints: [{ id: outbound }] },
    });
    const link = await world.put(`${ruleset}/virtualNetworkLinks/link`, { properties: { virtualNetwork } });
    assert.equal(link.status, 201, JSON.stringify(link.json));
    assert.deepEqual(await list('listDnsResolvers'), [{ id: resolver }]);
    assert.deepEqual(await list('LISTDNSFORWARDINGRULESETS'), [
      { id: ruleset, properties: { virtualNetworkLink: { id: `${ruleset}/virtualNetworkLinks/link` } } },
    ]);
  });

  test('is refused for a network that is not there', async () => {
    const world = await createPlacedWorld();
    const answer = await world.post(`${networkId}-none/listDnsResolvers?api-version=2022-07-01`);
    assert.equal(codeOf(answer), '404 ResourceNotFound');
  });
});
