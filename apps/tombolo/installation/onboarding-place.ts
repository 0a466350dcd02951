/** What an installation says of where a server connects: its profile, the scope, the endpoint's names and name servers. */

import { DocumentProblem, type EndpointDns, readEndpointDocument } from '@tombolo/azure-documents';
import { globalHost, type Onboarding, OnboardingProblem } from '@tombolo/onboarding';
import { type CloudProfile, decideAssociation } from '@tombolo/private-link';
import type { JsonObject } from '@tombolo/store/port';
import { type ArmReader, endpointAnswers } from './endpoint-answers.ts';
import { cloudProfile, type Installation } from './installation.ts';
import { nameServersOf } from './name-servers.ts';

export interface AskedPlace {
  readonly subscriptionId: string;
  readonly tenantId: string;
  readonly resourceGroup: string;
  readonly resourceName?: string;
  /** Absent: the scope's. */
  readonly location?: string;
  readonly privateLinkScope?: string;
  /** Absent: the only approved one. */
  readonly endpoint?: string;
  /** Absent: `system` where a resolver of the system can ask the installation, at port 53. */
  readonly resolver?: 'system' | 'installation';
}

export interface PlaceSource {
  readonly installation: Installation;
  /** PEM. */
  readonly certificateAuthority: string;
  readonly arm: ArmReader;
}

export type OnboardingPlace = Pick<Onboarding, 'profile' | 'subscriptionId' | 'tenantId' | 'location'> &
  Partial<Pick<Onboarding, 'privateLink' | 'downloadAddress'>>;

const refuse = (what: string, fix: string): never => {
  throw new OnboardingProblem(what, fix);
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
    return refuse(
      `${asked} is no approved private endpoint of ${scope.id}.`,
      `Approved are: ${approved.join(', ') || 'none'}.`,
    );
  }
  const [only, ...others] = approved;
  if (only !== undefined && others.length === 0) return only;
  return refuse(
    `${scope.id} has ${approved.length} approved private endpoints.`,
    approved.length === 0
      ? 'Create one, or approve one that waits.'
      : `Say which one the servers use: ${approved.join(', ')}.`,
  );
};

/** Where no scope says it. */
const locationOf = ({ location }: AskedPlace): string =>
  location ?? refuse('The location is missing.', 'Say the region of the machines, e.g. japaneast.');

/** The portal, too, offers only scopes of the machines' region (R3, R6). */
const checkAssociation = (asked: AskedPlace, location: string, scope: ScopeAnswer): void => {
  const { subscriptionId, resourceGroup, resourceName = 'SERVER' } = asked;
  const id = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.HybridCompute/machines/${resourceName}`;
  const association = decideAssociation({ id, location }, scope.id, scope);
  if (association.refused) refuse(association.message, 'No script was made: the service would refuse it.');
};

const readEndpoint = (answers: readonly JsonObject[]): EndpointDns => {
  try {
    return readEndpointDocument(answers);
  } catch (error) {
    if (error instanceof DocumentProblem)
      return refuse(`The private endpoint has no names: ${error.message}.`, error.fix);
    throw error;
  }
};

/** @throws OnboardingProblem, and what the source's `arm` throws. */
export const placeInInstallation = async (
  asked: AskedPlace,
  { installation, certificateAuthority, arm }: PlaceSource,
): Promise<OnboardingPlace> => {
  const { subscriptionId, tenantId } = asked;
  const { dns } = installation.ports;
  const asksServers = (asked.resolver ?? (dns === 53 ? 'system' : 'installation')) === 'installation';
  const { nameServers: _, ...profile }: CloudProfile = cloudProfile(installation, certificateAuthority, []);
  if (asked.privateLinkScope === undefined)
    return {
      ...{ subscriptionId, tenantId, location: locationOf(asked) },
      profile: asksServers ? { ...profile, nameServers: [`${installation.addresses.dns}:${dns}`] } : profile,
      ...(asksServers ? { downloadAddress: installation.addresses.services } : {}),
    };
  const { body } = await arm.send('GET', `${asked.privateLinkScope}?api-version=2024-07-10`);
  // ARM's own answer for a scope.
  const scope = body as unknown as ScopeAnswer;
  const location = asked.location ?? scope.location;
  checkAssociation(asked, location, scope);
  const answers = await endpointAnswers(arm, endpointOf(scope, asked.endpoint));
  const { names, subnetId = '' } = readEndpoint(answers);
  const privateLink = {
    scopeId: scope.id,
    names: names.map(({ fqdn, addresses }) => ({ name: fqdn, addresses })),
  };
  if (!asksServers) return { profile, subscriptionId, tenantId, location, privateLink };
  const nameServers = await nameServersOf(arm, installation, subnetId.replace(/\/subnets\/[^/]+$/i, ''));
  const address = privateLink.names.find(({ name }) => name === globalHost(profile))?.addresses[0];
  return {
    ...{ subscriptionId, tenantId, location, privateLink },
    profile: { ...profile, nameServers },
    ...(address === undefined ? {} : { downloadAddress: address }),
  };
};
