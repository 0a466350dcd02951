/** Which hosts a machine is told: those of the table over the public way, those of the endpoint by a private one. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findRegion } from '@tombolo/private-link';
import { regionalHosts } from './regional-hosts.ts';
import { group, hosts, openWorld, profile, scopeId } from './world.testkit.ts';

let world: Awaited<ReturnType<typeof openWorld>>;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

/** An endpoint that an earlier version made: to a scope in West Europe, with the token service's name of that time. */
const carried: Readonly<Record<string, string>> = {
  'HybridCompute.Global': hosts.gbl,
  'HybridCompute.Server': 'weu.his.arc.azure.com',
  'HybridCompute.TokenService': 'europe-ats.his.arc.azure.com',
  'GuestConfig.AgentService.westeurope': 'westeurope-gas.guestconfiguration.azure.com',
  'HybridCompute.K8sConfiguration': 'westeurope.dp.kubernetesconfiguration.azure.com',
};

test('by a private endpoint a machine is told the names that the endpoint carries', async () => {
  const link = 31;
  await world.putScope('old', 'Disabled');
  await world.put(
    `${scopeId('old')}/privateEndpointConnections/pe`,
    'Microsoft.HybridCompute/privateLinkScopes/privateEndpointConnections',
    {
      properties: {
        linkIdentifier: link,
        privateEndpoint: { id: `${group}/providers/Microsoft.Network/privateEndpoints/pe` },
        privateLinkServiceConnectionState: { status: 'Approved' },
        members: Object.entries(carried).map(([memberName, fqdn], index) => ({
          memberName,
          fqdns: [fqdn],
          privateIpAddress: `127.${link}.0.${4 + index}`,
        })),
      },
    },
  );
  await world.settled();
  const ask = async (location: string, privately: boolean) => {
    const via = { kind: 'private', link, destination: `127.${link}.0.4` } as const;
    const answer = await world.send({
      host: hosts.gbl,
      method: 'GET',
      path: `/regions/${location}`,
      ...(privately ? { via } : {}),
    });
    assert.equal(answer.status, 200);
    return answer.body.hosts;
  };
  assert.deepEqual(await ask('westeurope', true), {
    his: carried['HybridCompute.Server'],
    ats: carried['HybridCompute.TokenService'],
    gas: carried['GuestConfig.AgentService.westeurope'],
    dp: carried['HybridCompute.K8sConfiguration'],
  });
  const table = (location: string) => regionalHosts(findRegion(location)!, profile.suffixes);
  assert.deepEqual(await ask('westeurope', false), table('westeurope'));
  assert.equal(table('westeurope').ats, 'tombolo-westeurope-ats.his.arc.azure.com');
  // The endpoint carries nothing of another region.
  assert.deepEqual(await ask('japaneast', true), table('japaneast'));
});
