/** Control plane down is not data plane down: agents, names and refusals go on, and everything converges afterwards. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { objectOf } from '@tombolo/store/document';
import type { JsonObject } from '@tombolo/store/port';
import { directoryOfFile } from '@tombolo/testkit/ends-with-file';
import { signal } from '@tombolo/testkit/processes';
import { until } from '@tombolo/testkit/until';
import { cloudProfile } from '../apps/tombolo/installation/installation.ts';
import { connectToServer } from '../apps/tombolo/installation/server-connection.ts';
import { createServer } from '../apps/tombolo/quickstart/agents.ts';
import { tryConnection } from '../apps/tombolo/quickstart/live-connection.ts';
import { ask } from '../apps/tombolo/quickstart/names.ts';
import { createTopology } from '../apps/tombolo/quickstart/topology.ts';
import { createOutput } from '../apps/tombolo/shell/output.ts';
import { startServer } from './server.ts';

const machineVersion = '?api-version=2025-01-13';
const name = 'gbl.his.arc.azure.com';

const server = await startServer(join(directoryOfFile(), 'state'));
const connection = connectToServer(server.state);
const arm = connection.arm();
const topology = await createTopology(arm, connection.installation, createOutput(true));
await connection.ask('GET', '/wait?timeout=30');
const profile = cloudProfile(
  connection.installation,
  connection.certificateAuthority,
  topology.networkNameServers,
);
const kept = createServer(connection, { name: 'kept', profile, scopeId: topology.scopeId });
const revoked = createServer(connection, { name: 'revoked', profile, scopeId: topology.scopeId });

const keptId = `${topology.group}/providers/Microsoft.HybridCompute/machines/kept${machineVersion}`;
const keptMachine = async (): Promise<JsonObject> => {
  const { body } = await arm.send('GET', keptId);
  return { ...objectOf(body.properties), tags: objectOf(body.tags) };
};

/** Zero touch: whoever runs the network writes machine, tags and scope; whoever runs the server only connects. */
before(async () => {
  const made = await arm.send('PUT', keptId, {
    location: 'japaneast',
    tags: { made: 'ahead' },
    identity: { type: 'SystemAssigned' },
    properties: { privateLinkScopeResourceId: topology.scopeId },
  });
  await connection.ask('GET', `/wait?applied=${made.feed}&timeout=30`);
  const { status, provisioningState } = await keptMachine();
  assert.deepEqual([status, provisioningState], ['AwaitingConnection', 'Creating']);
});

describe('with the control process down', () => {
  let controlPid: number;

  before(async () => {
    for (const agent of [kept, revoked]) {
      assert.equal((await agent.connect()).result, 'Connected');
      agent.run(0.2);
      await agent.until('connected', (status) => status.status === 'Connected');
    }
    await until('the machine that was made ahead to be Connected', async () => {
      const { status } = await keptMachine();
      return status === 'Connected';
    });
    const { tags, provisioningState, privateLinkScopeResourceId } = await keptMachine();
    assert.deepEqual(
      [tags, provisioningState, privateLinkScopeResourceId],
      [{ made: 'ahead' }, 'Succeeded', topology.scopeId],
    );
    const machine = `${topology.group}/providers/Microsoft.HybridCompute/machines/revoked`;
    const deleted = await arm.send('DELETE', `${machine}${machineVersion}`);
    await connection.ask('GET', `/wait?applied=${deleted.feed}&timeout=30`);
    await revoked.until('revoked', (status) => status.status === 'Disconnected');
    controlPid = server.pid('control')!;
    assert.ok(signal(controlPid, 'SIGSTOP'));
  });

  after(async () => {
    signal(controlPid, 'SIGCONT');
    arm.close();
    await Promise.all([kept, revoked].map((agent) => agent.stop()));
  });

  test('a connected agent goes on', async () => {
    const before_ = kept.status()!.heartbeats;
    const later = await kept.until('heard three times more', (status) => status.heartbeats >= before_ + 3);
    assert.equal(later.status, 'Connected');
  });

  test('an agent that restarts gets in by its certificate', async () => {
    await kept.stop();
    const started = new Date().toISOString();
    kept.run(0.2);
    const status = await kept.until('connected anew', (seen) => (seen.lastHeartbeat ?? '') > started);
    assert.equal(status.route?.kind, 'private');
  });

  test('names resolve in both views and the endpoint takes new connections', async () => {
    const { installation, certificateAuthority } = connection;
    assert.equal(await ask(topology.networkNameServers[0]!, name), topology.addresses.get(name));
    assert.equal(
      await ask(`${installation.addresses.dns}:${installation.ports.dns}`, name),
      installation.addresses.services,
    );
    const target = {
      address: topology.addresses.get(name)!,
      port: installation.ports.https,
      serverName: name,
      certificateAuthority,
    };
    assert.equal(await tryConnection(target), 'connected');
  });

  test('a machine that was revoked before stays out', async () => {
    const before_ = revoked.status()!.failures;
    const later = await revoked.until('refused twice more', (status) => status.failures >= before_ + 2);
    assert.equal(later.status, 'Disconnected');
    assert.match(later.agentErrorCode ?? '', /^(AuthenticationFailed|Machine)/);
  });

  test('after its return everything converges, and the heartbeats of the meantime count', async () => {
    assert.ok(signal(controlPid, 'SIGKILL'));
    await until('a new control process', () => {
      const pid = server.pid('control');
      return pid !== undefined && pid !== controlPid;
    });
    await until('convergence', async () => (await server.tomboloHere('status')).code === 0);
    await until(
      'the machine to be shown Connected',
      async () => (await keptMachine()).status === 'Connected',
    );
    const change = await arm.send('PATCH', keptId, { tags: { after: 'return' } });
    await connection.ask('GET', `/wait?applied=${change.feed}&timeout=30`);
  });
});
