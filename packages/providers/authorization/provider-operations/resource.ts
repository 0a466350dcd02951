/** `/providers/Microsoft.Authorization/providerOperations`: the actions of every namespace, from its manifest, by type. */

import { defineResourceType, type Provider, type Registry } from '@tombolo/arm';
import type { JsonObject } from '@tombolo/store/port';
import { operationsOf } from '../../operations-list.ts';
import { authorizationVersions } from '../api-versions.ts';

const type = 'Microsoft.Authorization/providerOperations';

const shown = ({ namespace, types }: Provider, { providers }: Registry): JsonObject => {
  const all = providers.flatMap((provider) => provider.types);
  return {
    id: `/providers/${type}/${namespace}`,
    type,
    name: namespace,
    displayName: namespace,
    operations: [],
    resourceTypes: types.flatMap((one) => {
      const operations = operationsOf(namespace, one, all).map(({ name, isDataAction, display }) => ({
        name,
        displayName: (display as JsonObject).operation,
        description: (display as JsonObject).description,
        origin: 'user,system',
        isDataAction,
      }));
      const name = one.type.slice(namespace.length + 1);
      return operations.length === 0 ? [] : [{ name, displayName: name, operations }];
    }),
  };
};

export const providerOperations = defineResourceType<never>({
  type,
  apiVersions: authorizationVersions,
  placement: 'proxy',
  authorization: 'own',
  lists: ['tenant'],
  // az asks for them; they are always there.
  expands: ['resourceTypes'],
  computed: {
    get: async ({ registry }, id) => {
      const provider = registry.providerOf(id.name);
      return provider && shown(provider, registry);
    },
    list: async ({ registry }) => registry.providers.map((provider) => shown(provider, registry)),
  },
});
