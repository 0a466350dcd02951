/** `disconnect`: the ARM resource first, which revokes the machine, then the local state. */

import type { CloudProfile } from '@tombolo/private-link';
import { createAgentClient } from './agent-client.ts';
import { AgentFailure, NetworkFault, ServiceRefusal } from './failure.ts';
import type { HttpsClient } from './https-client.ts';
import { askForName } from './machine-name.ts';
import { createMachineResourceClient, ownerOf } from './machine-resource.ts';
import type { Credentials } from './sign-in.ts';
import { refusedAs, signIn } from './sign-in.ts';
import type { ConnectedState, StateDirectory } from './state-directory.ts';

export interface DisconnectOptions {
  readonly state: StateDirectory;
  readonly env: NodeJS.ProcessEnv;
  /** Absent with `--force-local-only`: the resource stays. */
  readonly credentials?: Credentials;
  readonly tenantId?: string;
  /** Over the profile that the machine was connected with. */
  readonly profile?: CloudProfile;
  readonly now: () => number;
  readonly newGuid: () => string;
  readonly info: (line: string) => void;
  /** With `--verbose`. */
  readonly debug?: (line: string) => void;
}

/** @throws AgentFailure 12, 26, 41, 43, 44, 63 */
export const disconnect = async (options: DisconnectOptions): Promise<{ readonly machineId?: string }> => {
  const { state, credentials, info, now, newGuid } = options;
  const connected = await state.readConnected();
  let machineId = connected?.machineId;
  if (connected === undefined && credentials !== undefined) {
    throw new AgentFailure(63, 'The machine is not connected.', {
      fix: 'Nothing has to be done; --force-local-only removes what a failed connect left.',
    });
  }
  if (connected !== undefined && credentials !== undefined) {
    const profile = options.profile ?? connected.profile;
    const client = createAgentClient({
      ...{ profile, configuration: await state.readConfiguration(), env: options.env },
      ...(options.debug === undefined ? {} : { debug: options.debug }),
      onNotice: (message) => info(`WARN    ${message}`),
    });
    try {
      info('INFO    Disconnecting machine from Azure... This might take a few minutes.');
      const tenantId = options.tenantId ?? connected.tenantId;
      const accessToken = await signIn({ credentials, profile, tenantId, client, now: now(), newGuid });
      machineId = await whereItIs(options, connected, client);
      info(`INFO    Deleting resource in Azure...                 Resource ID=${machineId}`);
      const resourceManager = profile.resourceManager;
      const correlationId = newGuid();
      const arm = createMachineResourceClient({
        client,
        resourceManager,
        machineId,
        accessToken,
        correlationId,
      });
      const owner = ownerOf(await arm.read());
      if (owner !== undefined && owner.toLowerCase() !== connected.vmId.toLowerCase())
        throw new AgentFailure(
          44,
          `The machine resource '${machineId}' is another machine's (vmId ${owner}).`,
          {
            fix: 'Nothing was deleted. Delete the resource of this machine where it is; --force-local-only forgets it here.',
          },
        );
      await arm.delete();
    } catch (error) {
      if (error instanceof ServiceRefusal) {
        throw new AgentFailure(
          error.status === 401 ? refusedAs(credentials) : 43,
          `Deleting the machine resource was refused: ${error.code}: ${error.message}`,
          {
            serviceCode: error.code,
          },
        );
      }
      if (error instanceof NetworkFault)
        throw new AgentFailure(26, `Deleting the machine resource failed: ${error.message}`);
      throw error;
    } finally {
      client.release();
    }
  }
  await state.forget();
  info('INFO    Successfully disconnected machine from Azure');
  return machineId === undefined ? {} : { machineId };
};

/** A daemon learns of a move with its next heartbeat; there may have been none since. */
const whereItIs = async (
  { state, now, newGuid, info }: DisconnectOptions,
  connected: ConnectedState,
  client: HttpsClient,
): Promise<string> => {
  try {
    return await askForName(connected, { state, client, now, newGuid });
  } catch (error) {
    // What is to be deleted may be gone already, with its identity.
    info(
      `INFO    The services do not say where the resource is; taking it for where it was: ${(error as Error).message}`,
    );
    return connected.machineId;
  }
};
