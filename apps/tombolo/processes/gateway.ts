/** The gateway process: follows private-endpoint connections, a listener at each approved address. */

import { join } from 'node:path';
import {
  connectionType,
  dialTo,
  Gateway,
  LoopbackRealizer,
  projectListeners,
  renderMetrics,
} from '@tombolo/gateway';
import { startChild } from './child.ts';
import { followControl, followerMetrics } from './follow-control.ts';
import { serveMetrics } from './metrics-listener.ts';

const child = startChild('gateway');
const { installation, configuration, stateDirectory, runtimeDirectory } = child.settings;

const realizer =
  configuration.realize === 'lo'
    ? await LoopbackRealizer.open(join(stateDirectory, 'gateway', 'realized'))
    : undefined;
const gateway = new Gateway({
  port: installation.ports.https,
  ownAddresses: Object.values(installation.addresses),
  dial: dialTo({ path: join(runtimeDirectory, 'hybrid', 'proxy.sock') }),
  ...(realizer ? { realizer } : {}),
});

const drainMs = 5_000;

const following = followControl(child, 'gateway', [connectionType], async ({ documents }) => {
  const { listeners, problems } = projectListeners(documents.values(), { timing: configuration.timing });
  const report = await gateway.reconcile(listeners);
  return {
    listening: report.listeners
      .filter((listener) => listener.state === 'listening')
      .map((listener) => listener.address),
    unrealized: report.listeners.flatMap((listener) =>
      listener.state === 'unrealized'
        ? [{ address: listener.address, reason: listener.reason, fix: listener.fix }]
        : [],
    ),
    problems: problems.slice(0, 100).map(({ connectionId, message }) => ({ id: connectionId, message })),
  };
});

const metrics = await serveMetrics(
  child,
  'gateway',
  () => followerMetrics(following) + renderMetrics(gateway.report()),
);

child.ready(async () => {
  await metrics?.close();
  await following.stop();
  await gateway.drain(drainMs);
});
