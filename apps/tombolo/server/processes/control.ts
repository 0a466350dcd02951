/** The control process: ARM API, token service, change feed, operations; composes what the packages decide. */

import { randomInt, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createOperationRunner, createPipeline, createRegistry, type Settings } from '@tombolo/arm';
import { dnsFollowedTypes } from '@tombolo/dns';
import { connectionType } from '@tombolo/gateway';
import { ensureTokenKeys, hybridFollowedTypes, registrationRoutes } from '@tombolo/hybrid-services';
import { createBites } from '@tombolo/listener-bounds';
import { metadataEndpoints, providers } from '@tombolo/providers';
import { feedRoutes, openSqliteStore } from '@tombolo/store';
import {
  armServerNames,
  cloudProfile,
  localOrigin,
  ownAddresses,
  serviceServerNames,
  suffixes,
} from '../../installation/installation.ts';
import { openStateDirectory, writePrivateFile } from '../../installation/state-directory.ts';
import { createAuthentication } from '../control/authentication.ts';
import { createAuthorizer } from '../control/authorizer.ts';
import { openAuthority, seedInstallation } from '../control/first-start.ts';
import { listenInternally } from '../control/internal-server.ts';
import { operatorRoutes } from '../control/operator-routes.ts';
import { runPeriodically } from '../control/periodic.ts';
import { principalRoutes } from '../control/principal-routes.ts';
import { createRefusalLog } from '../control/refusal-log.ts';
import { resetResources } from '../control/reset.ts';
import { createServerCertificates } from '../control/server-certificates.ts';
import { serviceTagRoutes } from '../control/service-tag-routes.ts';
import { createArmServer, replaceCertificate } from '../http/arm-server.ts';
import { catalogueRoutes } from '../http/catalogue-routes.ts';
import { edlRoutes } from '../http/edl-routes.ts';
import { startChild } from './child.ts';
import { droppedConnections, gauge, serveMetrics } from './metrics-listener.ts';

const child = startChild('control');
const { installation, configuration, runtimeDirectory, tokens } = child.settings;
const state = openStateDirectory(child.settings.stateDirectory);
const now = Date.now;
const newGuid = randomUUID;
const failed = (what: string) => (error: unknown) => child.log(what, { error });

const store = openSqliteStore({ path: join(state.of('control'), 'store.db'), now });
await seedInstallation(store, installation, configuration, state, now());
const authority = await openAuthority(store, state);
await ensureTokenKeys({ store, now: now(), newGuid });

const settings: Settings = {
  regions: installation.regions,
  allowLoopbackNetworks: true,
  ownAddresses: ownAddresses(installation, configuration),
  strictDns: configuration.strictDns,
  timing: configuration.timing,
  strictApiVersions: configuration.strictApiVersions,
  suffixes,
};
const registry = createRegistry(providers);
const refusals = createRefusalLog(store, failed('refusals could not be logged'));
const authentication = createAuthentication({ store, installation, now, newGuid });

/** Link identifiers have no zero byte: some proxies end a TLV's text at one. */
const newLinkIdentifier = (): number =>
  [24, 16, 8, 0].reduce((sum, shift) => sum + randomInt(1, 256) * 2 ** shift, 0);

const pipeline = createPipeline({
  store,
  registry,
  settings,
  tenantId: installation.tenantId,
  now,
  newGuid,
  newLinkIdentifier,
  isAllowed: createAuthorizer(store),
  onRefusal: refusals.add,
  onFailure: (correlationId, error) => child.log('request failed', { correlationId, error }),
});

const runner = createOperationRunner({
  store,
  registry,
  settings,
  // Of the control process that ran before on this store the leases end here, and so does its right to write under them.
  runner: await store.startRunner('control'),
  now,
  newGuid,
  repeat: (everyMs, work) => {
    const timer = setInterval(work, everyMs);
    return () => clearInterval(timer);
  },
  onError: (operation, error) =>
    child.log('operation step failed', { operation: operation.id, kind: operation.kind, error }),
});
/** Steps that wait for followers look every 200 ms; an acknowledgement may be what they wait for. */
const earlyMs = 250;
let early = 0;
const runOperations = (): Promise<number | undefined> => {
  const ahead = early;
  early = 0;
  return runner.runDue(ahead);
};
const operations = runPeriodically(1_000, runOperations, failed('operations could not be run'));
store.onHead(() => operations.wake());
store.onAcknowledge(() => {
  early = earlyMs;
  operations.wake();
});

