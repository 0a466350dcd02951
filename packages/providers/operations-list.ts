/** `/providers/{namespace}/operations`: the RBAC actions of a namespace, from its manifest. */

import type { AnyResourceType } from '@tombolo/arm';
import { actionOfMethod, declaredReferences, defineResourceType, resourceMethods } from '@tombolo/arm';
import type { JsonObject } from '@tombolo/store/port';

const words: Readonly<Record<string, string>> = { read: 'Read', write: 'Create or update', delete: 'Delete' };

/** What references to the type ask for, wherever they are declared. */
const linkedActionsOf = (type: string, all: readonly AnyResourceType[]): readonly string[] =>
  all.flatMap(({ properties }) =>
    (properties ? declaredReferences(properties) : []).flatMap(({ declaration }) =>
      declaration.type === type && declaration.linkedAction !== undefined ? [declaration.linkedAction] : [],
    ),
  );

/** The actions that a type answers to, with what they are called. */
export const operationsOf = (
  namespace: string,
  type: AnyResourceType,
  all: readonly AnyResourceType[],
): readonly JsonObject[] => {
  if (type.gap !== undefined && resourceMethods(type).length === 0) return [];
  const posts = Object.entries(type.actions ?? {}).flatMap(([name, { action }]) =>
    typeof action === 'function' ? [] : [action ?? `${type.type}/${name}/action`],
  );
  const reads = type.lists.length > 0 ? [actionOfMethod(type, 'GET')] : [];
  const names = [
    ...reads,
    ...resourceMethods(type).map((method) => actionOfMethod(type, method)),
    ...posts,
    ...linkedActionsOf(type.type, all),
  ];
  return [...new Set(names)].map((name) => {
    const verb = name.slice(name.lastIndexOf('/') + 1);
    const resource = type.type.slice(namespace.length + 1);
    return {
      name,
      isDataAction: false,
      display: {
        provider: namespace,
        resource,
        operation: `${words[verb] ?? name} ${resource}`,
        description: name,
      },
    };
  });
};

export const operationsList = (namespace: string, apiVersions: readonly string[]): AnyResourceType =>
  defineResourceType<never>({
    type: `${namespace}/operations`,
    apiVersions,
    placement: 'proxy',
    lists: ['tenant'],
    authorization: 'own',
    computed: {
      list: async ({ registry }) => {
        const types = registry.providerOf(namespace)?.types ?? [];
        const all = registry.providers.flatMap((provider) => provider.types);
        const items = types.flatMap((type) => operationsOf(namespace, type, all));
        return [...new Map(items.map((item) => [String(item.name), item])).values()];
      },
    },
  });
