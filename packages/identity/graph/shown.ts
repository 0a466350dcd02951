/** Directory objects as Microsoft Graph v1.0 shows them. Secrets are shown as their first three characters, keys not at all. */

import type { JsonObject } from '@tombolo/store/port';
import type { Application } from '../applications.ts';
import type { ClientCertificate, ClientSecret, CredentialHolder } from '../credentials.ts';
import { clientIdOf } from '../managed-identity.ts';
import type { ServicePrincipal } from '../service-principals.ts';

export const shownSecret = (secret: ClientSecret): JsonObject => ({
  customKeyIdentifier: null,
  displayName: secret.displayName ?? null,
  endDateTime: secret.endDateTime,
  hint: secret.hint,
  keyId: secret.keyId,
  secretText: null,
  startDateTime: secret.startDateTime,
});

const shownCertificate = (certificate: ClientCertificate): JsonObject => ({
  // Graph's own: the thumbprint, whatever a client sends.
  customKeyIdentifier: Buffer.from(certificate.sha1, 'base64url').toString('hex').toUpperCase(),
  displayName: certificate.displayName ?? null,
  endDateTime: certificate.endDateTime,
  key: null,
  keyId: certificate.keyId,
  startDateTime: certificate.startDateTime,
  type: 'AsymmetricX509Cert',
  usage: 'Verify',
});

const shownCredentials = ({ secrets, certificates }: CredentialHolder): JsonObject => ({
  keyCredentials: certificates.map(shownCertificate),
  passwordCredentials: secrets.map(shownSecret),
});

export const shownApplication = (application: Application): JsonObject => ({
  id: application.objectId,
  deletedDateTime: null,
  appId: application.appId,
  applicationTemplateId: null,
  disabledByMicrosoftStatus: null,
  createdDateTime: application.createdDateTime,
  displayName: application.displayName,
  description: application.description,
  groupMembershipClaims: null,
  identifierUris: application.identifierUris,
  isFallbackPublicClient: null,
  notes: null,
  publisherDomain: null,
  signInAudience: application.signInAudience,
  tags: application.tags,
  addIns: [],
  api: { oauth2PermissionScopes: [], preAuthorizedApplications: [], knownClientApplications: [] },
  appRoles: [],
  info: {},
  optionalClaims: null,
  publicClient: { redirectUris: [] },
  requiredResourceAccess: [],
  spa: { redirectUris: [] },
  web: { homePageUrl: null, logoutUrl: null, redirectUris: [] },
  ...shownCredentials(application),
});

interface PrincipalShown {
  readonly id: string;
  readonly appId: string | null;
  readonly displayName: string;
  readonly enabled: boolean;
  readonly created: string | null;
  readonly kind: 'Application' | 'ManagedIdentity';
  readonly names: readonly string[];
  readonly alternativeNames: readonly string[];
  readonly tenantId: string | null;
}

const shownPrincipal = (principal: PrincipalShown): JsonObject => ({
  id: principal.id,
  deletedDateTime: null,
  accountEnabled: principal.enabled,
  alternativeNames: principal.alternativeNames,
  appDisplayName: principal.kind === 'Application' ? principal.displayName : null,
  appDescription: null,
  appId: principal.appId,
  applicationTemplateId: null,
  appOwnerOrganizationId: principal.tenantId,
  appRoleAssignmentRequired: false,
  createdDateTime: principal.created,
  description: null,
  disabledByMicrosoftStatus: null,
  displayName: principal.displayName,
  homepage: null,
  loginUrl: null,
  logoutUrl: null,
  notes: null,
  notificationEmailAddresses: [],
  preferredSingleSignOnMode: null,
  replyUrls: [],
  servicePrincipalNames: principal.names,
  servicePrincipalType: principal.kind,
  signInAudience: principal.kind === 'Application' ? 'AzureADMyOrg' : null,
  tags: [],
  addIns: [],
  appRoles: [],
  info: {},
  oauth2PermissionScopes: [],
  resourceSpecificApplicationPermissions: [],
});

export const shownServicePrincipal = (
  principal: ServicePrincipal,
  application: Application | undefined,
  tenantId: string,
): JsonObject => ({
  ...shownPrincipal({
    id: principal.objectId,
    appId: principal.appId,
    displayName: principal.displayName,
    enabled: principal.enabled,
    created: principal.createdDateTime ?? null,
    kind: 'Application',
    names: [principal.appId, ...(application?.identifierUris ?? [])],
    alternativeNames: [],
    tenantId,
  }),
  ...shownCredentials(principal),
});

/** The identity that a machine has: in the directory as long as the machine is there. */
export const shownMachineIdentity = (machineId: string, name: string, objectId: string): JsonObject => ({
  ...shownPrincipal({
    id: objectId,
    appId: clientIdOf(objectId),
    displayName: name,
    enabled: true,
    created: null,
    kind: 'ManagedIdentity',
    names: [clientIdOf(objectId)],
    alternativeNames: ['isExplicit=False', machineId],
    tenantId: null,
  }),
  keyCredentials: [],
  passwordCredentials: [],
});
