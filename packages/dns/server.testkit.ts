/** Name servers on real sockets for the tests, with an upstream and a site's own server behind them. */

import assert from 'node:assert/strict';
import { after } from 'node:test';
import { type CloudProfile, realClouds } from '@tombolo/private-link';
import { unusedPort } from '@tombolo/testkit/unused-port';
import type { DnsState, View } from './dns-state.ts';
import { createForwarder } from './forwarder.ts';
import { projectDnsState } from './projection.ts';
import { publicZones } from './public-zones.ts';
import {
  aDocument,
  document,
  hisZone,
  idOf,
  linkDocument,
  quickstartDocuments,
  rulesetDocuments,
} from './sample-documents.testkit.ts';
import { createDnsServer, type DnsServer, type DnsServerOptions } from './server.ts';
import { replyTo, startUpstream } from './wire.testkit.ts';

export const closers: (() => unknown)[] = [];
after(async () => {
  for (const close of closers.reverse()) await close();
});

const profile = {
  ...(realClouds.AzureCloud as CloudProfile),
  publicAddresses: ['20.0.0.9'],
  regions: ['japaneast'],
};
const zones = publicZones(profile);
export const hub: View = { kind: 'network', virtualNetworkId: idOf('virtualNetworks/hub') };
export const outside: View = { kind: 'public' };

export const upstream = await startUpstream((heard) => {
  const name = heard.query.questions?.[0]?.name ?? '';
  switch (name.toLowerCase()) {
    case 'www.example.org':
      return [replyTo(heard, [{ type: 'A', name, ttl: 30, data: '93.184.216.34' }])];
    case 'into.example.org':
      // A public chain into the linked zone, with the public tail that must not be believed.
      return [
        replyTo(heard, [
          { type: 'CNAME', name, ttl: 30, data: `gbl.${hisZone}` },
          { type: 'A', name: `gbl.${hisZone}`, ttl: 30, data: '6.6.6.6' },
        ]),
      ];
    case 'stray.example.org':
      return [
        replyTo(heard, [
          { type: 'A', name: 'bank.example', ttl: 30, data: '6.6.6.6' },
          { type: 'A', name, ttl: 30, data: '10.0.0.1' },
        ]),
      ];
    default:
      return [replyTo(heard, [], { rcode: 3 })];
  }
});
const corp = await startUpstream((heard) => [
  replyTo(heard, [{ type: 'A', name: heard.query.questions?.[0]?.name ?? '', ttl: 5, data: '192.168.7.7' }]),
]);
closers.push(
  () => upstream.close(),
  () => corp.close(),
);

const bigTexts = Array.from({ length: 60 }, (_, index) => ({ value: [`${index} ${'x'.repeat(90)}`] }));
export const state: DnsState = projectDnsState(
  [
    ...quickstartDocuments(),
    document(`privateDnsZones/${hisZone}/TXT/big`, { ttl: 5, txtRecords: bigTexts }),
    aDocument(hisZone, 'many', ...Array.from({ length: 60 }, (_, index) => `10.0.2.${index}`)),
    document('privateDnsZones/away.example'),
    linkDocument('away.example', 'hub'),
    document('privateDnsZones/away.example/CNAME/www', { ttl: 9, cnameRecord: { cname: 'www.example.org' } }),
    ...rulesetDocuments('hub', {
      // The first of the two is dead.
      corp: {
        domain: 'corp.example.',
        servers: [
          { ipAddress: '127.0.0.1', port: await unusedPort() },
          { ipAddress: corp.address, port: corp.port },
        ],
      },
    }),
  ],
  zones,
);

const forwarder = createForwarder({ timeoutMs: 10_000 });
closers.push(() => forwarder.close());

export const start = (options: Partial<DnsServerOptions> = {}): DnsServer => {
  const server = createDnsServer({ state: () => state, forwarder, upstreams: [upstream], ...options });
  closers.push(() => server.close());
  return server;
};

/** One listener of the view at a free port. */
export const listen = async (server: DnsServer, view: View, address = '127.0.0.1'): Promise<number> => {
  const [report] = await server.reconcile([{ address, port: 0, view }]);
  assert.equal(report?.state, 'listening');
  return report?.port ?? 0;
};
