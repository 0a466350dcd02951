/** What goes on over connections that stand when what they stood on is taken away: nothing, from that change of the feed on. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setImmediate as immediately } from 'node:timers/promises';
import { createArcServices } from '@tombolo/agent/arc-services';
import { createHttpsClient, type HttpsClient } from '@tombolo/agent/https-client';
import { createMachineKey } from '@tombolo/agent/machine-key';
import { directoryOfFile, endsWithFile } from '@tombolo/testkit/ends-with-file';
import { cloudProfile } from '../../apps/tombolo/installation/installation.ts';
import { connectToServer } from '../../apps/tombolo/installation/server-connection.ts';
import { createTopology, setConnection } from '../../apps/tombolo/quickstart/topology.ts';
import { createOutput } from '../../apps/tombolo/shell/output.ts';
import { startServer } from '../server.ts';
import { membersOf, type Topology } from '../topology.ts';

const server = await startServer(join(directoryOfFile(), 'state'));
const connection = connectToServer(server.state);
const arm = connection.arm();
const topology = await createTopology(arm, connection.installation, createOutput(true));
const { https: port } = connection.installation.ports;
const ca = connection.certificateAuthority;
const network = '2024-05-01';
const hybridCompute = '2022-11-10';
const machines = '2025-01-13';
const applied = (feed: number | undefined) => connection.ask('GET', `/wait?applied=${feed}&timeout=30`);
const other = {
  scope: `${topology.group}/providers/Microsoft.HybridCompute/privateLinkScopes/other-scope`,
  endpoint: `${topology.group}/providers/Microsoft.Network/privateEndpoints/other-endpoint`,
  network: `${topology.group}/providers/Microsoft.Network/virtualNetworks/other-network`,
};
const endpointOf = (name: string) => `${topology.group}/providers/Microsoft.Network/privateEndpoints/${name}`;
const membersOfEndpoint = async (id: string): Promise<Topology['members']> => {
  const { body } = await arm.send('GET', `${id}?api-version=${network}`);
  const [nic] = (body.properties as { networkInterfaces: readonly { id: string }[] }).networkInterfaces;
  return membersOf((await arm.send('GET', `${nic!.id}?api-version=${network}`)).body as never);
};
/** As the template has it, for the scope of this id. */
const putEndpoint = (id: string, scopeId: string, networkId = topology.networkId) =>
  arm.send('PUT', `${id}?api-version=${network}`, {
    location: 'japaneast',
    properties: {
      subnet: { id: `${networkId}/subnets/endpoints` },
      privateLinkServiceConnections: [
        { name: 'link', properties: { privateLinkServiceId: scopeId, groupIds: ['hybridcompute'] } },
      ],
    },
  });

/** One TLS connection, over which one request after the other goes. */
const openFlow = (address: string, host: string) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca, servername: host });
  let ended = false;
  let sockets = 0;
  const send = (
    ask: { method?: string; path?: string; headers?: Readonly<Record<string, string>>; body?: string } = {},
  ): Promise<{ status: number; headers: Record<string, string>; text: string }> =>
    new Promise((resolve, reject) => {
      const { method = 'GET', path = '/', body } = ask;
      const headers = { ...ask.headers, host: `${host}:${port}` };
      const sent = request({ host: address, port, agent, method, path, headers }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part) => {
          text += part;
        });
        answer.on('end', () =>
          resolve({ status: answer.statusCode!, headers: answer.headers as Record<string, string>, text }),
        );
        answer.on('error', reject);
      });
      sent.on('socket', (socket) => {
        if (socket.listenerCount('close', closed) > 0) return;
        sockets += 1;
        socket.on('close', closed);
      });
      sent.on('error', reject);
      sent.end(body);
    });
  const closed = (): void => {
    ended = true;
  };
  return { send, sockets: () => sockets, hasEnded: () => ended, close: () => agent.destroy() };
};
type Flow = ReturnType<typeof openFlow>;

/** So many to each member, all of them answered once. */
const openFlows = async (members: Topology['members'], each = 3): Promise<readonly Flow[]> => {
  const flows = members.flatMap(({ address, fqdn }) =>
    Array.from({ length: each }, () => openFlow(address, fqdn)),
  );
  await Promise.all(flows.map((flow) => flow.send()));
  return flows;
};

/** Asks over these while that is under way, so that none of them ends for having been idle. */
const whileAsking = async <T>(flows: readonly Flow[], underWay: Promise<T>): Promise<T> => {
  let done = false;
  const result = underWay.finally(() => {
    done = true;
  });
  while (!done) await Promise.all(flows.map((flow) => flow.send()));
  return result;
};

const opened: Flow[] = [];
let own: Topology['members'];
let others: Topology['members'];
before(async () => {
  await arm.send('PUT', `${other.scope}?api-version=${hybridCompute}`, {
    location: 'japaneast',
    properties: { publicNetworkAccess: 'Disabled' },
  });
  // A network leads to one scope.
  await arm.send('PUT', `${other.network}?api-version=${network}`, {
    location: 'japaneast',
    properties: {
      addressSpace: { addressPrefixes: ['127.77.0.0/16'] },
      subnets: [{ name: 'endpoints', properties: { addressPrefix: '127.77.0.0/24' } }],
    },
  });
  await putEndpoint(other.endpoint, other.scope, other.network);
  await connection.ask('GET', '/wait?timeout=30');
  own = await membersOfEndpoint(endpointOf('quickstart-endpoint'));
  others = await membersOfEndpoint(other.endpoint);
});
endsWithFile(() => {
  for (const flow of opened) flow.close();
  arm.close();
});

