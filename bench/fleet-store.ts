/** The store of an installation with a topology, one machine whose heartbeats are real, and a fleet written in batches. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Connected } from '@tombolo/agent';
import { openSqliteStore } from '@tombolo/store';
import { connectToServer } from '../apps/tombolo/installation/server-connection.ts';
import { createTopology, type Topology } from '../apps/tombolo/quickstart/topology.ts';
import { createOutput } from '../apps/tombolo/shell/output.ts';
import { connectMachine } from './bench-machine.ts';
import { openWorld } from './bench-world.ts';
import { recordPath } from './effects.ts';
import { type FleetPattern, fleetBatches, fleetHeartbeats } from './fleet-documents.ts';

export const followers = ['dns', 'gateway', 'hybrid'] as const;

export const fleetZone = 'fleet.example';

interface SeededFleet {
  readonly topology: Topology;
  readonly machine: { readonly directory: string; readonly state: Connected['state'] };
  readonly pattern: FleetPattern;
  /** The feed's head. */
  readonly stored: number;
  /** What writing the fleet took. */
  readonly tookSeconds: number;
}

/** Leaves nothing running; the followers' own files are gone, so that they start from nothing. */
export const seedFleet = async (directory: string, state: string, count: number): Promise<SeededFleet> => {
  const world = await openWorld([], state);
  const topology = await createTopology(world.arm, connectToServer(state).installation, createOutput(true));
  const machineDirectory = join(directory, 'machine');
  const connected = await connectMachine(
    world,
    {
      name: 'bench',
      directory: machineDirectory,
      profile: join(state, 'profile.json'),
      scopeId: topology.scopeId,
    },
    { ignoreNetworkCheck: true },
  );
  // A zone of the customer's own, with as many names as the fleet has machines by ten.
  const zone = `${topology.group}/providers/Microsoft.Network/privateDnsZones/${fleetZone}`;
  await world.arm.send('PUT', `${zone}?api-version=2020-06-01`, { location: 'global' });
  await world.arm.send('PUT', `${zone}/virtualNetworkLinks/link?api-version=2020-06-01`, {
    location: 'global',
    properties: { virtualNetwork: { id: topology.networkId }, registrationEnabled: false },
  });
  const record = recordPath(topology, 'pattern', fleetZone);
  await world.arm.send('PUT', record, {
    properties: { ttl: 10, aRecords: [{ ipv4Address: '127.32.9.9' }] },
  });
  await world.tombolo('wait');
  await world.close();

  const store = openSqliteStore({ path: join(state, 'control', 'store.db'), now: Date.now });
  const { machineId } = connected.state;
  const pattern = {
    machine: (await store.get(machineId))!,
    identity: (await store.get(`${machineId}/identities/current`))!,
    record: (await store.get(record.split('?')[0]!))!,
  };
  const start = performance.now();
  for (const batch of fleetBatches(pattern, count, Date.now())) await store.commit(batch);
  const tookSeconds = (performance.now() - start) / 1000;
  await store.recordFacts(fleetHeartbeats(pattern, count, Date.now()));
  const { through } = await store.head();
  await store.close();
  for (const name of followers)
    for (const ending of ['', '-wal', '-shm'])
      rmSync(join(state, name, `followed.db${ending}`), { force: true });
  return {
    topology,
    machine: { directory: machineDirectory, state: connected.state },
    pattern,
    stored: through,
    tookSeconds,
  };
};
