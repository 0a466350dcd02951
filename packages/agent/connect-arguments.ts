/** What `connect` was asked, checked before anything is written or sent. */

import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { isGuid } from '@tombolo/arm/guid';
import { invisibleIn, withInvisibleShown } from '@tombolo/arm/visible-text';
import type { CloudProfile } from '@tombolo/private-link';
import { findRegion, isPrivateLinkScopeId, normalizeLocation, realClouds } from '@tombolo/private-link';
import { z } from 'zod';
import { AgentFailure } from './failure.ts';
import type { Credentials } from './sign-in.ts';
import { parseTags } from './tags.ts';

/** Flags in camelCase, as commander gives them. */
export interface ConnectFlags {
  readonly accessToken?: string;
  readonly servicePrincipalId?: string;
  readonly servicePrincipalSecret?: string;
  readonly servicePrincipalSecretFile?: string;
  readonly servicePrincipalCert?: string;
  readonly subscriptionId?: string;
  readonly tenantId?: string;
  readonly resourceGroup?: string;
  readonly resourceName?: string;
  readonly location?: string;
  readonly cloud?: string;
  readonly cloudProfile?: string;
  readonly privateLinkScope?: string;
  readonly tags?: string;
  readonly correlationId?: string;
  readonly ignoreNetworkCheck?: boolean;
  readonly useAzcli?: boolean;
  readonly useDeviceCode?: boolean;
  readonly userTenantId?: string;
  readonly servicePrincipalCertThumbprint?: string;
  readonly enableAutomaticUpgrade?: boolean;
  readonly gatewayId?: string;
  readonly automanageProfile?: string;
}

export interface ConnectRequest {
  readonly profile: CloudProfile;
  readonly credentials: Credentials;
  /** Its id, or its name. */
  readonly subscription: string;
  readonly tenantId: string;
  /** Where the account is that signs in; usually the tenant of the machine. */
  readonly userTenantId: string;
  readonly resourceGroup: string;
  readonly resourceName: string;
  /** Normalized: `japaneast`. */
  readonly location: string;
  readonly privateLinkScope?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly correlationId: string;
  readonly ignoreNetworkCheck: boolean;
  readonly enableAutomaticUpgrade: boolean;
}

