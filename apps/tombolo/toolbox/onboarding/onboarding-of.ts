/** From flags to what a script is made of; the installation, or a document of an endpoint, says the rest. */

import { randomUUID } from 'node:crypto';
import type { EndpointDns } from '@tombolo/azure-documents';
import {
  type Authentication,
  locationTagNames,
  type Onboarding,
  OnboardingProblem,
  type PrivateLink,
} from '@tombolo/onboarding';
import { type CloudProfile, realClouds } from '@tombolo/private-link';
import { type OnboardingPlace, placeInInstallation } from '../../installation/onboarding-place.ts';
import { connectToServer } from '../../installation/server-connection.ts';
import { invalid } from '../../shell/values.ts';
import { readEndpointFrom } from '../documents/endpoint-source.ts';
import type { OnboardFlags } from './flags.ts';

export type OperatingSystem = 'linux' | 'windows';

const credentialFiles = {
  linux: '/root/onboarding-credential',
  windows: 'C:\\ProgramData\\onboarding-credential',
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

const needed = (value: string | undefined, flag: string): string => {
  if (value !== undefined) return value;
  throw invalid(`${flag} is missing.`, `Give ${flag}.`);
};

const privateLinkOf = (scopeId: string, endpoint: EndpointDns | undefined): PrivateLink => ({
  scopeId,
  names: (endpoint?.names ?? []).map(({ fqdn, addresses }) => ({ name: fqdn, addresses })),
});

const placeInCloud = async (flags: OnboardFlags, profile: CloudProfile): Promise<OnboardingPlace> => {
  if (flags.endpoint !== undefined)
    throw invalid('--endpoint is asked of an installation, and --cloud names a real cloud.', 'Give --file.');
  if (flags.file !== undefined && flags.privateLinkScope === undefined)
    throw invalid('--file is a private endpoint, and no scope is named.', 'Give --private-link-scope, too.');
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

/** What the package refuses, as this command line says it. */
const asInvalid = (error: unknown): unknown =>
  error instanceof OnboardingProblem ? invalid(error.message, error.fix) : error;

const placeInRunning = async (flags: OnboardFlags): Promise<OnboardingPlace> => {
  if (flags.file !== undefined)
    throw invalid(
      '--file is for a real cloud (--cloud).',
      'The installation is asked: give --endpoint, or nothing.',
    );
  const { installation, certificateAuthority, credentials, arm: connect } = connectToServer(flags.state);
  const arm = connect();
  const { subscriptionId, tenantId } = credentials;
  try {
    return await placeInInstallation(
      { subscriptionId, tenantId, ...flags },
      { installation, certificateAuthority, arm },
    );
  } catch (error) {
    throw asInvalid(error);
  } finally {
    arm.close();
  }
};

/** Throws InvalidArgument, NotRunning, RequestRefused. */
export const onboardingOf = async (flags: OnboardFlags, os: OperatingSystem): Promise<Onboarding> => {
  const authentication = authenticationOf(flags, os);
  const place =
    flags.cloud === undefined
      ? await placeInRunning(flags)
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

export const orInvalid = <T>(make: () => T): T => {
  try {
    return make();
  } catch (error) {
    throw asInvalid(error);
  }
};
