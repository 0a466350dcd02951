/** Control as a value: store, ARM API, token service, change feed and operations of one installation, opened and closed. */

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createPipeline, createRegistry, type Settings } from '@tombolo/arm';
import { ensureTokenKeys } from '@tombolo/hybrid-services';
import { sealFor } from '@tombolo/hybrid-services/sealed-text';
import {
  createAuthorizationMemory,
  createAuthorizer,
  createRequireStanding,
  graphRoutes,
  undecodablePath,
} from '@tombolo/identity';
import { createBites } from '@tombolo/listener-bounds';
import { metadataEndpoints, providers } from '@tombolo/providers';
import { type FollowerProgress, openSqliteStore } from '@tombolo/store';
import { StoreFault } from '@tombolo/store/port';
import { openReplayJournal } from '@tombolo/store/replay-journal';
import { serverAddress } from '../../installation/address.ts';
import { watchCatalogue } from '../../installation/catalogue-in-force.ts';
import {
  armServerNames,
  cloudProfile,
  localOrigin,
  ownAddresses,
  suffixes,
} from '../../installation/installation.ts';
import { openStateDirectory, packageDirectory, storeFile } from '../../installation/state-directory.ts';
import type { Log } from '../../shell/log.ts';
import { createArmServer, replaceCertificate } from '../http/arm-server.ts';
import { catalogueRoutes } from '../http/catalogue-routes.ts';
import { edlRoutes } from '../http/edl-routes.ts';
import { createOriginOf } from '../http/request-origin.ts';
import { publicViewOf } from '../public-view.ts';
import type { ProcessConfiguration } from '../server.ts';
import { createAuthentication } from './authentication.ts';
import { claimDirectoryObjects } from './directory-objects.ts';
import { createExtensionPackages } from './extension-packages.ts';
import { openAuthority, seedInstallation, writeCredentials } from './first-start.ts';
import { forgetPast } from './forgetting.ts';
import { openInternalServer } from './internal-routes.ts';
import { withOnboardingScript } from './onboarding-script-action.ts';
import { runOperations } from './operations.ts';
import { runPeriodically } from './periodic.ts';
import { createRefusalLog } from './refusal-log.ts';
import { openServerCertificates } from './server-certificates.ts';

/** go-azure-sdk, and with it azurerm, then polls without a pause after its first look (10 s, as many after a DELETE). */
const skipPollingDelay = { 'x-go-azure-sdk-skip-polling-delay': 'true' };

export interface ControlOptions {
  readonly settings: ProcessConfiguration;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly newGuid: () => string;
  /** 1 to 2³² − 1, without a zero byte: some proxies end a TLV's text at one. */
  readonly newLinkIdentifier: () => number;
  /** Another control has started on the store: whoever opened this one has to end it. */
  readonly onSuperseded: () => void;
  /** Runs work each so many milliseconds: keys and certificates are looked at so. */
  readonly periodically?: typeof runPeriodically;
}

export interface Control {
  /** Where the ARM API listens. */
  readonly address: { readonly host: string; readonly port: number };
  /** Numbers of the moment, for the metrics page. */
  readonly numbers: () => {
    readonly head: number;
    /** Prometheus text of the served list of service tags. */
    readonly serviceTags: string;
    /** Connections that a bound of the ARM listener cut off, by reason. */
    readonly dropped: ReadonlyMap<string, number>;
    /** Refused requests by code. */
    readonly refused: ReadonlyMap<string, number>;
  };
  /** Ends listeners and loops, then the store; what is acknowledged is on disk. */
  readonly close: () => Promise<void>;
}

const keysEveryMs = 3_600_000;
const forgettingEveryMs = 600_000;

/**
 * Opens (and at the first time makes) the installation in `settings.stateDirectory` and listens: HTTPS at the installation's
 * address, `control.sock` in the runtime directory. Whoever calls it holds the state directory's lock. Throws what stops it, with
 * everything closed that was opened.
 */
