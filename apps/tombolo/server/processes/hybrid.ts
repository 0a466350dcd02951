/** The hybrid process: his, gas, dp and gns; follows scopes, connections and machines and decides who gets in. */

import { randomInt, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  applyFollowed,
  createControlClient,
  createHybridProjection,
  delayAssociations,
  hybridFollowedTypes,
  openHybridServer,
} from '@tombolo/hybrid-services';
import { maximumAzureDelayMs } from '@tombolo/private-link';
import type { Applied, Follow } from '@tombolo/store';
import { readOwnFile } from '@tombolo/store/own-file';
import type { JsonObject } from '@tombolo/store/port';
import { openAgentExecutables, readAgentBundle } from '../../installation/agent-bundle.ts';
import { agentDownloads } from '../../installation/agent-downloads.ts';
import { servedRegions, suffixes } from '../../installation/installation.ts';
import { packageDirectory } from '../../installation/state-directory.ts';
import { startChild } from './child.ts';
import { followControl, followerMetrics } from './follow-control.ts';
import { serveMetrics } from './metrics-listener.ts';
import { droppedConnections } from './metrics-text.ts';

const child = startChild('hybrid');
const { installation, configuration, stateDirectory, runtimeDirectory, tokens } = child.settings;
const read = (...names: readonly string[]): string =>
  readOwnFile(join(stateDirectory, ...names)).toString('utf8');

const followed = createHybridProjection();
const projection =
  configuration.timing === 'azure'
    ? delayAssociations(followed, { now: Date.now, delayMs: () => randomInt(maximumAzureDelayMs) })
    : followed;
const control = createControlClient({
  socketPath: join(runtimeDirectory, 'control.sock'),
  roleToken: () => tokens.hybrid ?? '',
  onUnavailable: (reason) => child.log('control is unavailable', { reason }),
});
const authority = read('ca.pem');
/** Key and certificate in one file, renewed by the control process. */
const credentials = (): { key: string; cert: string } => {
  const pem = read('hybrid', 'server.pem');
  return { key: pem, cert: pem };
};
let following: Follow | undefined;
const server = await openHybridServer({
  profile: { suffixes, regions: servedRegions(installation) },
  credentials: credentials(),
  machineAuthorities: authority.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [],
  publicEntries: [{ address: installation.addresses.services, port: installation.ports.https }],
  proxySocketPath: join(runtimeDirectory, 'hybrid', 'proxy.sock'),
  projection,
  appliedFeed: () => following?.applied() ?? 0,
  authority: control,
  replayFile: join(stateDirectory, 'hybrid', 'replays'),
  now: Date.now,
  newGuid: randomUUID,
  packageDirectory: join(stateDirectory, packageDirectory),
  downloads: agentDownloads(
    readAgentBundle(configuration.agentBundle),
    openAgentExecutables(configuration.agentBundle),
    { suffixes, ports: installation.ports },
  ),
  log: ({ message, ...fields }) => child.log(message, fields),
});

const apply = async (applied: Applied): Promise<JsonObject> => {
  applyFollowed(projection, applied);
  server.advanced(applied.changed);
  return {};
};
following = followControl(child, 'hybrid', hybridFollowedTypes, apply, server.dropped);

const hourMs = 3_600_000;
const renewal = setInterval(() => server.replaceCredentials(credentials()), hourMs);

const metrics = await serveMetrics(
  child,
  'hybrid',
  () => (following ? followerMetrics(following) : '') + droppedConnections(server.dropped()),
);

child.ready(async () => {
  await metrics?.close();
  clearInterval(renewal);
  await following?.stop();
  await server.close();
  control.close();
});
