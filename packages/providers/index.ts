/** All resource providers, the subscription to seed and the discovery document. */

import type { Provider } from '@tombolo/arm';
import { builtInRoles } from '@tombolo/identity/roles';
import { authorizationProvider } from './authorization/manifest.ts';
import { featuresProvider } from './features/manifest.ts';
import { hybridComputeProvider } from './hybrid-compute/manifest.ts';
import { networkProvider } from './network/manifest.ts';
import { registeredOnly } from './registered-only.ts';
import { resourcesProvider } from './resources/manifest.ts';

export { codeSources } from './code-sources.ts';
export { automaticUpgrades, extensionType } from './hybrid-compute/extensions/automatic-upgrade.ts';
export { metadataEndpoints } from './resources/metadata-endpoints.ts';
export { subscriptionDocument } from './resources/subscriptions/model.ts';

export const providers: readonly Provider[] = [
  resourcesProvider,
  authorizationProvider(builtInRoles),
  networkProvider,
  hybridComputeProvider,
  featuresProvider,
  ...registeredOnly,
];
