/** Microsoft.Resources: its provider, the subscription to seed and the discovery document. */
export { groupType, subscriptionType } from './api-versions.ts';
export { resourcesProvider } from './manifest.ts';
export { metadataEndpoints } from './metadata-endpoints.ts';
export { type Subscription, subscriptionDocument } from './subscriptions/model.ts';
