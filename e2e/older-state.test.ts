import assert from 'node:assert/strict';
import { chmodSync, cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { directoryOfFile } from '@tombolo/testkit/ends-with-file';
import { signIn } from './arm.ts';
import { startServer } from './server.ts';
import { resolve4 } from './topology.ts';

/** Written by version 0.1 after the quickstart's template and one machine; it is never written again. */
const fixture = fileURLToPath(new URL('./fixtures/state-0.1', import.meta.url));
const scratch = directoryOfFile();

test('a state directory of version 0.1 opens: its resources, its authority, its names, its machine', async () => {
  const state = join(scratch, 'state');
  cpSync(fixture, state, { recursive: true });
  // What git does not keep: directories and files of a state are their owner's alone.
  for (const entry of ['.', ...(readdirSync(state, { recursive: true }) as string[])])
    chmodSync(join(state, entry), entry.includes('.') && entry !== '.' ? 0o600 : 0o700);
  const server = await startServer(state);
  const arm = await signIn(state, server.ready.resourceManager);
  const waited = await server.tomboloHere('wait');
  assert.equal(waited.code, 0, waited.stdout);
  const group = `${arm.subscription}/resourceGroups/site`;
  const network = `${group}/providers/Microsoft.Network`;
  const endpoint = await arm.send(
    'GET',
    `${network}/privateEndpoints/quickstart-endpoint?api-version=2024-05-01`,
  );
  assert.equal(endpoint.status, 200, JSON.stringify(endpoint.body));
  const [machine] = await arm.list(
    `${group}/providers/Microsoft.HybridCompute/machines?api-version=2024-07-10`,
  );
  assert.equal(machine?.name, 'server-1');
  // Which one is the clock's to say.
  assert.match(String(machine?.properties?.status), /^(Connected|Disconnected|Expired)$/);
  const [inbound] = await arm.list(
    `${network}/dnsResolvers/quickstart-resolver/inboundEndpoints?api-version=2022-07-01`,
  );
  const [place] = inbound!.properties!.ipConfigurations as readonly { privateIpAddress: string }[];
  const port = server.ready.dns.split(':')[1];
  assert.deepEqual(await resolve4(`${place!.privateIpAddress}:${port}`, 'gbl.his.arc.azure.com'), [
    '127.32.1.4',
  ]);
  // It offered regions of three clouds, and had names of its own for some hosts.
  for (const label of ['gbl', 'neu', 'frc', 'europe-ats', 'usgv', 'cnn2'])
    assert.deepEqual(await resolve4(server.ready.dns, `${label}.his.arc.azure.com`), ['127.0.0.2'], label);
  assert.match(readFileSync(join(state, 'ca.pem'), 'utf8'), /BEGIN CERTIFICATE/);
  assert.equal(await server.stop(), 0);
});
