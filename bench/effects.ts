/** Changes whose effect can be seen: a name's answer, the gateway's reset, the service's refusal of a heartbeat. */

import { randomUUID } from 'node:crypto';
import { connect as connectTcp } from 'node:net';
import { type Connected, openStateDirectory } from '@tombolo/agent';
import { createArcServices } from '@tombolo/agent/arc-services';
import { ServiceRefusal } from '@tombolo/agent/failure';
import { createHttpsClient } from '@tombolo/agent/https-client';
import { loadMachineKey } from '@tombolo/agent/machine-key';
import { nodeHello } from '@tombolo/gateway/client-hello.testkit';
import type { Installation } from '../apps/tombolo/installation/installation.ts';
import type { Topology } from '../apps/tombolo/quickstart/topology.ts';
import type { BenchWorld } from './bench-world.ts';
import { openAsker } from './dns-asker.ts';

interface Change {
  /** Sends the write; resolves with its answer. */
  readonly write: () => Promise<{ readonly feed: number | undefined }>;
  readonly holds: () => Promise<boolean>;
}

/** The next change, which undoes or differs from the one before. */
export type Effect = (index: number) => Change;

export interface Effects {
  readonly byName: ReadonlyMap<string, Effect>;
  readonly close: () => void;
}

const longestMs = 10_000;

/** Asks again and again until it holds; milliseconds since `start`. */
export const since = async (start: number, holds: () => Promise<boolean>): Promise<number> => {
  while (!(await holds()))
    if (performance.now() - start > longestMs) throw new Error(`no effect within ${longestMs} ms`);
  return performance.now() - start;
};

/** One that the topology links to its network. */
const hisZone = 'privatelink.his.arc.azure.com';

/** A record set of a zone. */
export const recordPath = ({ group }: Topology, name: string, zone = hisZone): string =>
  `${group}/providers/Microsoft.Network/privateDnsZones/${zone}/A/${name}?api-version=2020-06-01`;

/**
 * @param machine a machine of the scope that came by the public route, and its state directory
 * @param zone in which names change
 */
export const openEffects = async (
  world: BenchWorld,
  installation: Installation,
  topology: Topology,
  machine: { readonly directory: string; readonly state: Connected['state'] },
  zone = hisZone,
): Promise<Effects> => {
  const { send } = world.arm;
  const asker = await openAsker(topology.networkNameServers[0]!);
  const dnsAnswer: Effect = (index) => {
    const address = `127.32.9.${index % 250}`;
    const body = { properties: { ttl: 10, aRecords: [{ ipv4Address: address }] } };
    return {
      write: () => send('PUT', recordPath(topology, 'probe', zone), body),
      holds: async () => (await asker.addresses(`probe.${zone}`)).includes(address),
    };
  };

  const [[serverName, endpointAddress]] = [...topology.addresses] as [[string, string]];
  const hello = await nodeHello({ servername: serverName });
  /** Does a new connection get an answer to its ClientHello? */
  const accepted = (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connectTcp({ host: endpointAddress, port: installation.ports.https, noDelay: true });
      socket.write(hello);
      socket.once('data', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => {});
      socket.once('close', () => resolve(false));
    });
  const gateway: Effect = (index) => {
    const status = index % 2 === 0 ? 'Rejected' : 'Approved';
    const properties = { privateLinkServiceConnectionState: { status, description: 'bench' } };
    return {
      write: () => send('PUT', `${topology.connectionId}?api-version=2022-11-10`, { properties }),
      holds: async () => (await accepted()) === (status === 'Approved'),
    };
  };

  const { vmId, machineId, hosts, certificate, profile } = machine.state;
  const client = createHttpsClient(profile);
  const agentVersion = '1.50.0';
  const services = createArcServices({
    client,
    key: loadMachineKey((await (await openStateDirectory(machine.directory)).readKey())!),
    machineId,
    vmId,
    agentVersion,
    now: Date.now,
    newGuid: randomUUID,
  });
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
  /** The scope allows and forbids the public route in turns. */
  const service: Effect = (index) => {
    const publicNetworkAccess = index % 2 === 0 ? 'Disabled' : 'Enabled';
    const body = { location: 'japaneast', properties: { publicNetworkAccess } };
    return {
      write: () => send('PUT', `${topology.scopeId}?api-version=2022-11-10`, body),
      holds: async () => (await allowed()) === (publicNetworkAccess === 'Enabled'),
    };
  };

  return {
    byName: new Map([
      ['DNS answer', dnsAnswer],
      ['gateway resets or accepts', gateway],
      ['service refuses or allows', service],
    ]),
    close: () => {
      client.release();
      asker.close();
    },
  };
};
