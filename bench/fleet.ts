/**
 * What the size of a fleet costs. Machines with identities and heartbeats are written into a store, an installation starts on
 * it, and then: seconds until each follower has applied from nothing; until it has caught up with changes that were written
 * by the public API while it stood still, beside the time of writing them; from a write to its effect; reads; memory; and a
 * fleet that falls silent and comes back.
 * `node bench/fleet.ts [--json] [--machines 1000,10000] [--changes 10000]`; 100,000 of both take a quarter of an hour.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createControlClient } from '@tombolo/hybrid-services';
import { connectToServer } from '../apps/tombolo/installation/server-connection.ts';
import { readJsonFile } from '../apps/tombolo/installation/state-directory.ts';
import { type BenchWorld, openWorld } from './bench-world.ts';
import { openFloor } from './commit-and-exchange.ts';
import { openEffects, recordPath, since } from './effects.ts';
import { fleetHeartbeats, machineName, recordName } from './fleet-documents.ts';
import { fleetZone, followers, seedFleet } from './fleet-store.ts';
import { processorSeconds, processWith, residentMegabytes } from './processor-time.ts';
import { percentile, printRows, type Row } from './report.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    machines: { type: 'string', default: '1000,10000' },
    changes: { type: 'string', default: '10000' },
    effects: { type: 'string', default: '50' },
  },
});
const list = (text: string): readonly number[] => text.split(',').filter(Boolean).map(Number);
const writers = 64;
const machineType = 'Microsoft.HybridCompute/machines';
const machineVersion = '2024-07-10';
const silentAfterMs = 15 * 60_000;

const begun = performance.now();
const tell = (what: string): void => {
  process.stderr.write(`${((performance.now() - begun) / 1000).toFixed(1).padStart(7)} s  ${what}\n`);
};
const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
};
const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

interface FollowerStatus {
  readonly name: string;
  readonly applied: number;
  readonly converged: boolean;
}

/** Seconds until each follower has applied `feed`, by its name; also of an installation that is only starting. */
const untilApplied = async (state: string, feed: number): Promise<ReadonlyMap<string, number>> => {
  const start = performance.now();
  const server = connectToServer(state);
  const done = new Map<string, number>();
  for (;;) {
    const status = await server.ask('GET', '/status').catch(() => undefined);
    const found = (status?.followers ?? []) as unknown as readonly FollowerStatus[];
    for (const { name, applied } of found)
      if (applied >= feed && !done.has(name)) done.set(name, (performance.now() - start) / 1000);
    if (done.size === followers.length) return done;
    if (performance.now() - start > 600_000) throw new Error(`still ${JSON.stringify(found)}`);
    await pause(50);
  }
};

/** The time of each of so many calls, one after another. */
const times = async (count: number, call: (index: number) => Promise<unknown>): Promise<number[]> => {
  const seen: number[] = [];
  for (let index = 0; index < count; index++) seen.push((await seconds(() => call(index))) * 1000);
  return seen;
};

/** The processes of an installation, by the name of the wing. */
const processesOf = (world: BenchWorld): ReadonlyMap<string, number> =>
  new Map(
    ['control', ...followers].map((name) => [
      name,
      processWith(join(world.state, name, 'configuration.json'))!,
    ]),
  );

