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

/** A path as the resource or the collection that it names, whether its type is served or not. */
type Named = { readonly type: string; readonly namespace: string } & (
  | { readonly kind: 'resource'; readonly id: ResourceId }
  | { readonly kind: 'collection'; readonly parent: ResourceId | undefined }
);

/** Throws InvalidResourceId, InvalidResourceNamespace, InvalidResourceType, NotImplemented. */
export const route = (request: Pick<ArmRequest, 'method' | 'path'>, registry: Registry): Target => {
  const segments = segmentsOf(request.path);
  if (!segments || segments.length === 0) throw armError('InvalidResourceId', [request.path]);
  const named = namedBy(segments);
  if (request.method === 'POST') return routePost(segments, named, registry);
  if (!named) throw armError('InvalidResourceId', [request.path]);
  return { ...named, type: findType(named.type, named.namespace, registry) };
};

const namedBy = (segments: readonly string[]): Named | undefined => {
  const id = resourceIdOf(segments);
  if (id) return { kind: 'resource', id, type: id.type, namespace: id.namespace };
  const last = segments.at(-1)!;
  if (segments.length === 1)
    return {
      kind: 'collection',
      parent: undefined,
      type: `${rootNamespace}/${last}`,
      namespace: rootNamespace,
    };
  const parent = resourceIdOf(segments.slice(0, -1));
  if (!parent) return undefined;
  // `…/providers/{namespace}/{type}`: what parsed as an instance of a provider is the namespace of the collection.
  const isRegistration =
    parent.namespace === rootNamespace && parent.type.toLowerCase().endsWith('/providers');
  if (isRegistration && segments.at(-3)?.toLowerCase() === 'providers')
    return {
      kind: 'collection',
      parent: parent.parent,
      type: `${parent.name}/${last}`,
      namespace: parent.name,
    };
  const child = last.toLowerCase() === 'providers' ? 'providers' : last;
  return { kind: 'collection', parent, type: `${parent.type}/${child}`, namespace: parent.namespace };
};

/** What is no action and names what is served is that: the methods that it has refuse the POST (Azure/azure-powershell#9709). */
const routePost = (segments: readonly string[], named: Named | undefined, registry: Registry): Target => {
  const name = segments.at(-1)!;
  const id = resourceIdOf(segments.slice(0, -1));
  const action = Object.entries((id && registry.typeOf(id.type)?.actions) ?? {}).find(
    ([key]) => key.toLowerCase() === name.toLowerCase(),
  );
  const served = named && registry.typeOf(named.type);
  if (!action && served) return { ...named, type: served };
  if (!id) throw armError('InvalidResourceId', [`/${segments.join('/')}`]);
  const type = findType(id.type, id.namespace, registry);
  // `/providers/{namespace}/{name}`: what is asked of a provider as such.
  if (id.namespace === rootNamespace && id.type.toLowerCase().endsWith('/providers'))
    requireProvider(id.name, registry);
  if (!action) throw armError('NotImplemented', [`The action '${name}' of '${type.type}'`]);
  return { kind: 'action', id, type, name: action[0], action: action[1] };
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
