/** The dns process: follows zones and networks, answers each network's view at its inbound endpoints. */

import { join } from 'node:path';
import {
  createDnsProjection,
  createDnsServer,
  createForwarder,
  type DnsState,
  dnsFollowedTypes,
  emptyDnsState,
  inboundListeners,
  loopbackPrefixes,
  type WantedListener,
} from '@tombolo/dns';
import { LoopbackRealizer } from '@tombolo/gateway';
import type { JsonObject } from '@tombolo/store/port';
import { serverAddress } from '../../installation/address.ts';
import { ownAddresses } from '../../installation/installation.ts';
import { publicViewOf } from '../public-view.ts';
import { startChild } from './child.ts';
import { followControl, followerMetrics } from './follow-control.ts';
import { serveMetrics } from './metrics-listener.ts';
import { counter } from './metrics-text.ts';
import { reconcileListeners } from './realized-listeners.ts';
import { standingOf, watchTenantListeners } from './tenant-listeners.ts';

const child = startChild('dns');
const { installation, configuration, stateDirectory } = child.settings;

const publicView = publicViewOf(installation);

const projection = createDnsProjection(publicView);
let state: DnsState = { ...emptyDnsState, publicZones: publicView };
const forwarder = createForwarder();
const server = createDnsServer({
  state: () => state,
  forwarder,
  ownAddresses: ownAddresses(installation, configuration),
  upstreams: configuration.upstreamNameServers.map(serverAddress),
  clients: [...loopbackPrefixes, ...configuration.dnsClients],
});

const wanted = (): readonly WantedListener[] => [
  { address: installation.addresses.dns, port: installation.ports.dns, view: { kind: 'public' } },
  ...inboundListeners(state, installation.ports.dns),
];

const realizer =
  configuration.realize === 'lo'
    ? await LoopbackRealizer.open(join(stateDirectory, 'dns', 'realized'))
    : undefined;

// One after another, each with what is wanted by then: an older one would release what a newer one added.
let turn: Promise<unknown> = Promise.resolve();
const reconcile = (): Promise<unknown> => {
  const next = turn.then(() => reconcileListeners(server, wanted(), realizer));
  turn = next.catch(() => {});
  return next;
};

// The public view answers before anything was ever followed.
await reconcile();

const report = (): JsonObject => ({
  ...listeners.report(),
  problems: state.problems.slice(0, 100).map(({ id, message }) => ({ id, message })),
});
const listeners = watchTenantListeners({
  standing: () => standingOf(server.reports()),
  retry: reconcile,
  onChange: () => following.tell(report()),
  log: child.log,
});

const following = followControl(child, 'dns', dnsFollowedTypes, async ({ documents, changed }) => {
  const { inboundEndpoints } = state;
  state = changed === 'snapshot' ? projection.replace(documents()) : projection.apply(changed);
  // A record moves no listener.
  if (changed === 'snapshot' || state.inboundEndpoints !== inboundEndpoints) await reconcile();
  return report();
});

const metrics = await serveMetrics(child, 'dns', () =>
  [
    followerMetrics(following),
    counter('dns_queries', 'Queries received.', server.counters.queries),
    counter('dns_answers', 'Answers sent.', server.counters.answers),
    counter('dns_dropped', 'Packets that got no answer.', server.counters.dropped),
  ].join(''),
);

child.ready(async () => {
  await metrics?.close();
  listeners.stop();
  await following.stop();
  await server.close();
  await realizer?.close();
  forwarder.close();
});
