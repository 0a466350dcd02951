/**
 * How long a change takes: from sending the ARM write to the name server's new answer, to the gateway's refusal or
 * acceptance of a new connection, to the service's refusal or acceptance of a heartbeat, and from the write's answer to
 * each follower's acknowledgement. Beside it, within the same run, what such a change costs at least: one commit that is
 * synced to disk and one exchange over a Unix socket between two processes.
 * `node bench/propagation.ts [--json] [--changes N]`.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { connectToServer } from '../apps/tombolo/installation/server-connection.ts';
import { createTopology } from '../apps/tombolo/quickstart/topology.ts';
import { createOutput } from '../apps/tombolo/shell/output.ts';
import { connectMachine } from './bench-machine.ts';
import { openWorld } from './bench-world.ts';
import { openFloor } from './commit-and-exchange.ts';
import { type Effect, openEffects, since } from './effects.ts';
import { percentile, printRows, type Row } from './report.ts';

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, changes: { type: 'string', default: '100' } },
});
const changes = Number(values.changes);

const directory = mkdtempSync(join(tmpdir(), 'tombolo-bench-propagation-'));
const world = await openWorld();
const server = connectToServer(world.state);
const topology = await createTopology(world.arm, server.installation, createOutput(true));
await world.tombolo('wait');
const floor = await openFloor(directory);

const effects = new Map<string, number[]>();
const writes = new Map<string, number[]>();
const floors: number[] = [];
const add = (to: Map<string, number[]>, name: string, milliseconds: number): void => {
  to.set(name, [...(to.get(name) ?? []), milliseconds]);
};

const measure = async (name: string, next: Effect): Promise<void> => {
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
const visible = await openEffects(world, server.installation, topology, { directory: machine, state });
for (const [name, effect] of visible.byName) await measure(name, effect);

// Acknowledgements: of a write's feed number, by each follower, from the write's answer on.
interface Acknowledgement {
  readonly name: string;
  readonly applied: number;
}
process.stderr.write(`acknowledgements, ${changes} changes\n`);
for (let index = 0; index < changes; index += 1) {
  const { feed } = await visible.byName.get('DNS answer')!(index).write();
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

visible.close();
await floor.close();
await world.close();
rmSync(directory, { recursive: true });