const hourMs = 3_600_000;
const keys = runPeriodically(
  hourMs,
  async () => {
    await ensureTokenKeys({ store, now: now(), newGuid });
    await authentication.rotateKeys();
    await certificates.renewDue();
    return undefined;
  },
  failed('keys could not be rotated'),
);

const followers = ['dns', 'gateway', 'hybrid'];
const followedTypes: Readonly<Record<string, readonly string[]>> = {
  dns: dnsFollowedTypes,
  gateway: [connectionType],
  hybrid: hybridFollowedTypes,
};

let serviceTagMetrics = (): string => '';
const internal = await listenInternally({
  socketPath: join(runtimeDirectory, 'control.sock'),
  tokens,
  routes: [
    (roleOf) =>
      feedRoutes({
        store,
        now,
        authorizeRole: (request) => {
          const role = roleOf(request);
          const types = role === undefined ? undefined : followedTypes[role];
          return role === undefined || types === undefined ? undefined : { role, types };
        },
      }),
    (roleOf) =>
      registrationRoutes({
        store,
        certificateAuthority: authority,
        now,
        newGuid,
        authorizeRole: (request) => {
          const role = roleOf(request);
          return role === undefined ? undefined : { role };
        },
        onFault: (error, id) => child.log('registration failed', { requestId: id, error }),
      }),
    (roleOf) =>
      operatorRoutes({
        store,
        now,
        followers,
        isOperator: (request) => roleOf(request) === 'operator',
        reset: () => resetResources(store),
      }),
    (roleOf) => principalRoutes({ store, now, isOperator: (request) => roleOf(request) === 'operator' }),
    (roleOf) =>
      serviceTagRoutes({
        store,
        now,
        isOperator: (request) => roleOf(request) === 'operator',
        onMetrics: (render) => {
          serviceTagMetrics = render;
        },
      }),
  ],
});

let arm: ReturnType<typeof createArmServer> | undefined;
let tls = { key: '', cert: '' };
const certificates = createServerCertificates({
  authority,
  names: { arm: armServerNames(installation), services: serviceServerNames() },
  now,
  use: {
    arm: ({ privateKey, certificate }) => {
      tls = { key: privateKey, cert: certificate };
      if (arm) replaceCertificate(arm, tls);
    },
    // One file, so that nobody reads a key that is not the certificate's.
    services: ({ privateKey, certificate }) =>
      writePrivateFile(
        join(state.of('hybrid'), 'server.pem'),
        `${privateKey.trim()}\n${certificate.trim()}\n`,
      ),
  },
});
await certificates.issue();
const bites = createBites(now, (reason, count) => child.log('connections dropped', { reason, count }));
const profile = cloudProfile(installation, authority.chain.join('\n'), []);
arm = createArmServer({
  tls,
  pipeline,
  authenticate: authentication.authenticate,
  metadataEndpoints: (origin, apiVersion) =>
    metadataEndpoints({ ...profile, resourceManager: origin, activeDirectory: origin }, apiVersion),
  onFailure: (correlationId, error) => child.log('request failed', { correlationId, error }),
  onRefusedConnection: bites.add,
});
await arm.register(authentication.routes);
await arm.register(catalogueRoutes(localOrigin(installation)));
await arm.register(edlRoutes({ store, now }));
await arm.listen({ host: installation.addresses.arm, port: installation.ports.https });

let head = (await store.head()).through;
store.onHead((through) => {
  head = through;
});
const metrics = await serveMetrics(
  child,
  'control',
  () =>
    gauge('feed_head', 'Number of the newest change.', head) +
    serviceTagMetrics() +
    droppedConnections(bites.counts()),
);

child.ready(async () => {
  await metrics?.close();
  await arm?.close();
  await operations.stop();
  await keys.stop();
  await refusals.stop();
  await internal.close();
  await store.close();
});