const measure = async (count: number): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  const note = (what: string, figures: Readonly<Record<string, number>>): void => {
    for (const [figure, value] of Object.entries(figures))
      rows.push({ what: `${what}${figure ? `, ${figure}` : ''}`, [`${count}`]: value });
    tell(`${count}: ${what} ${JSON.stringify(figures)}`);
  };
  const directory = mkdtempSync(join(tmpdir(), 'tombolo-bench-fleet-'));
  const state = join(directory, 'state');
  try {
    const { topology, machine, pattern, stored, tookSeconds } = await seedFleet(directory, state, count);
    note('written into the store, s', { '': tookSeconds });
    const fleet = machine.state.machineId.replace(/\/[^/]+$/, '');
    const machinePath = (index: number) =>
      `${fleet}/${machineName(index % count)}?api-version=${machineVersion}`;
    let ready = 0;
    const start = performance.now();
    const [running, applied] = await Promise.all([
      openWorld([], state).then((world) => {
        ready = (performance.now() - start) / 1000;
        return world;
      }),
      untilApplied(state, stored),
    ]);
    try {
      const { arm, tombolo } = running;
      const processes = processesOf(running);
      const head = async () => Number((await connectToServer(state).ask('GET', '/status')).feed);
      note('from the start, s', { ready: ready, ...Object.fromEntries(applied) });
      note(
        'until then, processor s',
        Object.fromEntries([...processes].map(([name, pid]) => [name, processorSeconds(pid)])),
      );
      const memory = () =>
        Object.fromEntries([...processes].map(([name, pid]) => [name, residentMegabytes(pid)]));
      note('memory at rest, MB', memory());

      // Reads of a fleet at rest.
      const reads = async (what: string, repeats: number, path: (index: number) => string) => {
        const seen = await times(repeats, (index) => arm.send('GET', path(index)));
        note(`${what}, ms`, { p50: percentile(seen, 0.5), p99: percentile(seen, 0.99) });
      };
      await reads('GET of a machine', 200, (index) => machinePath(index * 7919));
      await reads('first page of machines', 20, () => `${fleet}?api-version=${machineVersion}`);
      const filter = encodeURIComponent(`resourceType eq '${machineType}'`);
      const resources = `/subscriptions/${running.subscriptionId}/resources?api-version=2021-04-01`;
      await reads('first page of resources by type', 20, () => `${resources}&$filter=${filter}`);
      const whole = await seconds(async () => {
        let next: string | undefined = `${fleet}?api-version=${machineVersion}`;
        while (next) {
          const { body } = await arm.send('GET', next);
          next =
            typeof body.nextLink === 'string' ? body.nextLink.replace(/^https:\/\/[^/]+/, '') : undefined;
        }
      });
      note('all pages of machines, s', { '': whole, 'ms a 100': (whole * 1000) / (count / 100) });

      // From a write to its effect.
      const floor = await openFloor(directory);
      const floors: number[] = [];
      const effects = await openEffects(
        running,
        connectToServer(state).installation,
        topology,
        machine,
        fleetZone,
      );
      for (const [name, effect] of effects.byName) {
        const seen = await times(Number(values.effects), async (index) => {
          const { write, holds } = effect(index);
          await Promise.all([since(performance.now(), holds), write()]);
        });
        for (const _ of seen) floors.push(await floor.once());
        note(`write → ${name}, ms`, { p50: percentile(seen, 0.5), p99: percentile(seen, 0.99) });
      }
      effects.close();
      await floor.close();
      note('one synced commit and one exchange, ms', {
        p50: percentile(floors, 0.5),
        p99: percentile(floors, 0.99),
      });

      // Followers that stand still, and then have changes to take in: nine of machines for one of names.
      for (const changes of list(values.changes)) {
        for (const name of followers) process.kill(processes.get(name)!, 'SIGSTOP');
        let next = 0;
        const write = async (): Promise<void> => {
          for (let index = next++; index < changes; index = next++) {
            if (index % 10_000 === 0) tell(`${index} of ${changes} changes written`);
            if (index % 10 === 9)
              await arm.send('PUT', recordPath(topology, recordName(index % count), fleetZone), {
                properties: {
                  ttl: 10,
                  aRecords: [{ ipv4Address: `127.33.${index % 250}.${changes % 250}` }],
                },
              });
            else await arm.send('PATCH', machinePath(index), { tags: { change: `${changes}-${index}` } });
          }
        };
        const wrote = await seconds(() => Promise.all(Array.from({ length: writers }, write)));
        const before = new Map([...processes].map(([name, pid]) => [name, processorSeconds(pid)]));
        for (const name of followers) process.kill(processes.get(name)!, 'SIGCONT');
        let behind = true;
        const gets: number[] = [];
        const reading = (async () => {
          while (behind) gets.push(...(await times(1, (index) => arm.send('GET', machinePath(index)))));
        })();
        const caughtUp = await untilApplied(state, await head());
        behind = false;
        await reading;
        const longest = Math.max(...caughtUp.values());
        note(`${changes} changes`, {
          'written, s': wrote,
          ...Object.fromEntries([...caughtUp].map(([name, took]) => [`caught up: ${name}, s`, took])),
          'caught up ÷ written': longest / wrote,
          'µs a change': (longest / changes) * 1e6,
          'GET meanwhile p50, ms': percentile(gets, 0.5),
          'GET meanwhile p99, ms': percentile(gets, 0.99),
          ...Object.fromEntries(
            [...processes].map(([name, pid]) => [
              `processor of ${name}, s`,
              processorSeconds(pid) - before.get(name)!,
            ]),
          ),
        });
      }

      // The fleet comes back after an outage: a heartbeat of each, as hybrid passes them on.
      const beforeFlip = await head();
      const roles = readJsonFile(connectToServer(state).state.file('roles.json')) as Record<string, string>;
      const control = createControlClient({
        socketPath: join(connectToServer(state).state.runtime, 'control.sock'),
        roleToken: () => roles.hybrid!,
        timeoutMs: 60_000,
      });
      const beats = fleetHeartbeats(pattern, count, Date.now() + silentAfterMs);
      const gets: number[] = [];
      let beating = true;
      const reading = (async () => {
        while (beating) gets.push(...(await times(1, (index) => arm.send('GET', machinePath(index)))));
      })();
      const flip = await seconds(async () => {
        for (let start = 0; start < count; start += 500)
          await control.recordHeartbeats(
            beats.slice(start, start + 500).map(({ key, at, value }) => ({
              machineId: key.slice('heartbeat:'.length),
              at,
              serial: String(value.serial),
              agentVersion: String(
                (pattern.machine.body.properties as { agentVersion?: string }).agentVersion,
              ),
              value: { status: 'Connected' },
            })),
          );
      });
      beating = false;
      await reading;
      control.close();
      note('heartbeats of all machines', {
        s: flip,
        'ms a 1,000': (flip * 1e6) / count,
        'feed numbers': (await head()) - beforeFlip,
        'GET meanwhile p50, ms': percentile(gets, 0.5),
        'GET meanwhile p99, ms': percentile(gets, 0.99),
      });
      note('memory after all of it, MB', memory());
      await tombolo('wait');
    } finally {
      for (const pid of processesOf(running).values()) if (pid) process.kill(pid, 'SIGCONT');
      await running.close();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  }
  return rows;
};

const sizes = list(values.machines);
const table = new Map<string, Record<string, string | number>>();
for (const count of sizes)
  for (const { what, ...figure } of await measure(count))
    table.set(String(what), { ...(table.get(String(what)) ?? { what: what! }), ...figure });
printRows(
  [...table.values()].map((row) => {
    const [least, most] = [row[`${sizes[0]}`], row[`${sizes.at(-1)}`]];
    const ratio = typeof least === 'number' && typeof most === 'number' ? most / least : '';
    return sizes.length < 2 ? row : { ...row, [`${sizes.at(-1)} ÷ ${sizes[0]}`]: ratio };
  }),
  values.json === true,
);
