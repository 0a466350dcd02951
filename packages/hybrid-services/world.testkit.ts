/** An in-process world for tests: store, authority, hybrid server on real sockets, machines that sign, a PROXY peer. */

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { connect as tlsConnect } from 'node:tls';
import { encodeProxyHeader, linkIdentifierTlv } from '@tombolo/gateway/proxy-protocol';
import { createAuthority } from '@tombolo/identity/certificate-authority';
import { issueServerCertificate } from '@tombolo/identity/server-certificate';
import { findRegion, members, packageHost, realClouds, relayNamespace } from '@tombolo/private-link';
import { openMemoryStore } from '@tombolo/store/memory/memory-store';
import type { JsonObject, Store } from '@tombolo/store/port';
import { testDownloads } from './downloads.testkit.ts';
import { identityTokensFor } from './identity-tokens.testkit.ts';
import { createMachineRegistry } from './machine-registry.ts';
import { createHybridProjection, hybridFollowedTypes } from './projection.ts';
import type { RegistrationAuthority } from './registration-authority.ts';
import type { HybridLimits, LogEntry } from './server.ts';
import { openHybridServer } from './server.ts';
import { ensureTokenKeys } from './token-keys.ts';

const cloud = realClouds.AzureCloud!;
export const profile = { suffixes: cloud.suffixes, regions: ['japaneast', 'westeurope'] };
export const group = '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg';
export const scopeId = (name: string): string =>
  `${group}/providers/Microsoft.HybridCompute/privateLinkScopes/${name}`;
export const machineId = (name: string): string =>
  `${group}/providers/Microsoft.HybridCompute/machines/${name}`;

export const hosts = {
  gbl: `gbl.${profile.suffixes.his}`,
  his: `je.${profile.suffixes.his}`,
  ats: `japan-ats.${profile.suffixes.his}`,
  agentserviceapi: `agentserviceapi.${profile.suffixes.guestConfiguration}`,
  gas: `japaneast-gas.${profile.suffixes.guestConfiguration}`,
  dp: `japaneast.${profile.suffixes.kubernetesConfiguration}`,
  gns: profile.suffixes.notification ?? '',
  relay: relayNamespace('japaneast', profile.suffixes) ?? '',
};

/** Where a test connects: the public listener, or as the gateway of a link to a member's address. */
export type Via =
  | { readonly kind: 'public' }
  | {
      readonly kind: 'private';
      readonly link: number;
      readonly destination: string;
      readonly source?: string;
    };

export const memberAddress = (link: number, memberName: string): string => {
  const region = findRegion('japaneast')!;
  const index = members(region, profile.suffixes).findIndex((member) => member.memberName === memberName);
  // 127.0.0.0/8 is there on Linux without any set-up, so that a real gateway can listen.
  return `127.${link}.0.${4 + index}`;
};
const memberOfHost: Readonly<Record<string, string>> = {
  [hosts.gbl]: 'HybridCompute.Global',
  [hosts.his]: 'HybridCompute.Server',
  [hosts.ats]: 'HybridCompute.TokenService',
  [hosts.agentserviceapi]: 'GuestConfig.GlobalService',
  [hosts.gas]: 'GuestConfig.AgentService.japaneast',
  [hosts.dp]: 'HybridCompute.K8sConfiguration',
};

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape are looked into by tests
  readonly body: any;
}

export interface WorldOptions {
  readonly limits?: Partial<HybridLimits>;
  readonly packageDirectory?: string;
  /** Absent: one that stands still but for `moveClock`. Programs that have a clock of their own need one that goes with theirs. */
  readonly clock?: () => number;
}

