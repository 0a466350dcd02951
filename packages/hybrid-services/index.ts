/** The hybrid services: identity (his), guest configuration (gas), Kubernetes configuration (dp) and notification (gns). */

export { delayAssociations } from './association-timing.ts';
export { createControlClient } from './control-client.ts';
export {
  applyFollowed,
  createHybridProjection,
  hybridFollowedTypes,
} from './projection.ts';
export { registrationRoutes } from './registration-routes.ts';
export type { Downloads, MakeDownload } from './request.ts';
export { openHybridServer } from './server.ts';
export { ensureTokenKeys } from './token-keys.ts';