export const machineIdIn = (
  subscriptionId: string,
  { resourceGroup, resourceName }: Pick<ConnectRequest, 'resourceGroup' | 'resourceName'>,
): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.HybridCompute/machines/${resourceName}`;

const https = z.string().regex(/^https:\/\/[^/\s]+$/, 'an https URL without a path');
const profileShape = z.object({
  name: z.string(),
  suffixes: z.object({
    his: z.string(),
    guestConfiguration: z.string(),
    kubernetesConfiguration: z.string(),
    notification: z.string().optional(),
    relay: z.string().optional(),
  }),
  resourceManager: https,
  activeDirectory: https,
  tenantId: z.string().optional(),
  ports: z.object({ https: z.int().min(1).max(65535), dns: z.int().min(1).max(65535) }),
  certificateAuthorities: z.array(z.string()).default([]),
  nameServers: z.array(z.string()).optional(),
  publicAddresses: z.array(z.string()).optional(),
  regions: z.array(z.string()),
});

const readJson = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new AgentFailure(19, `The file '${path}' cannot be used: ${(error as Error).message}.`);
  }
};

/** `--cloud-profile FILE`, else `--cloud NAME`. @throws AgentFailure 19, 23 */
export const selectProfile = (flags: Pick<ConnectFlags, 'cloud' | 'cloudProfile'>): CloudProfile => {
  if (flags.cloudProfile !== undefined) {
    const parsed = profileShape.safeParse(readJson(flags.cloudProfile));
    if (parsed.success) return parsed.data as CloudProfile;
    const issue = parsed.error.issues[0];
    throw new AgentFailure(
      19,
      `The cloud profile '${flags.cloudProfile}' is refused: ${issue?.path.join('.')}: ${issue?.message}.`,
    );
  }
  const name = flags.cloud ?? 'AzureCloud';
  const profile = Object.values(realClouds).find((cloud) => cloud.name.toLowerCase() === name.toLowerCase());
  if (profile) return profile;
  throw new AgentFailure(23, `--cloud '${name}' is unknown: ${Object.keys(realClouds).join(', ')}.`);
};

/** Files are found by their name or not, and a secret is whatever it is. */
const unchecked: readonly string[] = [
  'cloudProfile',
  'servicePrincipalCert',
  'servicePrincipalSecret',
  'servicePrincipalSecretFile',
] satisfies readonly (keyof ConnectFlags)[];

/** Flags of azcmagent that stand for what is not here: refused with the reason, before anything is sent. */
const notHere: Partial<Record<keyof ConnectFlags, readonly [why: string, fix: string]>> = {
  useDeviceCode: [
    'the sign-in service of an installation has no device code flow, and this agent is no registered client of Microsoft Entra',
    'Use --service-principal-id, --access-token or --use-azcli.',
  ],
  servicePrincipalCertThumbprint: [
    "it names a certificate in Windows' store",
    'Give the certificate as a file with --service-principal-cert.',
  ],
  gatewayId: [
    'there is no Arc gateway here',
    'Leave it out: the services are reached directly, or by private endpoints.',
  ],
  automanageProfile: [
    'there is no Azure Automanage here, which Microsoft retires in 2027',
    'Leave it out, and assign what is wanted by policy.',
  ],
};

const flagName = (name: string): string =>
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** @throws AgentFailure 23 */
const refuseWhatIsNotHere = (flags: ConnectFlags): void => {
  for (const [name, [why, fix]] of Object.entries(notHere))
    if (flags[name as keyof ConnectFlags])
      throw new AgentFailure(23, `${flagName(name)} is not supported: ${why}.`, { fix });
};

/** What was pasted with a character that nobody sees would be refused later by a message that shows nothing wrong. @throws AgentFailure 23 */
export const withoutInvisible = <F extends object>(flags: F): F => {
  for (const [name, value] of Object.entries(flags)) {
    const found = typeof value === 'string' && !unchecked.includes(name) ? invisibleIn(value) : undefined;
    if (found === undefined) continue;
    const shown = name === 'accessToken' ? '' : ` '${withInvisibleShown(String(value).slice(0, 300))}'`;
    throw new AgentFailure(23, `${flagName(name)}${shown} has ${found.name} ${found.where}.`, {
      fix: 'Type it by hand, or paste it without what came with it: Windows programs end lines with a carriage return.',
    });
  }
  return flags;
};

/** Whose credentials are meant is not guessed. @throws AgentFailure 27 */
const refuseSeveral = (flags: ConnectFlags): void => {
  const given = (['accessToken', 'useAzcli', 'servicePrincipalId'] as const).filter((name) => flags[name]);
  // A token beside the id of a service principal is how scripts of the portal call it.
  if (!flags.useAzcli || given.length < 2) return;
  throw new AgentFailure(27, `${given.map(flagName).join(' and ')} exclude each other.`, {
    fix: 'Give one way to sign in.',
  });
};

/** Secrets come from the environment or a file too, so that none need be in argv. @throws AgentFailure 19, 23 */
export const selectCredentials = (flags: ConnectFlags, env: NodeJS.ProcessEnv): Credentials => {
  const secret = (): string | undefined => {
    if (flags.servicePrincipalSecret !== undefined) return flags.servicePrincipalSecret;
    if (flags.servicePrincipalSecretFile === undefined) return env.AZCMAGENT_SERVICE_PRINCIPAL_SECRET;
    try {
      return readFileSync(flags.servicePrincipalSecretFile, 'utf8').trim();
    } catch (error) {
      throw new AgentFailure(19, `The secret file cannot be read: ${(error as Error).message}.`);
    }
  };
  refuseWhatIsNotHere(flags);
  refuseSeveral(flags);
  if (flags.accessToken !== undefined) return { kind: 'token', accessToken: flags.accessToken };
  if (flags.useAzcli) return { kind: 'azcli' };
  const clientId = flags.servicePrincipalId;
  if (clientId === undefined) {
    throw new AgentFailure(
      23,
      'No credentials: give --access-token, --use-azcli, or --service-principal-id with a secret or certificate.',
    );
  }
  if (flags.servicePrincipalCert !== undefined) {
    return { kind: 'certificate', clientId, path: flags.servicePrincipalCert };
  }
  const given = secret();
  if (given !== undefined && given !== '') return { kind: 'secret', clientId, secret: given };
  throw new AgentFailure(
    23,
    'No secret: set AZCMAGENT_SERVICE_PRINCIPAL_SECRET, or give --service-principal-secret-file, --service-principal-secret or --service-principal-cert.',
  );
};

/** @throws AgentFailure 19, 20, 23 */
export const checkConnect = (
  given: ConnectFlags,
  env: NodeJS.ProcessEnv,
  newGuid: () => string,
  /** Of whoever has one that is in no file. */
  known?: CloudProfile,
): ConnectRequest => {
  const flags = withoutInvisible(given);
  refuseWhatIsNotHere(flags);
  const profile = known ?? selectProfile(flags);
  const refuse = (why: string): never => {
    throw new AgentFailure(23, why);
  };
  const need = (value: string | undefined, flag: string): string => value || refuse(`${flag} is missing.`);
  const needGuid = (value: string | undefined, flag: string): string => {
    const text = need(value, flag);
    return isGuid(text) ? text.toLowerCase() : refuse(`${flag} '${text}' is no GUID.`);
  };
  const subscription = need(flags.subscriptionId, '--subscription-id').toLowerCase();
  if (!isGuid(subscription) && !/^[^<>;|/]{1,64}$/.test(subscription))
    refuse(
      `--subscription-id '${subscription.slice(0, 100)}' is neither a GUID nor the name of a subscription.`,
    );
  const tenantId = needGuid(flags.tenantId ?? profile.tenantId, '--tenant-id');
  const userTenantId =
    flags.userTenantId === undefined ? tenantId : needGuid(flags.userTenantId, '--user-tenant-id');
  const resourceGroup = need(flags.resourceGroup, '--resource-group');
  if (!/^[\p{L}\p{N}_.()-]{1,90}$/u.test(resourceGroup))
    refuse(`--resource-group '${resourceGroup}' is no group name.`);
  const resourceName = flags.resourceName ?? hostname().split('.')[0] ?? '';
  if (!/^[a-zA-Z0-9_.-]{1,54}$/.test(resourceName)) {
    refuse(`--resource-name '${resourceName}' has to be 1 to 54 letters, digits, '-', '_' or '.'.`);
  }
  const correlationId =
    flags.correlationId === undefined ? newGuid() : needGuid(flags.correlationId, '--correlation-id');
  const wanted = need(flags.location, '--location');
  const location = normalizeLocation(wanted);
  if (findRegion(location) === undefined || !profile.regions.includes(location)) {
    throw new AgentFailure(
      20,
      `--location '${wanted}' is no region of ${profile.name}: ${profile.regions.join(', ')}.`,
    );
  }
  const scope = flags.privateLinkScope;
  if (scope !== undefined && scope !== '' && !isPrivateLinkScopeId(scope)) {
    refuse(
      `--private-link-scope '${scope}' is no resource id of a Microsoft.HybridCompute/privateLinkScopes resource.`,
    );
  }
  return {
    profile,
    credentials: selectCredentials(flags, env),
    subscription,
    tenantId,
    userTenantId,
    resourceGroup,
    resourceName,
    location,
    tags: flags.tags === undefined ? {} : parseTags(flags.tags),
    correlationId,
    ignoreNetworkCheck: flags.ignoreNetworkCheck ?? false,
    enableAutomaticUpgrade: flags.enableAutomaticUpgrade ?? false,
    ...(scope ? { privateLinkScope: scope } : {}),
  };
};
