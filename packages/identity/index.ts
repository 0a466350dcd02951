/** Identity: the certificate authority, sign-in, service principals, and who may do what. */

export { createAccessTokenVerifier } from './access-token.ts';
export {
  applicationId,
  createApplication,
  newApplication,
  readApplication,
} from './applications.ts';
export { createAuthorizationMemory } from './authorization-memory.ts';
export { createAuthorizer } from './authorizer.ts';
export type { CertificateAuthority } from './certificate-authority.ts';
export {
  authorityBody,
  authorityId,
  authorityType,
  bringAuthority,
  createAuthority,
  loadAuthority,
} from './certificate-authority.ts';
export { addCertificate, addSecret, CredentialRefused } from './credentials.ts';
export { directoryObjectClaim } from './directory-object.ts';
export { shownName } from './graph/body.ts';
export { graphRoutes, undecodablePath } from './graph/graph-routes.ts';
export { createIdentityTokens } from './managed-identity.ts';
export { createPrincipalAdministration } from './principal-administration.ts';
export { createRequireStanding } from './principal-standing.ts';
export type { ServerCertificate } from './server-certificate.ts';
export { issueServerCertificate } from './server-certificate.ts';
export type { ServicePrincipal } from './service-principals.ts';
export {
  createServicePrincipal,
  newServicePrincipal,
  readServicePrincipal,
  servicePrincipalBody,
  servicePrincipalId,
  servicePrincipalType,
  signInPrincipal,
} from './service-principals.ts';
export type { SigningKeyRing } from './signing-keys.ts';
export {
  createSigningKeys,
  readSigningKeys,
  rotateSigningKeys,
  rotationDue,
  signingKeysBody,
  signingKeysId,
  signingKeysType,
} from './signing-keys.ts';
export { graphResource, hybridIdentityResource, resourceManagerResource } from './tenant-directory.ts';
export { tokenRoutes } from './token-routes.ts';
export { createTokenService } from './token-service.ts';
