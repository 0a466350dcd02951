/** `connect`: network check, sign-in, ARM resource, registration, token, first heartbeat, state. */

import { networkInterfaces } from 'node:os';
import { isGuid } from '@tombolo/arm/guid';
import { checkNetwork, networkCheckFix, probeNames } from '@tombolo/private-link';
import { createAgentClient } from './agent-client.ts';
import { createArcServices } from './arc-services.ts';
import { type ConnectRequest, machineIdIn } from './connect-arguments.ts';
import { type Step, taking } from './connect-step.ts';
import { AgentFailure, NetworkFault } from './failure.ts';
import type { ClientMeans, HttpsClient } from './https-client.ts';
import { keptIdentity } from './key-making.ts';
import { machinePage } from './machine-page.ts';
import { createMachineResourceClient, operatingSystem, ownerOf, takenOver } from './machine-resource.ts';
import { networkProfile } from './network-interfaces.ts';
import type { Resolution } from './resolver.ts';
import { refusedAs, signIn } from './sign-in.ts';
import type { AgentStatus, ConnectedState, StateDirectory } from './state-directory.ts';
import { subscriptionNamed } from './subscription-name.ts';
import { agentVersion as ownVersion } from './version.ts';

export interface ConnectOptions {
  readonly request: ConnectRequest;
  readonly state: StateDirectory;
  /** HTTPS_PROXY and NO_PROXY are in it. */
  readonly env: NodeJS.ProcessEnv;
  /** What it shares with other agents of this process. */
  readonly means?: ClientMeans;
  readonly now: () => number;
  readonly newGuid: () => string;
  /** `INFO` lines and progress for people. */
  readonly info: (line: string) => void;
  readonly progress: (percent: number) => void;
  /** With `--verbose`. */
  readonly debug?: (line: string) => void;
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

/** @throws AgentFailure 12, 26, 41, 42, 44, 62, 67, 68 */
export const connect = async (options: ConnectOptions): Promise<Connected> => {
  const { request, state, now, newGuid, info, progress } = options;
  const agentVersion = options.agentVersion ?? ownVersion;
  const { profile } = request;
  if (await state.readConnected()) throw new AgentFailure(67, 'The machine is already connected.');
  const client = createAgentClient({
    ...{ profile, configuration: await state.readConfiguration(), env: options.env },
    means: options.means,
    ...(options.debug === undefined ? {} : { debug: options.debug }),
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
    const toResourceManager = (what: string): Step => ({
      ...{ refused: 42, unreached: 26, what },
      unknown: refusedAs(request.credentials),
    });
    const { resourceManager } = profile;
    const subscriptionId = isGuid(request.subscription)
      ? request.subscription
      : await taking(toResourceManager('Looking up the subscription'), () =>
          subscriptionNamed(request.subscription, { client, resourceManager, accessToken }),
        );
    const machineId = machineIdIn(subscriptionId, request);
    const { key, vmId } = await keptIdentity(state, newGuid);
    const arm = createMachineResourceClient({
      ...request,
      ...{ client, resourceManager, machineId, accessToken },
    });
    const found = await taking(toResourceManager('Reading the machine resource'), () => arm.read());
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
    const feed = await taking(toResourceManager('Creating the machine resource'), () =>
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
    const step = (what: string): Step => ({ refused: 62, unreached: 62, what, after });
    const hosts = await taking(step('Looking up the regional services'), () =>
      services.lookUpRegion(probeNames(profile).global, request.location),
    );
    const certificate = await taking(step('Registering the machine'), () => services.register(hosts, feed));
    progress(80);
    const { token } = await taking(step('Getting a machine token'), () =>
      services.token(hosts, certificate.serial, certificate.feed),
    );
    const beat = await taking(step('The first heartbeat'), () =>
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
      subscriptionId,
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
    const status: AgentStatus = {
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
    };
    // It is connected; the daemon writes the next one.
    await state
      .writeStatus(status)
      .catch((error: Error) => info(`WARN    The status could not be kept: ${error.message}`));
    progress(100);
    info('INFO    Connected machine to Azure');
    info(`INFO    Machine overview page: ${machinePage(profile, request.tenantId, machineId)}`);
    return { state: connected, route: beat.route, resolved };
  } finally {
    client.release();
  }
};
