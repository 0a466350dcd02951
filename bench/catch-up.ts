/**
 * How long a follower that stood still needs to catch up: hybrid is stopped, machines are written by the public API from 64
 * writers, hybrid goes on. Beside it, within the same run, the time that writing them took.
 * `node bench/catch-up.ts [--json] [--machines 1000,10000]`; 100,000 take about a minute and a half.
 */

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openWorld } from './bench-world.ts';
import { processorSeconds, processWith } from './processor-time.ts';
import { printRows, type Row } from './report.ts';

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, machines: { type: 'string', default: '1000,10000' } },
});
const writers = 64;
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
        const path = `${group}/providers/Microsoft.HybridCompute/machines/server-${index}?api-version=${apiVersion}`;
        await world.arm.send('PUT', path, { location: 'japaneast', properties: {} });
      }
    };
    await Promise.all(Array.from({ length: writers }, write));
    const wrote = (performance.now() - started) / 1000;
    const before = { control: processorSeconds(world.controlProcess), hybrid: processorSeconds(hybrid) };
    process.kill(hybrid, 'SIGCONT');
    const resumed = performance.now();
    await world.tombolo('wait', '--timeout', '300');
    const caughtUp = (performance.now() - resumed) / 1000;
    return {
      machines: count,
      'writes a second': count / wrote,
      'written, s': wrote,
      'caught up, s': caughtUp,
      'caught up ÷ written': caughtUp / wrote,
      'µs a change': (caughtUp / count) * 1e6,
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