describe('live flows through the gateway', () => {
  const connectionsOf = async (scopeId: string) =>
    (await arm.send('GET', `${scopeId}/privateEndpointConnections?api-version=${hybridCompute}`)).body
      .value as readonly { id: string }[];
  const changes: readonly (readonly [string, () => Promise<number | undefined>])[] = [
    ['a connection that is rejected', async () => setConnection(arm, topology, 'Rejected')],
    [
      'a connection that is removed from its scope',
      async () => {
        const [only] = await connectionsOf(topology.scopeId);
        return (await arm.send('DELETE', `${only!.id}?api-version=${hybridCompute}`)).feed;
      },
    ],
    [
      'a private endpoint that is deleted',
      async () => (await arm.send('DELETE', `${endpointOf('third-endpoint')}?api-version=${network}`)).feed,
    ],
  ];
  for (const [index, [what, change]] of changes.entries())
    test(`of ${what} end, all of them, and nobody else’s`, async (t) => {
      if (index === 1) await applied(await setConnection(arm, topology, 'Approved'));
      if (index === 2) {
        await putEndpoint(endpointOf('third-endpoint'), topology.scopeId);
        await connection.ask('GET', '/wait?timeout=30');
        own = await membersOfEndpoint(endpointOf('third-endpoint'));
      }
      const [doomed, kept] = await Promise.all([openFlows(own), openFlows(others, 1)]);
      opened.push(...doomed, ...kept);
      assert.ok(doomed.every((flow) => !flow.hasEnded()));
      await whileAsking(kept, (async () => applied(await change()))());
      // They were reset before the gateway said that it had the change: what this process was told of it is read by then.
      for (let turn = 0; turn < 3; turn += 1) await immediately();
      const ended = doomed.filter((flow) => flow.hasEnded());
      t.diagnostic(`${ended.length} of ${doomed.length} flows ended; ${kept.length} others went on`);
      assert.equal(ended.length, doomed.length);
      await Promise.all(kept.map((flow) => flow.send()));
      assert.deepEqual(
        kept.map((flow) => [flow.sockets(), flow.hasEnded()]),
        kept.map(() => [1, false]),
      );
      await assert.rejects(
        openFlow(own[0]!.address, own[0]!.fqdn).send(),
        /ECONNRESET|ECONNREFUSED|hang up|disconnected before/,
      );
    });
});

describe('a machine’s connection that stands', () => {
  const profile = cloudProfile(connection.installation, ca, [server.ready.dns]);
  const anyClient = createHttpsClient(profile);
  after(() => anyClient.release());

  /** A machine of the scope, whose heartbeats go over one connection to the public address. */
  const openMachine = async (name: string) => {
    const key = createMachineKey();
    const vmId = randomUUID();
    const machineId = `${topology.group}/providers/Microsoft.HybridCompute/machines/${name}`;
    const agentVersion = '1.67.0';
    const made = await arm.send('PUT', `${machineId}?api-version=${machines}`, {
      location: 'japaneast',
      properties: {
        ...{ vmId, agentVersion, clientPublicKey: key.clientPublicKey },
        privateLinkScopeResourceId: other.scope,
      },
    });
    const identity = { key, machineId, vmId, agentVersion, now: Date.now, newGuid: randomUUID };
    const services = createArcServices({ client: anyClient, ...identity });
    const hosts = await services.lookUpRegion('gbl.his.arc.azure.com', 'japaneast');
    const { serial, feed } = await services.register(hosts, made.feed);
    const { token } = await services.token(hosts, serial, feed);
    const flow = openFlow(connection.installation.addresses.services, hosts.his);
    opened.push(flow);
    const client: HttpsClient = {
      ...anyClient,
      send: async ({ method, url, headers, body }) => {
        const path = new URL(url).pathname;
        const answer = await flow.send({ method, path, headers: headers ?? {}, ...(body ? { body } : {}) });
        return { ...answer, body: JSON.parse(answer.text), remoteAddress: '' };
      },
    };
    const over = createArcServices({ client, ...identity });
    return {
      ...{ machineId, flow },
      beat: () => over.heartbeat(hosts, token, { agentVersion, status: 'Connected' }),
    };
  };
  const setPublicAccess = async (publicNetworkAccess: 'Enabled' | 'Disabled') => {
    const body = { properties: { publicNetworkAccess } };
    const patched = await arm.send('PUT', `${other.scope}?api-version=${hybridCompute}`, {
      location: 'japaneast',
      ...body,
    });
    await applied(patched.feed);
  };

  test('carries nothing more once the machine is deleted, or its scope closes public access', async () => {
    await setPublicAccess('Enabled');
    const [deleted, closed] = [await openMachine('deleted'), await openMachine('closed')];
    assert.equal((await deleted.beat()).route?.kind, 'public');
    assert.equal((await closed.beat()).route?.kind, 'public');
    const gone = await arm.send('DELETE', `${deleted.machineId}?api-version=${machines}`);
    await applied(gone.feed);
    await assert.rejects(deleted.beat(), { status: 401 });
    await closed.beat();
    await setPublicAccess('Disabled');
    await assert.rejects(closed.beat(), { status: 403, code: 'PublicNetworkAccessDisabled' });
    const { flow } = deleted;
    assert.deepEqual(
      [flow, closed.flow].map((each) => each.sockets()),
      [1, 1],
      'all over the connections of before',
    );
  });
});
