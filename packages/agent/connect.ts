/** `connect`: network check, sign-in, ARM resource, registration, token, first heartbeat, state. */

import { networkInterfaces } from 'node:os';
import { checkNetwork, networkCheckFix, probeNames } from '@tombolo/private-link';
import { createAgentClient } from './agent-client.ts';
import { createArcServices } from './arc-services.ts';
import type { ConnectRequest } from './connect-arguments.ts';
import { AgentFailure, NetworkFault, ServiceRefusal } from './failure.ts';
import { fixOf } from './failure-fix.ts';
import type { HttpsClient } from './https-client.ts';
import { keptIdentity } from './key-making.ts';
import { machinePage } from './machine-page.ts';
import { createMachineResourceClient, operatingSystem, ownerOf, takenOver } from './machine-resource.ts';
import { networkProfile } from './network-interfaces.ts';
import type { Resolution } from './resolver.ts';
import { signIn } from './sign-in.ts';
import type { ConnectedState, StateDirectory } from './state-directory.ts';
import { agentVersion as ownVersion } from './version.ts';

export interface ConnectOptions {
  readonly request: ConnectRequest;
  readonly state: StateDirectory;
  /** HTTPS_PROXY and NO_PROXY are in it. */
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => number;
  readonly newGuid: () => string;
  /** `INFO` lines and progress for people. */
  readonly info: (line: string) => void;
  readonly progress: (percent: number) => void;
  /** What the agent says it is; tests of R10 give another. */
  readonly agentVersion?: string;
}

export interface Connected {
  readonly state: ConnectedState;
  readonly route: { readonly kind: 'public' | 'private'; readonly connectionId?: string } | undefined;
  readonly resolved: readonly Resolution[];
}

/** R9: before any write, do the names and --private-link-scope agree? */
const checkResolution = async (
  request: ConnectRequest,
  client: HttpsClient,
  info: (line: string) => void,
): Promise<readonly Resolution[]> => {
  const names = probeNames(request.profile);
  const resolved = await Promise.all(
    [names.global, names.guestConfiguration].map((name) =>
      client.resolve(name).catch((error: unknown) => {
        if (request.ignoreNetworkCheck || client.proxyFor(name) !== undefined)
          return { name, addresses: [], aliases: [] };
        throw new AgentFailure(26, new NetworkFault(name, error).message, {
          fix: "Let the machine's DNS server answer this name: link the privatelink zones, or forward to the resolver's inbound endpoint.",
        });
      }),
    ),
  );
  // What a proxy resolves a name to, this machine cannot know: the service judges the way by which it is asked.
  const direct = resolved.filter(({ name }) => client.proxyFor(name) === undefined);
  if (request.ignoreNetworkCheck || direct.length === 0) return resolved;
  const verdict = checkNetwork({
    profile: request.profile,
    resolved: direct,
    ...(request.privateLinkScope === undefined ? {} : { privateLinkScope: request.privateLinkScope }),
  });
  if (verdict.refused) throw new AgentFailure(26, verdict.message, { fix: networkCheckFix });
  for (const warning of verdict.warnings) info(`WARN    ${warning.message}`);
  return resolved;
};

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A service that asks for patience (429, 503) gets it three times, at most ten seconds each. */
const patiently = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const again =
        error instanceof ServiceRefusal && (error.status === 429 || error.status === 503) && attempt < 3;
      if (!again) throw error;
      await pause(Math.min(error.retryAfterMs ?? 2_000, 10_000));
    }
  }
};

const fixedBy = (code: string, resourceStays: boolean): { readonly fix?: string } => {
  const fix = fixOf(code, resourceStays);
  return fix === undefined ? {} : { fix };
};

/** Which failure a step's fault is. */
const failing = async <T>(
  step: { readonly refused: 42 | 62; readonly what: string; readonly after?: string },
  work: () => Promise<T>,
): Promise<T> => {
  try {
    return await patiently(work);
  } catch (error) {
    const { refused, what, after = '' } = step;
    if (error instanceof ServiceRefusal) {
      const number = refused === 42 && error.status === 401 ? 41 : refused;
      throw new AgentFailure(number, `${what} was refused: ${error.code}: ${error.message}${after}`, {
        serviceCode: error.code,
        ...fixedBy(error.code, after !== ''),
      });
    }
    if (error instanceof NetworkFault) {
      throw new AgentFailure(refused === 42 ? 26 : 62, `${what} failed: ${error.message}${after}`, {
        serviceCode: error.reason,
        ...fixedBy(error.reason, after !== ''),
      });
    }
    throw error;
  }
};

