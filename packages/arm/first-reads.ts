/** What a request reads first: all that its path and its body name, in the round trip in which its caller is judged. */

import { isObject } from '@tombolo/store/document';
import type { Reads } from '@tombolo/store/port';
import { goingWith } from './large-removal.ts';
import type { ArmRequest } from './message.ts';
import { groupIdOf, parseResourceId, type ResourceId, subscriptionIdOf } from './resource-id.ts';
import { declaredReferences, foundAlong } from './resource-reference.ts';
import type { AnyResourceType } from './resource-type.ts';
import type { Target } from './route.ts';
import type { Settings } from './settings.ts';

/** The subscription, the group and the parent. */
const containers = (id: ResourceId): readonly string[] => [
  ...(id.subscriptionId === undefined ? [] : [subscriptionIdOf(id.subscriptionId)]),
  ...(id.subscriptionId === undefined || id.resourceGroup === undefined
    ? []
    : [groupIdOf(id.subscriptionId, id.resourceGroup)]),
  ...(id.parent === undefined ? [] : [id.parent.text]),
];

/** A GET asks for the containers only where the resource is not there. */
const around = ({ computed }: AnyResourceType, id: ResourceId, { method }: ArmRequest): Reads => {
  switch (method) {
    case 'GET':
      return computed?.get ? {} : { documents: [id.text] };
    case 'PUT':
      return { documents: [...(computed?.put ? [] : [id.text]), ...containers(id)] };
    case 'PATCH':
      return { documents: [...(computed?.patch ? [] : [id.text]), ...containers(id)] };
    case 'DELETE':
      return computed?.delete
        ? { documents: containers(id) }
        : { documents: [id.text, ...containers(id)], lists: [goingWith(id.text)] };
    case 'HEAD':
    case 'POST':
      return {};
  }
};

/** Far more than a body names in earnest; what else it names comes with the second round trip. */
const mostReferences = 100;

/** What the body refers to by its type's schema; it is parsed and judged later. */
const referenced = ({ properties }: AnyResourceType, { method, body }: ArmRequest): readonly string[] => {
  if (properties === undefined || !isObject(body) || (method !== 'PUT' && method !== 'PATCH')) return [];
  const found = declaredReferences(properties)
    .filter(({ declaration }) => declaration.resolve !== 'not-implemented')
    .flatMap(({ place }) => foundAlong(body.properties, place))
    .flatMap(({ text }) => parseResourceId(text)?.text ?? []);
  return found.slice(0, mostReferences);
};

export const firstReads = (target: Target, request: ArmRequest, settings: Settings): Reads => {
  if (target.kind === 'collection')
    return target.parent ? { documents: [...containers(target.parent), target.parent.text] } : {};
  const { type, id } = target;
  const asked: ArmRequest = request.method === 'HEAD' ? { ...request, method: 'GET' } : request;
  const named = type.reads?.(id, asked, settings) ?? {};
  const reads = around(type, id, asked);
  return {
    ...named,
    documents: [...(reads.documents ?? []), ...(named.documents ?? []), ...referenced(type, asked)],
    lists: [...(reads.lists ?? []), ...(named.lists ?? [])],
  };
};
