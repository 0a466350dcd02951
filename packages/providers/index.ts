/** All resource providers, and what the composition root needs of them. */

import type { Provider } from '@tombolo/arm';
import { resourcesProvider } from './resources/index.ts';

export { metadataEndpoints, subscriptionDocument } from './resources/index.ts';

export const providers: readonly Provider[] = [resourcesProvider];
