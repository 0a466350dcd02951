/** What a resource provider offers, from its manifest, and whether a subscription has it registered. */

import type { AnyResourceType, Provider } from '@tombolo/arm';
import { findRegion } from '@tombolo/private-link';
import { propertiesOf } from '@tombolo/store/document';
import type { Document, JsonObject } from '@tombolo/store/port';

export const registrationType = 'Microsoft.Resources/subscriptions/providers';

export const registrationId = (subscriptionId: string, namespace: string): string =>
  `/subscriptions/${subscriptionId}/providers/${namespace}`;

/** What is served is registered from the start, until it is unregistered; what has no types here waits for its registration. */
export const registrationState = (
  { types }: Pick<Provider, 'types'>,
  document: Pick<Document, 'body'> | undefined,
): string =>
  String(
    (document && propertiesOf(document).registrationState) ??
      (types.length === 0 ? 'NotRegistered' : 'Registered'),
  );

const shownType = (type: AnyResourceType, name: string, regions: readonly string[]): JsonObject => ({
  resourceType: name,
  locations:
    type.placement === 'global'
      ? ['global']
      : type.placement === 'proxy'
        ? []
        : regions.map((region) => findRegion(region)?.displayName ?? region),
  apiVersions: [...type.apiVersions].reverse(),
  defaultApiVersion: type.apiVersions.at(-1),
  capabilities: type.placement === 'proxy' ? 'None' : 'SupportsTags, SupportsLocation',
});

/** Names below the namespace; groups are looked for as `resourceGroups` too. */
const namesOf = (type: AnyResourceType, namespace: string): readonly string[] => {
  const name = type.type.slice(namespace.length + 1);
  return name === 'subscriptions/resourceGroups' ? [name, 'resourceGroups'] : [name];
};

export const shownProvider = (
  provider: Provider,
  regions: readonly string[],
  registration: { readonly subscriptionId: string; readonly state: string } | undefined,
): JsonObject => ({
  id: registration
    ? registrationId(registration.subscriptionId, provider.namespace)
    : `/providers/${provider.namespace}`,
  namespace: provider.namespace,
  ...(registration
    ? { registrationPolicy: 'RegistrationRequired', registrationState: registration.state }
    : {}),
  resourceTypes: provider.types.flatMap((type) =>
    namesOf(type, provider.namespace).map((name) => shownType(type, name, regions)),
  ),
});
