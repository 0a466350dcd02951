/** Identity: the certificate authority, sign-in, service principals, and who may do what. */

export type { AccessTokenVerifier, AccessTokenVerifierOptions } from './access-token.ts';
export { createAccessTokenVerifier } from './access-token.ts';
export type {
  AuthorizationDecision,
  AuthorizationQuestion,
  DenialReason,
  RoleAssignment,
  RoleGrants,
} from './authorize.ts';
export { isAllowed } from './authorize.ts';
export type { Authorizer } from './authorizer.ts';
export { createAuthorizer } from './authorizer.ts';
export { BoundedMap } from './bounded-map.ts';
export type { CertificateAuthority } from './certificate-authority.ts';
export {
  authorityBody,
  authorityId,
  authorityType,
  bringAuthority,
  createAuthority,
  loadAuthority,
} from './certificate-authority.ts';
export type { RequestRefusal } from './certificate-request.ts';
export { CertificateRequestRefused, keyOfRequest } from './certificate-request.ts';
export type { AssertionReplays } from './client-assertion.ts';
export { createAssertionReplays } from './client-assertion.ts';
export type { FailedAttempts } from './failed-attempts.ts';
export { createFailedAttempts } from './failed-attempts.ts';
export type { MachineCertificate } from './machine-certificate.ts';
export { issueMachineCertificate } from './machine-certificate.ts';
export type { CertificateFault, IssuerChain, MachineCertificateCheck } from './machine-certificate-check.ts';
export { readIssuerChain, verifyMachineCertificate } from './machine-certificate-check.ts';
export type { NameConstraints } from './name-constraints.ts';
export type { RoleDefinition, RolePermission } from './roles.ts';
export { builtInRoles } from './roles.ts';
export { normalSerial, randomSerial } from './serial-number.ts';
export type { ServerCertificate } from './server-certificate.ts';
export { issueServerCertificate } from './server-certificate.ts';
export type { ClientCertificate, ClientSecret, ServicePrincipal } from './service-principals.ts';
export {
  addCertificate,
  addSecret,
  CredentialRefused,
  checkSecret,
  createServicePrincipal,
  readServicePrincipal,
  servicePrincipalBody,
  servicePrincipalId,
  servicePrincipalType,
} from './service-principals.ts';
export type { PublicSigningKey, SigningKey, SigningKeyRing } from './signing-keys.ts';
export {
  createSigningKeys,
  publicKeys,
  readSigningKeys,
  rotateSigningKeys,
  rotationDue,
  signingKeysBody,
  signingKeysId,
  signingKeysType,
  tokenLifetimeSeconds,
} from './signing-keys.ts';
export type { Tenant, TokenResource } from './tenant-directory.ts';
export { issuerOf, resourceManagerAudiences, resourceManagerResource } from './tenant-directory.ts';
export type { TokenErrorCode } from './token-error.ts';
export { TokenError } from './token-error.ts';
export { tokenRoutes } from './token-routes.ts';
export type {
  TokenOperation,
  TokenService,
  TokenServiceOptions,
  TokenServiceRequest,
  TokenServiceResponse,
} from './token-service.ts';
export { createTokenService } from './token-service.ts';
