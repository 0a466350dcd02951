/**
 * How long a change takes: from sending the ARM write to the name server's new answer, to the gateway's refusal or
 * acceptance of a new connection, to the service's refusal or acceptance of a heartbeat, and from the write's answer to
 * each follower's acknowledgement. Beside it, within the same run, what such a change costs at least: one commit that is
 * synced to disk and one exchange over a Unix socket between two processes.
 * `node bench/propagation.ts [--json] [--changes N]`.
 */

import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openStateDirectory } from '@tombolo/agent';
import { createArcServices } from '@tombolo/agent/arc-services';
import { ServiceRefusal } from '@tombolo/agent/failure';
import { createHttpsClient } from '@tombolo/agent/https-client';
import { loadMachineKey } from '@tombolo/agent/machine-key';
import { nodeHello } from '@tombolo/gateway/client-hello.testkit';
import { connectToServer } from '../apps/tombolo/installation/server-connection.ts';
import { createTopology } from '../apps/tombolo/quickstart/topology.ts';
import { createOutput } from '../apps/tombolo/shell/output.ts';
import { connectMachine } from './bench-machine.ts';
import { openWorld } from './bench-world.ts';
import { openFloor } from './commit-and-exchange.ts';
import { openAsker } from './dns-asker.ts';
import { percentile, printRows, type Row } from './report.ts';

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, changes: { type: 'string', default: '100' } },
});
const changes = Number(values.changes);
const longestMs = 10_000;

const directory = mkdtempSync(join(tmpdir(), 'tombolo-bench-propagation-'));
const world = await openWorld();
const server = connectToServer(world.state);
const topology = await createTopology(world.arm, server.installation, createOutput(true));
await world.tombolo('wait');
const floor = await openFloor(directory);

/** Asks again and again until it holds; milliseconds since `start`. */
const since = async (start: number, holds: () => Promise<boolean>): Promise<number> => {
  while (!(await holds()))
    if (performance.now() - start > longestMs) throw new Error(`no effect within ${longestMs} ms`);
  return performance.now() - start;
};

interface Change {
  /** Sends the write; resolves with its answer. */
  readonly write: () => Promise<unknown>;
  readonly holds: () => Promise<boolean>;
}

const effects = new Map<string, number[]>();
const writes = new Map<string, number[]>();
const floors: number[] = [];
const add = (to: Map<string, number[]>, name: string, milliseconds: number): void => {
  to.set(name, [...(to.get(name) ?? []), milliseconds]);
};

const measure = async (name: string, next: (index: number) => Change): Promise<void> => {
  process.stderr.write(`${name}, ${changes} changes\n`);
  for (let index = 0; index < changes; index += 1) {
    const { write, holds } = next(index);
    const start = performance.now();
    const written = write().then(() => add(writes, name, performance.now() - start));
    const [effect] = await Promise.all([since(start, holds), written]);
    add(effects, name, effect);
    floors.push(await floor.once());
  }
};

const send = (method: string, path: string, body: Parameters<typeof world.arm.send>[2]) =>
  world.arm.send(method, path, body);

// Names: a record set of a linked zone, at the network's inbound endpoint.
const asker = await openAsker(topology.networkNameServers[0]!);
const zone = 'privatelink.his.arc.azure.com';
const record = `${topology.group}/providers/Microsoft.Network/privateDnsZones/${zone}/A/probe?api-version=2020-06-01`;
const putRecord = (address: string) =>
  send('PUT', record, { properties: { ttl: 10, aRecords: [{ ipv4Address: address }] } });
await measure('DNS answer', (index) => {
  const address = `127.32.9.${index % 250}`;
  return {
    write: () => putRecord(address),
    holds: async () => (await asker.addresses(`probe.${zone}`)).includes(address),
  };
});