/** @throws AgentFailure 26, 41, 42, 44, 62, 67 */
export const connect = async (options: ConnectOptions): Promise<Connected> => {
  const { request, state, now, newGuid, info, progress } = options;
  const agentVersion = options.agentVersion ?? ownVersion;
  const { profile, machineId } = request;
  if (await state.readConnected()) throw new AgentFailure(67, 'The machine is already connected.');
  const client = createAgentClient({
    ...{ profile, configuration: await state.readConfiguration(), env: options.env },
    onNotice: (message) => info(`WARN    ${message}`),
  });
  try {
    info('INFO    Connecting machine to Azure... This might take a few minutes.');
    info(
      'INFO    Testing connectivity to endpoints that are needed to connect to Azure... This might take a few minutes.',
    );
    const resolved = await checkResolution(request, client, info);
    progress(20);
    const accessToken = await signIn({
      ...request,
      tenantId: request.userTenantId,
      client,
      now: now(),
      newGuid,
    });
    progress(30);
    const { key, vmId } = await keptIdentity(state, newGuid);
    const arm = createMachineResourceClient({
      ...request,
      client,
      resourceManager: profile.resourceManager,
      accessToken,
    });
    const found = await failing({ refused: 42, what: 'Reading the machine resource' }, () => arm.read());
    const owner = ownerOf(found);
    if (owner !== undefined && owner.toLowerCase() !== vmId.toLowerCase()) {
      throw new AgentFailure(
        44,
        `A machine resource '${machineId}' exists and is another machine's (vmId ${owner}).`,
      );
    }
    const before = takenOver(found);
    const correlation = `Correlation ID=${request.correlationId} Resource ID=${machineId}`;
    info(`INFO    Creating resource in Azure...                 ${correlation}`);
    const feed = await failing({ refused: 42, what: 'Creating the machine resource' }, () =>
      arm.create({
        ...before,
        location: request.location,
        tags: { ...before.tags, ...request.tags },
        identity: { type: 'SystemAssigned' },
        properties: {
          ...before.properties,
          vmId,
          clientPublicKey: key.clientPublicKey,
          agentVersion,
          ...operatingSystem(),
          ...(request.enableAutomaticUpgrade ? { agentUpgrade: { enableAutomaticUpgrade: true } } : {}),
          ...(request.privateLinkScope === undefined
            ? {}
            : { privateLinkScopeResourceId: request.privateLinkScope }),
        },
      }),
    );
    progress(60);
    const services = createArcServices({ client, key, machineId, vmId, agentVersion, now, newGuid });
    const after = ` The machine resource '${machineId}' has been created and stays; connecting again uses it.`;
    const step = (what: string) => ({ refused: 62 as const, what, after });
    const hosts = await failing(step('Looking up the regional services'), () =>
      services.lookUpRegion(probeNames(profile).global, request.location),
    );
    const certificate = await failing(step('Registering the machine'), () => services.register(hosts, feed));
    progress(80);
    const { token } = await failing(step('Getting a machine token'), () =>
      services.token(hosts, certificate.serial, certificate.feed),
    );
    const beat = await failing(step('The first heartbeat'), () =>
      services.heartbeat(hosts, token, {
        agentVersion,
        status: 'Connected',
        networkProfile: networkProfile(networkInterfaces()),
      }),
    );
    const { serial, notAfter } = certificate;
    const connected: ConnectedState = {
      format: 1,
      profile,
      machineId,
      subscriptionId: request.subscriptionId,
      tenantId: request.tenantId,
      resourceGroup: request.resourceGroup,
      resourceName: request.resourceName,
      location: request.location,
      correlationId: request.correlationId,
      vmId,
      hosts,
      certificate: { serial, notAfter },
      connectedAt: new Date(now()).toISOString(),
      ...(request.privateLinkScope === undefined ? {} : { privateLinkScope: request.privateLinkScope }),
    };
    await state.writeConnected(connected, certificate.certificate);
    const time = new Date(now()).toISOString();
    await state.writeStatus({
      status: 'Connected',
      agentVersion,
      machineId,
      lastHeartbeat: time,
      resolved: resolved.map(({ name, addresses }) => ({ name, addresses })),
      certificate: { serial, notAfter: new Date(notAfter).toISOString() },
      heartbeats: 1,
      failures: 0,
      updatedAt: time,
      ...(beat.route === undefined ? {} : { route: beat.route }),
    });
    progress(100);
    info('INFO    Connected machine to Azure');
    info(`INFO    Machine overview page: ${machinePage(profile, request.tenantId, machineId)}`);
    return { state: connected, route: beat.route, resolved };
  } finally {
    client.release();
  }
};
