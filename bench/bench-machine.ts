/** A machine of the bench's installation, connected by the agent's own library. */

import { randomUUID } from 'node:crypto';
import { type Connected, type ConnectFlags, connect, openStateDirectory } from '@tombolo/agent';
import { checkConnect } from '@tombolo/agent/connect-arguments';
import { location, resourceGroup } from '../apps/tombolo/quickstart/topology.ts';
import type { BenchWorld } from './bench-world.ts';

export interface MachineOptions {
  readonly name: string;
  /** Its state directory. */
  readonly directory: string;
  /** Path of a cloud profile. */
  readonly profile: string;
  readonly scopeId: string;
}

/** What `connect` is told, by flags or by the library; the secret is for the environment. */
export const connectFlags = (world: BenchWorld, options: MachineOptions): ConnectFlags => ({
  cloudProfile: options.profile,
  subscriptionId: world.subscriptionId,
  tenantId: world.environment.AZURE_TENANT_ID!,
  resourceGroup,
  location,
  resourceName: options.name,
  privateLinkScope: options.scopeId,
  servicePrincipalId: world.environment.AZURE_CLIENT_ID!,
});

/** The variable from which the agent takes the secret. */
export const connectEnvironment = (world: BenchWorld): Readonly<Record<string, string>> => ({
  AZCMAGENT_SERVICE_PRINCIPAL_SECRET: world.environment.AZURE_CLIENT_SECRET!,
});

/** Throws AgentFailure. */
export const connectMachine = async (
  world: BenchWorld,
  options: MachineOptions,
  more: ConnectFlags = {},
): Promise<Connected> =>
  connect({
    request: checkConnect(
      { ...connectFlags(world, options), ...more },
      connectEnvironment(world),
      randomUUID,
    ),
    state: await openStateDirectory(options.directory),
    env: {},
    now: Date.now,
    newGuid: randomUUID,
    info: () => {},
    progress: () => {},
  });
