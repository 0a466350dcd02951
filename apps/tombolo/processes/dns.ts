/** The dns process: follows zones and networks, answers each network's view at its inbound endpoints. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createDnsServer,
  createForwarder,
  type DnsState,
  dnsFollowedTypes,
  emptyDnsState,
  inboundListeners,
  loopbackPrefixes,
  projectDnsState,
  publicZones,
  type WantedListener,
} from '@tombolo/dns';
import { LoopbackRealizer } from '@tombolo/gateway';
import { serverAddress } from '../address.ts';
import { cloudProfile } from '../installation.ts';
import { startChild } from './child.ts';
import { followControl, followerMetrics } from './follow-control.ts';
import { counter, serveMetrics } from './metrics-listener.ts';
import { reconcileListeners } from './realized-listeners.ts';

const child = startChild('dns');
const { installation, configuration, stateDirectory } = child.settings;

const profile = cloudProfile(installation, readFileSync(join(stateDirectory, 'ca.pem'), 'utf8'), []);
const publicView = publicZones(profile, {
  resourceManager: [installation.addresses.arm],
  activeDirectory: [installation.addresses.arm],
});

let state: DnsState = { ...emptyDnsState, publicZones: publicView };
const forwarder = createForwarder();
const server = createDnsServer({
  state: () => state,
  forwarder,
  ownAddresses: Object.values(installation.addresses),
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

// The public view answers before anything was ever followed.
await reconcileListeners(server, wanted(), realizer);

const following = followControl(child, 'dns', dnsFollowedTypes, async ({ documents }) => {
  state = projectDnsState(documents.values(), publicView);
  const listeners = await reconcileListeners(server, wanted(), realizer);
  return {
    listening: listeners
      .filter((listener) => listener.state === 'listening')
      .map((listener) => listener.address),
    unrealized: listeners.flatMap((listener) =>
      listener.state === 'unrealized'
        ? [{ address: listener.address, reason: listener.reason, fix: listener.fix }]
        : [],
    ),
    problems: state.problems.slice(0, 100).map(({ id, message }) => ({ id, message })),
  };
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
  await following.stop();
  await server.close();
  await realizer?.close();
  forwarder.close();
});