export const createControl = async (options: ControlOptions): Promise<Control> => {
  const { now, newGuid } = options;
  // A disk that fails fails at each request: the log, which may be on it, is told once a minute.
  const faults = createBites(now, (cause, times) => options.log('store fails', { cause, times }));
  const log: Log = (event, fields) => {
    if (fields?.error instanceof StoreFault) faults.add(fields.error.message);
    else options.log(event, fields);
  };
  const { installation, configuration, runtimeDirectory, tokens } = options.settings;
  const closing: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const end of closing.splice(0).reverse()) await end();
  };
  const failed = (what: string) => (error: unknown) => log(what, { error });
  try {
    const state = openStateDirectory(options.settings.stateDirectory);
    const store = openSqliteStore({ path: join(state.of('control'), storeFile), now });
    closing.push(() => store.close());
    await seedInstallation(store, installation, configuration, state, now());
    await claimDirectoryObjects(store, now);
    const authority = await openAuthority(store, state);
    await ensureTokenKeys({ store, now: now(), newGuid });

    const settings: Settings = {
      regions: installation.regions,
      allowLoopbackNetworks: !configuration.strict,
      ownAddresses: ownAddresses(installation, configuration),
      strictDns: configuration.strictDns,
      timing: configuration.timing,
      strictApiVersions: configuration.strictApiVersions,
      asksEachReference: configuration.strict,
      patchesByContract: configuration.strict,
      suffixes,
    };
    const registry = createRegistry(
      withOnboardingScript(providers, {
        installation,
        certificateAuthority: authority.chain.join('\n'),
        pipeline: () => pipeline,
      }),
    );
    const refusals = createRefusalLog(store, failed('refusals could not be logged'), options.periodically);
    closing.push(() => refusals.stop());
    const replayJournal = openReplayJournal(join(state.of('control'), 'replays'));
    closing.push(() => replayJournal.close());
    const authentication = createAuthentication({
      store,
      replayJournal,
      onJournalFailure: failed('uses of client assertions are kept in memory only'),
      installation,
      now,
      newGuid,
      onRefusal: refusals.add,
    });
    const onFailure = (correlationId: string, error: unknown): void =>
      log('request failed', { correlationId, error });

    /** Of the followers' streams: filled in by the feed, asked by who waits for followers. */
    const progress = new Map<string, FollowerProgress>();
    const operations = await runOperations({
      store,
      progress,
      registry,
      settings,
      now,
      newGuid,
      log,
      onSuperseded: options.onSuperseded,
    });
    closing.push(() => operations.stop());

    const memory = createAuthorizationMemory();
    const isAllowed = createAuthorizer(memory);
    const requireStanding = createRequireStanding(memory, {
      authorizationUri: `${localOrigin(installation)}/${installation.tenantId}`,
      now,
    });
    const originOf = createOriginOf(armServerNames(installation), localOrigin(installation));
    const certificates = await openServerCertificates({ authority, installation, state, now });
    const bites = createBites(now, (reason, count) => log('connections dropped', { reason, count }));
    const profile = cloudProfile(installation, authority.chain.join('\n'), []);
    const pipeline = createPipeline({
      store,
      registry,
      settings,
      tenantId: installation.tenantId,
      now,
      newGuid,
      newLinkIdentifier: options.newLinkIdentifier,
      seal: sealFor,
      isAllowed,
      requireStanding,
      onRefusal: refusals.add,
      onFailure,
    });
    const arm = createArmServer({
      tls: certificates.arm(),
      byteOrderMark: configuration.strict ? 'refused' : 'passed over',
      answerHeaders: configuration.skipPollingDelay ? skipPollingDelay : {},
      pipeline,
      authenticate: authentication.authenticate,
      undecodablePath: undecodablePath({ now, newGuid, onRefusal: refusals.add }),
      originOf,
      metadataEndpoints: (origin, apiVersion) =>
        metadataEndpoints({ ...profile, resourceManager: origin, activeDirectory: origin }, apiVersion),
      onFailure,
      now,
      onRefusal: refusals.add,
      onRefusedConnection: bites.add,
    });
    closing.push(() => arm.close());
    certificates.onArm((renewed) => replaceCertificate(arm, renewed));
    const directory = state.file(packageDirectory);
    const extensionPackages = createExtensionPackages({ store, authority, directory, now, newGuid });
    const keys = (options.periodically ?? runPeriodically)(
      keysEveryMs,
      async () => {
        await ensureTokenKeys({ store, now: now(), newGuid });
        await authentication.rotateKeys();
        await certificates.renewDue();
        await extensionPackages.renewSignatures();
        return undefined;
      },
      failed('keys could not be rotated'),
    );
    closing.push(() => keys.stop());
    const forgetting = (options.periodically ?? runPeriodically)(
      forgettingEveryMs,
      async () => {
        await forgetPast({ store, progress, now });
        return undefined;
      },
      failed('what nobody needs any more could not be forgotten'),
    );
    closing.push(() => forgetting.stop());
    await arm.register(authentication.routes);
    await arm.register(
      graphRoutes({
        store,
        tenantId: installation.tenantId,
        operatorAppId: installation.clientId,
        now,
        newGuid,
        randomBytes,
        isAllowed,
        requireStanding,
        originOf,
        authenticate: authentication.authenticateGraph,
        onFailure,
        onRefusal: refusals.add,
      }),
    );
    const inForce = watchCatalogue(state.path, now, failed('the kept catalogue cannot be read'));
    await arm.register(catalogueRoutes(localOrigin(installation), inForce, now));
    await arm.register(edlRoutes({ store, inForce, now }));
    await arm.listen({ host: installation.addresses.arm, port: installation.ports.https });
    // Last: who is told by it that control is there may send ARM requests at once.
    const internal = await openInternalServer({
      cutOff: bites.counts,
      store,
      progress,
      authority,
      extensionPackages,
      issueIdentityToken: authentication.issueIdentityToken,
      runtimeDirectory,
      tokens,
      publicView: publicViewOf(installation),
      operator: {
        appId: installation.clientId,
        deliver: (clientSecret) => writeCredentials(state, installation, clientSecret),
      },
      upstreams: configuration.upstreamNameServers.map(serverAddress),
      now,
      newGuid,
      log,
    });
    closing.push(() => internal.close());

    let head = (await store.head()).through;
    store.onHead((through) => {
      head = through;
    });
    return {
      address: { host: installation.addresses.arm, port: installation.ports.https },
      numbers: () => ({
        head,
        serviceTags: internal.serviceTagMetrics(),
        dropped: bites.counts(),
        refused: refusals.counts(),
      }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};
