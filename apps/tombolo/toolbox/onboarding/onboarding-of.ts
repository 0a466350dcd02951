/** From flags to what a script is made of; the installation, or a document of an endpoint, says the rest. */

import { randomUUID } from 'node:crypto';
import type { EndpointDns } from '@tombolo/azure-documents';
import {
  type Authentication,
  globalHost,
  locationTagNames,
  type Onboarding,
  OnboardingProblem,
  type PrivateLink,
} from '@tombolo/onboarding';
import { type CloudProfile, decideAssociation, realClouds } from '@tombolo/private-link';
import { cloudProfile } from '../../installation/installation.ts';
import { nameServersOf } from '../../installation/name-servers.ts';
import { connectToServer } from '../../installation/server-connection.ts';
import { CommandError } from '../../shell/command-error.ts';
import { invalid } from '../../shell/values.ts';
import { readEndpointFrom } from '../documents/endpoint-source.ts';
import type { OnboardFlags } from './flags.ts';

export type OperatingSystem = 'linux' | 'windows';

const credentialFiles = {
  linux: '/root/tombolo-onboarding-credential',
  windows: 'C:\\ProgramData\\tombolo-onboarding-credential',
} as const;

const authenticationOf = (flags: OnboardFlags, os: OperatingSystem): Authentication => {
  const { servicePrincipalId: clientId, credentialFile: file = credentialFiles[os] } = flags;
  const kind =
    flags.auth ?? (clientId !== undefined ? 'secret' : flags.cloud === undefined ? 'token' : 'device-code');
  switch (kind) {
    case 'secret':
    case 'certificate':
      if (clientId === undefined)
        throw invalid(
          `--auth ${kind} needs a service principal.`,
          'Give --service-principal-id; ./tombolo principal create makes one.',
        );
      return { kind, clientId, file };
    case 'token':
      return { kind, file };
    default:
      return { kind };
  }
};

/** The portal writes its location tags whether they are filled in or not. */
const tagsOf = ({ tag, locationTags }: OnboardFlags): Readonly<Record<string, string>> => {
  const given = new Set(tag.map(([name]) => name.toLowerCase()));
  const empty = locationTags ? locationTagNames.filter((name) => !given.has(name.toLowerCase())) : [];
  return Object.fromEntries([...empty.map((name) => [name, ''] as const), ...tag]);
};

type Place = Pick<Onboarding, 'profile' | 'subscriptionId' | 'tenantId' | 'location'> &
  Partial<Pick<Onboarding, 'privateLink' | 'downloadAddress'>>;

const needed = (value: string | undefined, flag: string): string => {
  if (value !== undefined) return value;
  throw invalid(`${flag} is missing.`, `Give ${flag}.`);
};

const privateLinkOf = (scopeId: string, endpoint: EndpointDns | undefined): PrivateLink => ({
  scopeId,
  names: (endpoint?.names ?? []).map(({ fqdn, addresses }) => ({ name: fqdn, addresses })),
});

const placeInCloud = async (flags: OnboardFlags, profile: CloudProfile): Promise<Place> => {
  if (flags.endpoint !== undefined)
    throw invalid('--endpoint is asked of an installation, and --cloud names a real cloud.', 'Give --file.');
  const endpoint =
    flags.file === undefined
      ? undefined
      : await readEndpointFrom({ kind: 'file', file: flags.file }, flags.state);
  return {
    profile,
    subscriptionId: needed(flags.subscriptionId, '--subscription-id'),
    tenantId: needed(flags.tenantId, '--tenant-id'),
    location: needed(flags.location, '--location'),
    ...(flags.privateLinkScope === undefined
      ? {}
      : { privateLink: privateLinkOf(flags.privateLinkScope, endpoint) }),
  };
};

interface ScopeAnswer {
  readonly id: string;
  readonly location: string;
  readonly properties: {
    readonly privateEndpointConnections?: readonly {
      readonly properties: {
        readonly privateEndpoint?: { readonly id: string };
        readonly privateLinkServiceConnectionState?: { readonly status?: string };
      };
    }[];
  };
}

