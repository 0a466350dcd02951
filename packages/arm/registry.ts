/** The index of all providers: their types by name, their operations by kind. */

import type { AnyResourceType, OperationKind, Provider, Registry } from './resource-type.ts';

/** Indexes the manifests; a type or kind that two providers claim is a mistake of ours. */
export const createRegistry = (providers: readonly Provider[]): Registry => {
  const types = new Map<string, AnyResourceType>();
  const kinds = new Map<string, OperationKind>();
  const namespaces = new Map(providers.map((provider) => [provider.namespace.toLowerCase(), provider]));
  for (const provider of providers) {
    for (const type of provider.types) {
      const key = type.type.toLowerCase();
      if (types.has(key)) throw new Error(`two definitions of ${type.type}`);
      types.set(key, type);
    }
    for (const [name, kind] of Object.entries(provider.operationKinds ?? {})) {
      if (kinds.has(name)) throw new Error(`two operations of kind ${name}`);
      kinds.set(name, kind);
    }
  }
  return {
    providers,
    typeOf: (type) => types.get(type.toLowerCase()),
    providerOf: (namespace) => namespaces.get(namespace.toLowerCase()),
    kindOf: (kind) => kinds.get(kind),
  };
};