export const openWorld = async (options: WorldOptions = {}) => {
  // However long a test takes, or the machine stands still, nothing ends. It is the real time, so that certificates hold for TLS too.
  const started = Date.now();
  const { clock = () => started, ...given } = options;
  let offset = 0;
  const now = (): number => clock() + offset;
  const store: Store = openMemoryStore({});
  const authority = await createAuthority({ name: 'test authority', now: now() });
  const certificate = await issueServerCertificate(authority, {
    names: [...Object.values(hosts).flatMap((name) => [name, `weu.${profile.suffixes.his}`]), packageHost],
    now: now(),
  });
  await ensureTokenKeys({ store, now: now(), newGuid: randomUUID });
  const registry = createMachineRegistry({ store, certificateAuthority: authority, now });
  const { issueIdentityToken, identityToken } = identityTokensFor(store, now);
  let down = false;
  const guard = async <T>(work: () => Promise<T>): Promise<T> => {
    if (down) throw new Error('control is down');
    return work();
  };
  const port: RegistrationAuthority = {
    register: (asked) => guard(() => registry.register(asked)),
    renew: (asked) => guard(() => registry.renew(asked)),
    disconnect: (asked) => guard(() => registry.disconnect(asked)),
    identityToken: (asked) => guard(() => identityToken(asked)),
    recordHeartbeats: (batch) => guard(() => registry.recordHeartbeats(batch)),
    recordReport: (report) => guard(() => registry.recordReport(report)),
  };
  const projection = createHybridProjection();
  const snapshot = await store.snapshot(hybridFollowedTypes);
  projection.replace(snapshot.documents, snapshot.through);
  const directory = await mkdtemp(join(tmpdir(), 'tombolo-hybrid-'));
  const proxySocketPath = join(directory, 'hybrid', 'proxy.sock');
  const log: LogEntry[] = [];
  const server = await openHybridServer({
    profile,
    publicEntries: [{ address: '127.0.0.2', port: 0 }],
    proxySocketPath,
    credentials: { key: certificate.privateKey, cert: certificate.certificate },
    machineAuthorities: [authority.chain[0]!],
    projection,
    authority: port,
    now,
    newGuid: randomUUID,
    log: (entry) => log.push(entry),
    downloads: testDownloads,
    ...given,
  });
  let following = true;
  const catchUp = async (): Promise<void> => {
    const { epoch } = snapshot;
    const page = await store.changes({
      after: projection.through,
      epoch,
      types: hybridFollowedTypes,
      limit: 1000,
    });
    projection.apply(page.changes, page.through);
    server.advanced(page.changes);
  };
  let chain = Promise.resolve();
  const unsubscribe = store.onHead(() => {
    if (following) chain = chain.then(catchUp);
  });

  const open = async (host: string, via: Via, extra: object = {}): Promise<TLSSocket> => {
    const tls = { servername: host, ca: [...authority.chain], ...extra };
    if (via.kind === 'public') {
      const { address, port } = server.publicAddresses[0]!;
      return tlsConnect({ host: address, port, ...tls });
    }
    const raw = connect(proxySocketPath);
    raw.write(
      encodeProxyHeader({
        command: 'PROXY',
        source: { address: via.source ?? '192.168.7.7', port: 40000 },
        destination: { address: via.destination, port: 443 },
        tlvs: [linkIdentifierTlv(via.link)],
      }),
    );
    return tlsConnect({ socket: raw, ...tls });
  };

  /** The member's own address of the link, as DNS would say. */
  const privately = (link: number, host: string): Via => ({
    kind: 'private',
    link,
    destination: memberAddress(link, memberOfHost[host] ?? ''),
  });

  const send = async (ask: {
    readonly host: string;
    readonly method: string;
    readonly path: string;
    readonly via?: Via;
    /** A list goes out as a header for each. */
    readonly headers?: Readonly<Record<string, string | string[]>>;
    readonly body?: string;
    readonly serverName?: string;
    readonly tls?: object;
  }): Promise<Answer> => {
    const socket = await open(ask.serverName ?? ask.host, ask.via ?? { kind: 'public' }, ask.tls);
    return new Promise((resolve, reject) => {
      socket.on('error', reject);
      const outgoing = request(
        {
          host: ask.host,
          method: ask.method,
          path: ask.path,
          headers: { host: ask.host, connection: 'close', ...ask.headers },
          createConnection: () => socket,
        },
        (incoming) => {
          let text = '';
          incoming.setEncoding('utf8');
          incoming.on('data', (chunk: string) => {
            text += chunk;
          });
          incoming.on('end', () =>
            resolve({
              status: incoming.statusCode ?? 0,
              headers: incoming.headers,
              body: text === '' ? undefined : JSON.parse(text),
            }),
          );
        },
      );
      outgoing.on('error', reject);
      outgoing.end(ask.body);
    });
  };

  const put = (id: string, type: string, body: JsonObject) => store.commit({ puts: [{ id, type, body }] });
  const putScope = (name: string, publicNetworkAccess: 'Enabled' | 'Disabled') =>
    put(scopeId(name), 'Microsoft.HybridCompute/privateLinkScopes', {
      location: 'japaneast',
      properties: { publicNetworkAccess, privateLinkScopeId: randomUUID() },
    });
  const putConnection = (scope: string, link: number, status = 'Approved') =>
    put(
      `${scopeId(scope)}/privateEndpointConnections/pe.${link}`,
      'Microsoft.HybridCompute/privateLinkScopes/privateEndpointConnections',
      {
        properties: {
          linkIdentifier: link,
          groupIds: ['hybridcompute'],
          virtualNetworkId: `${group}/providers/Microsoft.Network/virtualNetworks/vnet`,
          subnetId: `${group}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/pe`,
          privateEndpoint: { id: `${group}/providers/Microsoft.Network/privateEndpoints/pe${link}` },
          privateLinkServiceConnectionState: { status },
          members: members(findRegion('japaneast')!, profile.suffixes).map((member) => ({
            memberName: member.memberName,
            fqdns: [member.fqdn],
            privateIpAddress: memberAddress(link, member.memberName),
          })),
        },
      },
    );

  return {
    store,
    server,
    projection,
    authority,
    issueIdentityToken,
    credentials: { key: certificate.privateKey, cert: certificate.certificate },
    log,
    proxySocketPath,
    now,
    open,
    privately,
    send,
    put,
    putScope,
    putConnection,
    moveClock: (milliseconds: number) => {
      offset += milliseconds;
    },
    setControlDown: (value: boolean) => {
      down = value;
    },
    setFollowing: async (value: boolean) => {
      following = value;
      if (value) await catchUp();
    },
    /** Until everything committed so far is applied. */
    settled: async () => {
      await chain;
    },
    close: async () => {
      unsubscribe();
      await chain;
      await server.close(0);
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
};

export type World = Awaited<ReturnType<typeof openWorld>>;

/** With a scope `open`, which link 11 leads to, and a scope `closed` without public access, which link 12 leads to. */
export const openWorldOfTwoScopes = async (options: WorldOptions = {}): Promise<World> => {
  const world = await openWorld(options);
  await world.putScope('open', 'Enabled');
  await world.putScope('closed', 'Disabled');
  await world.putConnection('open', 11);
  await world.putConnection('closed', 12);
  await world.settled();
  return world;
};

/** What an answer was refused with. */
export const codeOf = (answer: { readonly body: { readonly error: { readonly code: string } } }): string =>
  answer.body.error.code;
