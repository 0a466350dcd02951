/** The gateway process: follows private-endpoint connections, a listener at each approved address. */

import { join } from 'node:path';
import {
  createListenerProjection,
  dialTo,
  Gateway,
  LoopbackRealizer,
  type Projection,
  renderMetrics,
} from '@tombolo/gateway';
import { connectionBounds, createBites, descriptorLimit } from '@tombolo/listener-bounds';
import { connectionType } from '@tombolo/private-link';
import type { Applied } from '@tombolo/store';
import type { JsonObject } from '@tombolo/store/port';
import { ownAddresses } from '../../installation/installation.ts';
import { startChild } from './child.ts';
import { followControl, followerMetrics } from './follow-control.ts';
import { serveMetrics } from './metrics-listener.ts';
import { watchTenantListeners } from './tenant-listeners.ts';

const child = startChild('gateway');
const { installation, configuration, stateDirectory, runtimeDirectory } = child.settings;

const realizer =
  configuration.realize === 'lo'
    ? await LoopbackRealizer.open(join(stateDirectory, 'gateway', 'realized'))
    : undefined;
const bites = createBites(Date.now, (reason, count) => child.log('connections dropped', { reason, count }));
/** Each connection has two sockets: the client's, and the one to the services. */
const all = connectionBounds(16_384, descriptorLimit(), 2);
const perListener = Math.min(4_096, all.total);

const gateway = new Gateway({
  port: installation.ports.https,
  ownAddresses: ownAddresses(installation, configuration),
  dial: dialTo(join(runtimeDirectory, 'hybrid', 'proxy.sock')),
  // One source fills no listener: there is room for others.
  limits: { total: all.total, perListener, perSource: Math.max(1, Math.floor(perListener / 4)) },
  onOverLimit: () => bites.add('connections'),
  ...(realizer ? { realizer } : {}),
});

const drainMs = 5_000;

const projection = createListenerProjection({ timing: configuration.timing });
let problems: Projection['problems'] = [];
const report = (): JsonObject => ({
  ...listeners.report(),
  problems: problems.slice(0, 100).map(({ connectionId, message }) => ({ id: connectionId, message })),
});
const listeners = watchTenantListeners({
  standing: () => gateway.standing(),
  // The gateway has a timer of its own for them.
  retry: async () => {},
  onChange: () => following.tell(report()),
  log: child.log,
});

const apply = async ({ documents, changed }: Applied): Promise<JsonObject> => {
  if (changed === 'snapshot') {
    const all = projection.replace(documents());
    problems = all.problems;
    await gateway.reconcile(all.listeners);
  } else {
    const some = projection.apply(changed);
    problems = some.problems;
    await gateway.update(some.connections);
  }
  return report();
};
const following = followControl(child, 'gateway', [connectionType], apply, bites.counts);

const metrics = await serveMetrics(
  child,
  'gateway',
  () => followerMetrics(following) + renderMetrics(gateway.report()),
);

child.ready(async () => {
  await metrics?.close();
  listeners.stop();
  await following.stop();
  await gateway.drain(drainMs);
});
