/**
 * How long a follower that stood still needs to catch up: hybrid is stopped, machines are written by the public API from 64
 * writers, hybrid goes on. Beside it, within the same run, the time that writing them took; and what a GET takes meanwhile.
 * `node bench/catch-up.ts [--json] [--machines 1000,10000]`; 100,000 take about a minute and a half.
 */

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openWorld } from './bench-world.ts';
import { processorSeconds, processWith } from './processor-time.ts';
import { percentile, printRows, type Row } from './report.ts';

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, machines: { type: 'string', default: '1000,10000' } },
});
const writers = 64;
const machineType = 'Microsoft.HybridCompute/machines';
const apiVersion = '2024-07-10';

/** Seconds to write `count` machines while hybrid stands still, and then until it has applied them. */
const measure = async (count: number): Promise<Row> => {
  const world = await openWorld();
  const hybrid = processWith(join(world.state, 'hybrid', 'configuration.json'))!;
  try {
    const group = `/subscriptions/${world.subscriptionId}/resourceGroups/fleet`;
    await world.arm.send('PUT', `${group}?api-version=2021-04-01`, { location: 'japaneast' });
    await world.tombolo('wait');
    process.kill(hybrid, 'SIGSTOP');
    const started = performance.now();
    let next = 0;
    const write = async (): Promise<void> => {
      for (let index = next++; index < count; index = next++) {
        const path = `${group}/providers/${machineType}/server-${index}?api-version=${apiVersion}`;
        await world.arm.send('PUT', path, { location: 'japaneast', properties: {} });
      }
    };
    await Promise.all(Array.from({ length: writers }, write));
    const wrote = (performance.now() - started) / 1000;
    const before = { control: processorSeconds(world.controlProcess), hybrid: processorSeconds(hybrid) };
    process.kill(hybrid, 'SIGCONT');
    const resumed = performance.now();
    let behind = true;
    const reads: number[] = [];
    const read = async (): Promise<void> => {
      while (behind) {
        const asked = performance.now();
        await world.arm.send('GET', `${group}/providers/${machineType}/server-0?api-version=${apiVersion}`);
        reads.push(performance.now() - asked);
      }
    };
    const reading = read();
    await world.tombolo('wait', '--timeout', '300').finally(() => {
      behind = false;
    });
    const caughtUp = (performance.now() - resumed) / 1000;
    await reading;
    return {
      machines: count,
      'writes a second': count / wrote,
      'written, s': wrote,
      'caught up, s': caughtUp,
      'caught up ÷ written': caughtUp / wrote,
      'µs a change': (caughtUp / count) * 1e6,
      'GET p50, ms': percentile(reads, 0.5),
      'GET p99, ms': percentile(reads, 0.99),
      'GET at most, ms': percentile(reads, 1),
      'control, processor s': processorSeconds(world.controlProcess) - before.control,
      'hybrid, processor s': processorSeconds(hybrid) - before.hybrid,
    };
  } finally {
    process.kill(hybrid, 'SIGCONT');
    await world.close();
  }
};

const rows: Row[] = [];
for (const count of values.machines.split(',').map(Number)) {
  process.stderr.write(`${count} machines\n`);
  rows.push(await measure(count));
}
printRows(rows, values.json === true);
