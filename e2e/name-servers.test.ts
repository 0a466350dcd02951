/** Which name servers the machines of a network ask: its own choice, else its inbound endpoints; each really answers. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { directoryOfFile, endsWithFile } from '@tombolo/testkit/ends-with-file';
import { connectToServer } from '../apps/tombolo/installation/server-connection.ts';
import { ask } from '../apps/tombolo/quickstart/names.ts';
import { createTopology } from '../apps/tombolo/quickstart/topology.ts';
import { createOutput } from '../apps/tombolo/shell/output.ts';
import { startServer } from './server.ts';

const server = await startServer(join(directoryOfFile(), 'state'));
const connection = connectToServer(server.state);
const arm = connection.arm();
endsWithFile(() => arm.close());
const hub = await createTopology(arm, connection.installation, createOutput(true));
const resolver = hub.networkNameServers[0]!;
const name = 'gbl.his.arc.azure.com';

const createNetwork = async (
  own: string,
  prefix: string,
  dhcpOptions: { dnsServers: readonly string[] } | undefined,
) => {
  const id = `${hub.group}/providers/Microsoft.Network/virtualNetworks/${own}`;
  const properties = { addressSpace: { addressPrefixes: [prefix] }, ...(dhcpOptions ? { dhcpOptions } : {}) };
  await arm.send('PUT', `${id}?api-version=2024-05-01`, { location: 'japaneast', properties });
  return id;
};

describe('tombolo profile --network', () => {
  test('names the inbound endpoint of a network that chose no servers', async () => {
    const { json, code } = await server.tombolo('profile', '--network', hub.networkId);
    assert.equal(code, 0);
    assert.deepEqual(json.nameServers, [resolver]);
  });

  test('names the servers of dhcpOptions, and machines resolve through those', async () => {
    const [address = ''] = resolver.split(':');
    const spoke = await createNetwork('spoke', '127.33.0.0/16', { dnsServers: [address] });
    await server.tomboloHere('wait');
    const { json } = await server.tombolo('profile', '--network', spoke);
    assert.deepEqual(json.nameServers, [resolver]);
    assert.equal(await ask((json.nameServers as string[])[0]!, name), hub.addresses.get(name));
  });

  test('says what is missing where a network has neither', async () => {
    const island = await createNetwork('island', '127.34.0.0/16', undefined);
    const { json, code } = await server.tombolo('profile', '--network', island);
    assert.equal(code, 2);
    assert.match(JSON.stringify(json), /has no name servers/);
  });
});