const endpointOf = (scope: ScopeAnswer, asked: string | undefined): string => {
  const approved = (scope.properties.privateEndpointConnections ?? [])
    .filter(({ properties }) => properties.privateLinkServiceConnectionState?.status === 'Approved')
    .flatMap(({ properties }) => (properties.privateEndpoint ? [properties.privateEndpoint.id] : []));
  if (asked !== undefined) {
    if (approved.some((id) => id.toLowerCase() === asked.toLowerCase())) return asked;
    throw invalid(
      `${asked} is no approved private endpoint of ${scope.id}.`,
      `Approved are: ${approved.join(', ') || 'none'}.`,
    );
  }
  const [only, ...others] = approved;
  if (only !== undefined && others.length === 0) return only;
  throw invalid(
    `${scope.id} has ${approved.length} approved private endpoints.`,
    approved.length === 0
      ? 'Create one, or approve one that waits.'
      : `Say by --endpoint which the servers use: ${approved.join(', ')}.`,
  );
};

const placeInInstallation = async (flags: OnboardFlags): Promise<Place> => {
  if (flags.file !== undefined)
    throw invalid(
      '--file is for a real cloud (--cloud).',
      'The installation is asked: give --endpoint, or nothing.',
    );
  const server = connectToServer(flags.state);
  const { installation, certificateAuthority } = server;
  const { clientSecret: _, clientId: __, ...ids } = server.credentials;
  const arm = server.arm();
  try {
    const usesServers =
      (flags.resolver ?? (installation.ports.dns === 53 ? 'system' : 'installation')) === 'installation';
    const { nameServers: ___, ...profile } = cloudProfile(installation, certificateAuthority, []);
    const subscriptionId = flags.subscriptionId ?? ids.subscriptionId;
    const tenantId = flags.tenantId ?? ids.tenantId;
    if (flags.privateLinkScope === undefined) {
      const { dns, services } = installation.addresses;
      return {
        ...{ subscriptionId, tenantId, location: needed(flags.location, '--location') },
        profile: usesServers ? { ...profile, nameServers: [`${dns}:${installation.ports.dns}`] } : profile,
        ...(usesServers ? { downloadAddress: services } : {}),
      };
    }
    const answer = await arm.send('GET', `${flags.privateLinkScope}?api-version=2024-07-10`);
    // ARM's own answer for a scope.
    const scope = answer.body as unknown as ScopeAnswer;
    const location = flags.location ?? scope.location;
    const machine = {
      id: `/subscriptions/${subscriptionId}/resourceGroups/${flags.resourceGroup}/providers/Microsoft.HybridCompute/machines/${flags.resourceName ?? 'SERVER'}`,
      location,
    };
    const association = decideAssociation(machine, scope.id, scope);
    if (association.refused)
      throw invalid(association.message, 'Nothing was made: the service would refuse it.');
    const endpoint = await readEndpointFrom(
      { kind: 'installation', id: endpointOf(scope, flags.endpoint) },
      flags.state,
    );
    const privateLink = privateLinkOf(scope.id, endpoint);
    if (!usesServers) return { profile, subscriptionId, tenantId, location, privateLink };
    const network = needed(endpoint.subnetId, 'The subnet of the endpoint').replace(/\/subnets\/[^/]+$/i, '');
    const gbl = privateLink.names.find(({ name }) => name === globalHost(profile));
    return {
      ...{ subscriptionId, tenantId, location, privateLink },
      profile: { ...profile, nameServers: await nameServersOf(arm, installation, network) },
      ...(gbl?.addresses[0] === undefined ? {} : { downloadAddress: gbl.addresses[0] }),
    };
  } finally {
    arm.close();
  }
};

/** Throws InvalidArgument, NotRunning, RequestRefused. */
export const onboardingOf = async (flags: OnboardFlags, os: OperatingSystem): Promise<Onboarding> => {
  const authentication = authenticationOf(flags, os);
  const place =
    flags.cloud === undefined
      ? await placeInInstallation(flags)
      : await placeInCloud(flags, realClouds[flags.cloud]!);
  return {
    ...place,
    resourceGroup: flags.resourceGroup,
    ...(flags.resourceName === undefined ? {} : { resourceName: flags.resourceName }),
    correlationId: flags.correlationId ?? randomUUID(),
    authentication,
    tags: tagsOf(flags),
    ...(flags.proxy === undefined ? {} : { proxy: { url: flags.proxy, bypass: flags.proxyBypass } }),
  };
};

/** What the package refuses, as this command line says it. */
export const orInvalid = <T>(make: () => T): T => {
  try {
    return make();
  } catch (error) {
    if (error instanceof OnboardingProblem)
      throw new CommandError('InvalidArgument', error.message, error.fix);
    throw error;
  }
};
