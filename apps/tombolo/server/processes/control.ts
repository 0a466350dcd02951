/** The control process: ARM API, token service, change feed, operations. */

import { randomInt, randomUUID } from 'node:crypto';
import { createControl } from '../control/control.ts';
import { startChild } from './child.ts';
import { watchDisk } from './disk-watch.ts';
import { serveMetrics } from './metrics-listener.ts';
import { droppedConnections, gauge, refusedRequests } from './metrics-text.ts';

const child = startChild('control');
const control = await createControl({
  settings: child.settings,
  log: child.log,
  now: Date.now,
  newGuid: randomUUID,
  // The supervisor says that it ended, and starts it anew once the other is gone.
  onSuperseded: () => process.exit(1),
  newLinkIdentifier: () => [24, 16, 8, 0].reduce((sum, shift) => sum + randomInt(1, 256) * 2 ** shift, 0),
});
const disk = await watchDisk({ path: child.settings.stateDirectory, log: child.log, now: Date.now });
const metrics = await serveMetrics(child, 'control', () => {
  const { head, serviceTags, dropped, refused } = control.numbers();
  return [
    gauge('feed_head', 'Number of the newest change.', head),
    serviceTags,
    droppedConnections(dropped),
    refusedRequests(refused),
    disk.metrics(),
  ].join('');
});

child.ready(async () => {
  await metrics?.close();
  await control.close();
});
