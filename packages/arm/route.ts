/** From method and path to the resource type and what is asked of it; ARM paths are compared without case. */

import { armError } from './errors.ts';
import type { ArmRequest } from './message.ts';
import type { ResourceId } from './resource-id.ts';
import { resourceIdOf, rootNamespace, segmentsOf } from './resource-id.ts';
import type { AnyResourceType, PostAction, Registry } from './resource-type.ts';

export type Target =
  | { readonly kind: 'resource'; readonly id: ResourceId; readonly type: AnyResourceType }
  | { readonly kind: 'collection'; readonly parent: ResourceId | undefined; readonly type: AnyResourceType }
  | {
      readonly kind: 'action';
      readonly id: ResourceId;
      readonly type: AnyResourceType;
      readonly name: string;
      readonly action: PostAction;
    };

/** Throws InvalidResourceId, InvalidResourceNamespace, InvalidResourceType, MethodNotAllowed. */
export const route = (request: Pick<ArmRequest, 'method' | 'path'>, registry: Registry): Target => {
  const { path } = request;
  const segments = segmentsOf(path);
  if (!segments || segments.length === 0) throw armError('InvalidResourceId', [request.path]);
  if (request.method === 'POST') return routeAction(segments, registry);
  const id = resourceIdOf(segments);
  if (id) return { kind: 'resource', id, type: findType(id.type, id.namespace, registry) };
  const last = segments.at(-1)!;
  if (segments.length === 1) {
    return {
      kind: 'collection',
      parent: undefined,
      type: findType(`${rootNamespace}/${last}`, rootNamespace, registry),
    };
  }
  const parent = resourceIdOf(segments.slice(0, -1));
  if (!parent) throw armError('InvalidResourceId', [request.path]);
  // `…/providers/{namespace}/{type}`: what parsed as an instance of a provider is the namespace of the collection.
  const isRegistration =
    parent.namespace === rootNamespace && parent.type.toLowerCase().endsWith('/providers');
  if (isRegistration && segments.at(-3)?.toLowerCase() === 'providers') {
    return {
      kind: 'collection',
      parent: parent.parent,
      type: findType(`${parent.name}/${last}`, parent.name, registry),
    };
  }
  const childType =
    last.toLowerCase() === 'providers' ? `${parent.type}/providers` : `${parent.type}/${last}`;
  return { kind: 'collection', parent, type: findType(childType, parent.namespace, registry) };
};

const routeAction = (segments: readonly string[], registry: Registry): Target => {
  const name = segments.at(-1)!;
  const id = resourceIdOf(segments.slice(0, -1));
  if (!id) throw armError('InvalidResourceId', [`/${segments.join('/')}`]);
  const type = findType(id.type, id.namespace, registry);
  // `/providers/{namespace}/{name}`: what is asked of a provider as such.
  if (id.namespace === rootNamespace && id.type.toLowerCase().endsWith('/providers'))
    requireProvider(id.name, registry);
  const found = Object.entries(type.actions ?? {}).find(([key]) => key.toLowerCase() === name.toLowerCase());
  if (!found) throw armError('NotImplemented', [`The action '${name}' of '${type.type}'`]);
  return { kind: 'action', id, type, name: found[0], action: found[1] };
};

const requireProvider = (namespace: string, registry: Registry): void => {
  if (!registry.providerOf(namespace)) throw armError('InvalidResourceNamespace', [namespace]);
};

const findType = (type: string, namespace: string, registry: Registry): AnyResourceType => {
  const found = registry.typeOf(type);
  if (found) return found;
  requireProvider(namespace, registry);
  throw armError('InvalidResourceType', [type.slice(namespace.length + 1), namespace]);
};
