import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { directoryOfFile } from '@tombolo/testkit/ends-with-file';
import { signIn } from './arm.ts';
import { fixedAddresses } from './fixed-addresses.ts';
import { startServer } from './server.ts';
import { applyTopology } from './topology.ts';

const scratch = directoryOfFile();

test('a private endpoint at what has become an address of the installation stops no start, is shown, and can be deleted', async () => {
  const first = await startServer(join(scratch, 'own'));
  const before = await signIn(first.state, first.ready.resourceManager);
  const { group, members, nameServer } = await applyTopology(first, before);
  assert.equal(await first.stop(), 0);

  // The operator moves the services, and the public names, to where an endpoint and a resolver stand already.
  const services = members[0]!.address;
  const [dns] = nameServer.split(':') as [string];
  const moved = await startServer(first.state, ['--services-address', services, '--dns-address', dns]);
  const arm = await signIn(moved.state, moved.ready.resourceManager);
  const waited = await moved.tomboloHere('wait');
  assert.equal(waited.code, 0, waited.stdout);
  const { json } = await moved.tomboloHere('status');
  const followers = json.followers as readonly {
    readonly name: string;
    readonly report: {
      readonly unrealized?: readonly { readonly address: string; readonly reason: string }[];
    };
  }[];
  for (const [name, address] of [
    ['gateway', services],
    ['dns', dns],
  ]) {
    const shown = followers.find((follower) => follower.name === name)!.report.unrealized!;
    assert.deepEqual(
      shown.map((each) => each.address),
      [address],
    );
    assert.match(shown[0]!.reason, /address of the installation itself/);
  }
  assert.match(moved.log(), /"process":"gateway","event":"listeners unrealized"/);
  assert.match(moved.log(), /"process":"dns","event":"listeners unrealized"/);
  // Nobody gets the address anew, whoever holds it still.
  const asked = await arm.send(
    'PUT',
    `${group}/providers/Microsoft.Network/privateEndpoints/another?api-version=2024-05-01`,
    {
      location: 'japaneast',
      properties: {
        subnet: {
          id: `${group}/providers/Microsoft.Network/virtualNetworks/quickstart-network/subnets/endpoints`,
        },
        ipConfigurations: fixedAddresses(services),
        privateLinkServiceConnections: [
          {
            name: 'link',
            properties: {
              groupIds: ['hybridcompute'],
              privateLinkServiceId: `${group}/providers/Microsoft.HybridCompute/privateLinkScopes/quickstart-scope`,
            },
          },
        ],
      },
    },
  );
  assert.equal(asked.body.error?.code, 'PrivateIPAddressInReservedRange', JSON.stringify(asked.body));

  const endpoint = `${group}/providers/Microsoft.Network/privateEndpoints/quickstart-endpoint?api-version=2024-05-01`;
  await arm.done('DELETE', endpoint);
  assert.equal((await arm.send('GET', endpoint)).status, 404);
  assert.equal(await moved.stop(), 0);

  const again = await startServer(first.state, ['--services-address', services, '--dns-address', dns]);
  assert.equal(await again.stop(), 0);
});