// The gateway: the connection of the endpoint, rejected and approved in turns.
const [[serverName, endpointAddress]] = [...topology.addresses] as [[string, string]];
const hello = await nodeHello({ servername: serverName });
const { https } = server.installation.ports;
/** Does a new connection get an answer to its ClientHello? */
const accepted = (): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connectTcp({ host: endpointAddress, port: https, noDelay: true });
    socket.write(hello);
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {});
    socket.once('close', () => resolve(false));
  });
const connection = `${topology.connectionId}?api-version=2022-11-10`;
const putConnection = (status: 'Approved' | 'Rejected') =>
  send('PUT', connection, {
    properties: { privateLinkServiceConnectionState: { status, description: 'bench' } },
  });
await measure('gateway resets or accepts', (index) => {
  const status = index % 2 === 0 ? 'Rejected' : 'Approved';
  return {
    write: () => putConnection(status),
    holds: async () => (await accepted()) === (status === 'Approved'),
  };
});
await putConnection('Approved');

// The services: a machine of the scope by the public route, which the scope allows and forbids in turns.
const machine = join(directory, 'machine');
const { state } = await connectMachine(
  world,
  {
    name: 'bench',
    directory: machine,
    profile: join(world.state, 'profile.json'),
    scopeId: topology.scopeId,
  },
  { ignoreNetworkCheck: true },
);
const now = Date.now;
const client = createHttpsClient(state.profile);
const { vmId, machineId, hosts, certificate } = state;
const key = loadMachineKey((await (await openStateDirectory(machine)).readKey())!);
const agentVersion = '1.50.0';
const services = createArcServices({ client, key, machineId, vmId, agentVersion, now, newGuid: randomUUID });
const { token } = await services.token(hosts, certificate.serial);
const allowed = async (): Promise<boolean> => {
  try {
    await services.heartbeat(hosts, token, { agentVersion, status: 'Connected' });
    return true;
  } catch (error) {
    if (error instanceof ServiceRefusal && error.status === 403) return false;
    throw error;
  }
};
const scope = `${topology.scopeId}?api-version=2022-11-10`;
await measure('service refuses or allows', (index) => {
  const publicNetworkAccess = index % 2 === 0 ? 'Disabled' : 'Enabled';
  return {
    write: () => send('PUT', scope, { location: 'japaneast', properties: { publicNetworkAccess } }),
    holds: async () => (await allowed()) === (publicNetworkAccess === 'Enabled'),
  };
});

// Acknowledgements: of a write's feed number, by each follower, from the write's answer on.
interface Acknowledgement {
  readonly name: string;
  readonly applied: number;
}
process.stderr.write(`acknowledgements, ${changes} changes\n`);
for (let index = 0; index < changes; index += 1) {
  const { feed } = await putRecord(`127.32.10.${index % 250}`);
  const start = performance.now();
  const open = new Set(['dns', 'gateway', 'hybrid']);
  await since(start, async () => {
    const { followers } = (await server.ask('GET', '/status')) as unknown as {
      followers: readonly Acknowledgement[];
    };
    for (const { name, applied } of followers)
      if (applied >= (feed ?? 0) && open.delete(name))
        add(effects, `${name} acknowledges`, performance.now() - start);
    return open.size === 0;
  });
  floors.push(await floor.once());
}

const least = percentile(floors, 0.5);
const rowOf = (name: string, seen: readonly number[]): Row => ({
  what: name,
  changes: seen.length,
  'p50 ms': percentile(seen, 0.5),
  'p99 ms': percentile(seen, 0.99),
  'its write alone, p50 ms': writes.has(name) ? percentile(writes.get(name)!, 0.5) : '',
  'p50 ÷ commit and exchange': percentile(seen, 0.5) / least,
});
printRows(
  [
    ...[...effects].map(([name, seen]) => rowOf(name, seen)),
    rowOf('one synced commit and one socket exchange', floors),
  ],
  values.json === true,
);

client.release();
asker.close();
await floor.close();
await world.close();
rmSync(directory, { recursive: true });
