/** Resource providers that onboarding guides register and of which nothing is served: they can be registered, and have no types. */

import type { Provider } from '@tombolo/arm';

/** Learn: "Connected Machine agent prerequisites", "Quickstart: connect an existing Kubernetes cluster to Azure Arc". */
const namespaces = [
  'Microsoft.GuestConfiguration',
  'Microsoft.HybridConnectivity',
  'Microsoft.AzureArcData',
  'Microsoft.Compute',
  'Microsoft.Kubernetes',
  'Microsoft.KubernetesConfiguration',
  'Microsoft.ExtendedLocation',
] as const;

export const registeredOnly: readonly Provider[] = namespaces.map((namespace) => ({ namespace, types: [] }));
