/** The product's own answer for a private endpoint, by id and as a file, in every command that takes one. */

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { asAz } from '@tombolo/azure-documents/documents.testkit';
import type { Json, JsonObject } from '@tombolo/store/port';
import { directoryOfFile } from '@tombolo/testkit/ends-with-file';
import { signIn } from './arm.ts';
import { type Outcome, startServer, tombolo, tomboloHere } from './server.ts';

const scratch = directoryOfFile();
const server = await startServer(join(scratch, 'state'));
const arm = await signIn(server.state, server.ready.resourceManager);
const group = `${arm.subscription}/resourceGroups/f5`;
const network = `${group}/providers/Microsoft.Network`;
const scope = `${group}/providers/Microsoft.HybridCompute/privateLinkScopes/s`;
const endpoint = `${network}/privateEndpoints/pe`;
const put = (path: string, body: Json, version = '2024-05-01') =>
  arm.done('PUT', `${path}?api-version=${version}`, body);

/** Without a zone group: the site does its DNS by hand (seed 001). */
await put(group, { location: 'japaneast' }, '2021-04-01');
await put(scope, { location: 'japaneast', properties: {} }, '2022-11-10');
await put(`${network}/virtualNetworks/v1`, {
  location: 'japaneast',
  properties: {
    addressSpace: { addressPrefixes: ['127.90.0.0/16'] },
    subnets: [{ name: 'ep', properties: { addressPrefix: '127.90.0.0/24' } }],
  },
});
await put(endpoint, {
  location: 'japaneast',
  properties: {
    subnet: { id: `${network}/virtualNetworks/v1/subnets/ep` },
    privateLinkServiceConnections: [
      { name: 'c', properties: { privateLinkServiceId: scope, groupIds: ['hybridcompute'] } },
    ],
  },
});
assert.equal((await server.tomboloHere('wait')).code, 0);

const commands: Readonly<Record<string, readonly string[]>> = {
  'dns export': ['dns', 'export', '--format', 'hosts'],
  'hosts apply': ['hosts', 'apply', '--hosts-file', join(scratch, 'hosts')],
  'firewall export': [
    ...['firewall', 'export', '--format', 'json', '--product', 'servers', '--region', 'japaneast'],
    ...['--connectivity', 'private-endpoint'],
  ],
  'requirements list': [
    ...['requirements', 'list', '--product', 'servers', '--region', 'japaneast'],
    ...['--connectivity', 'private-endpoint'],
  ],
};
writeFileSync(join(scratch, 'hosts'), '127.0.0.1 localhost\n');

/** By id, as REST answers it, and as az prints that. */
const ways = async (id = endpoint): Promise<Readonly<Record<string, readonly string[]>>> => {
  const { body } = await arm.send('GET', `${id}?api-version=2024-05-01`);
  const file = (name: string, value: unknown): string => {
    const path = join(scratch, name);
    writeFileSync(path, JSON.stringify(value));
    return path;
  };
  return {
    '--endpoint ID': ['--endpoint', id],
    '--file, the REST answer': ['--file', file('rest.json', body)],
    '--file, az’s form': ['--file', file('az.json', asAz(body as unknown as JsonObject))],
  };
};

/** Each command once as a program; what it answers in each case is the same in this process. */
const run = (
  command: readonly string[],
  way: readonly string[],
  json = true,
  by: typeof tombolo = tomboloHere,
): Promise<Outcome> => by([...command, ...way, '--state', server.state, ...(json ? ['--json'] : [])]);

const connectionOf = async (id: string) => {
  const { body } = await arm.send('GET', `${scope}/privateEndpointConnections?api-version=2022-11-10`);
  const found = (body.value ?? []).find(
    ({ properties }) => (properties?.privateEndpoint as { readonly id: string } | undefined)?.id === id,
  );
  return found ?? assert.fail(JSON.stringify(body));
};

const decide = async (status: string): Promise<void> => {
  await put(
    (await connectionOf(endpoint)).id!,
    { properties: { privateLinkServiceConnectionState: { status, description: 'test' } } },
    '2022-11-10',
  );
};

describe('an Approved endpoint without a zone group', async () => {
  for (const [way, flags] of Object.entries(await ways()))
    for (const [name, command] of Object.entries(commands))
      test(`${name} ${way}: six names with their addresses, and no warning of its state`, async () => {
        const by = way === '--endpoint ID' ? tombolo : tomboloHere;
        const { code, stdout, stderr } = await run(command, flags, true, by);
        assert.equal(code, 0, stdout + stderr);
        for (const last of [4, 5, 6, 7, 8, 9]) assert.ok(stdout.includes(`127.90.0.${last}`), stdout);
        assert.doesNotMatch(stdout, /connection-not-approved|until it is Approved/);
      });
});

test('R15: one that is Rejected or Disconnected is warned about, by id and as a file, in every command', async () => {
  for (const status of ['Rejected', 'Disconnected']) {
    if (status === 'Rejected') await decide(status);
    else await arm.done('DELETE', `${(await connectionOf(endpoint)).id}?api-version=2022-11-10`);
    for (const [way, flags] of Object.entries(await ways()))
      for (const [name, command] of Object.entries(commands)) {
        const where = `${status}, ${name} ${way}`;
        const said = await run(command, flags, false);
        assert.equal(said.code, 0, `${where}: ${said.stderr}`);
        assert.match(
          said.stdout + said.stderr,
          new RegExp(`The connection of a private endpoint "pe" is "${status}"`),
          where,
        );
        assert.ok((await run(command, flags)).stdout.includes(status), `${where} --json`);
      }
  }
});

test('R15: of a Pending one the interface has the names, with the warning; its own answer has none, and it is said why', async () => {
  const pending = `${network}/privateEndpoints/pending`;
  await put(pending, {
    location: 'japaneast',
    properties: {
      subnet: { id: `${network}/virtualNetworks/v1/subnets/ep` },
      manualPrivateLinkServiceConnections: [
        { name: 'c', properties: { privateLinkServiceId: scope, groupIds: ['hybridcompute'] } },
      ],
    },
  });
  const { '--endpoint ID': byId, ...files } = await ways(pending);
  for (const [name, command] of Object.entries(commands)) {
    const said = await run(command, byId!, false);
    assert.equal(said.code, 0, `${name}: ${said.stderr}`);
    assert.match(said.stdout + said.stderr, /"pending" is "Pending": its addresses refuse/, name);
    for (const [way, flags] of Object.entries(files)) {
      const refused = await run(command, flags);
      assert.equal(refused.code, 2, `${name} ${way}: ${refused.stdout}`);
      assert.match(
        refused.stdout,
        /connection .* is .*Pending.*no name with an address yet/,
        `${name} ${way}`,
      );
    }
  }
});
