/** R14 with `--timing azure`: a fleet whose associations change is let in by what was, until Azure's delay or a restart is over. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { directoryOfFile, endsWithFile } from '@tombolo/testkit/ends-with-file';
import { signal } from '@tombolo/testkit/processes';
import { cloudProfile } from '../apps/tombolo/installation/installation.ts';
import { connectToServer } from '../apps/tombolo/installation/server-connection.ts';
import { createServer } from '../apps/tombolo/quickstart/agents.ts';
import { createTopology } from '../apps/tombolo/quickstart/topology.ts';
import { createOutput } from '../apps/tombolo/shell/output.ts';
import { startServer } from './server.ts';

const server = await startServer(join(directoryOfFile(), 'state'), [
  ...['--https-port', '0', '--dns-port', '0'],
  ...['--timing', 'azure'],
]);
const connection = connectToServer(server.state);
const arm = connection.arm();
const topology = await createTopology(arm, connection.installation, createOutput(true));
await connection.ask('GET', '/wait?timeout=30');
const profile = cloudProfile(
  connection.installation,
  connection.certificateAuthority,
  topology.networkNameServers,
);
// Each change is late by a random part of 15 minutes: of several, one is late enough to be seen.
const fleet = ['one', 'two', 'three', 'four'].map((name) =>
  createServer(connection, { name, profile, scopeId: topology.scopeId }),
);
const machine = (name: string): string =>
  `${topology.group}/providers/Microsoft.HybridCompute/machines/${name}?api-version=2025-01-13`;
const heartbeats = (): readonly number[] => fleet.map((agent) => agent.status()?.heartbeats ?? 0);

before(async () => {
  for (const agent of fleet) {
    // A machine that is new is not delayed, as in Azure.
    assert.equal((await agent.connect()).result, 'Connected');
    agent.run(0.2);
    await agent.until('connected', (status) => status.status === 'Connected');
  }
});

endsWithFile(async () => {
  arm.close();
  // What was still waited for is given up.
  await Promise.all(fleet.map((agent) => agent.close()));
});

describe('machines that are taken out of their scope', () => {
  test('are let in by the endpoint for a while yet', async () => {
    let feed = 0;
    for (const { name } of fleet) {
      const properties = { privateLinkScopeResourceId: null };
      feed = (await arm.send('PATCH', machine(name), { properties })).feed!;
    }
    await connection.ask('GET', `/wait?applied=${feed}&timeout=30`);
    const then = heartbeats();
    await Promise.any(
      fleet.map((agent, index) =>
        agent.until('heard again', (status) => status.heartbeats >= then[index]! + 3),
      ),
    );
  });

  test('are refused as soon as the services start anew: what was delayed is forgotten', async () => {
    assert.ok(signal(server.pid('hybrid')!, 'SIGKILL'));
    for (const agent of fleet) {
      const status = await agent.until('refused', (seen) => seen.agentErrorCode === 'MachineNotAssociated');
      assert.notEqual(status.status, 'Connected');
    }
  });
});

test('R4: an endpoint stands in the region and the subscription of its network', async () => {
  const subnet = `${topology.group}/providers/Microsoft.Network/virtualNetworks/quickstart-network/subnets/endpoints`;
  const endpoint = `${topology.group}/providers/Microsoft.Network/privateEndpoints/misplaced?api-version=2024-05-01`;
  const elsewhere = subnet.replace(
    /\/subscriptions\/[^/]+/,
    '/subscriptions/11111111-2222-4333-8444-555555555555',
  );
  const connections = [
    { name: 'c', properties: { privateLinkServiceId: topology.scopeId, groupIds: ['hybridcompute'] } },
  ];
  for (const [location, id] of [
    ['westeurope', subnet],
    ['japaneast', elsewhere],
  ])
    await assert.rejects(
      arm.send('PUT', endpoint, {
        location,
        properties: { subnet: { id }, privateLinkServiceConnections: connections },
      }),
      /InvalidResourceReference/,
    );
});
