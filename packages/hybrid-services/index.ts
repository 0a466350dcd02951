/** The hybrid services: identity (his), guest configuration (gas), Kubernetes configuration (dp) and notification (gns). */

export { allowList, allowListApiVersion } from './allow-list.ts';
export type { AllowListSource } from './allow-list-client.ts';
export { AllowListRefusal, fetchAllowList, fetchJson, nameServerLookup } from './allow-list-client.ts';
export { delayAssociations } from './association-timing.ts';
export type { ControlClient, ControlClientOptions } from './control-client.ts';
export { createControlClient } from './control-client.ts';
export type { ServiceKind, ServiceName } from './host.ts';
export { resolveHost } from './host.ts';
export type { ServerCredentials, TcpEntry } from './listener.ts';
export type { MachineRegistryOptions } from './machine-registry.ts';
export { createMachineRegistry } from './machine-registry.ts';
export { operations } from './operations.ts';
export type {
  Connection,
  FollowedState,
  HybridProjection,
  HybridState,
  Machine,
  MachineIdentity,
  Scope,
  TokenKey,
} from './projection.ts';
export {
  applyFollowed,
  createHybridProjection,
  hybridFollowedTypes,
  identityIdOf,
  identityType,
  tokenKeyType,
} from './projection.ts';
export type { PublicKeyJwk } from './public-key.ts';
export { formatClientPublicKey, parseClientPublicKey, thumbprint } from './public-key.ts';
export type {
  IssuedCertificate,
  RecordedHeartbeat,
  RegistrationAuthority,
} from './registration-authority.ts';
export type { RegistrationRoutesOptions } from './registration-routes.ts';
export { registrationRoutes } from './registration-routes.ts';
export type { Arrival } from './request.ts';
export type { HybridLimits, HybridServer, HybridServerOptions, LogEntry } from './server.ts';
export { defaultLimits, openHybridServer } from './server.ts';
export { ensureTokenKeys } from './token-keys.ts';
