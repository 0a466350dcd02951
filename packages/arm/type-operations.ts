/** Which methods a type answers and which RBAC action each needs: for dispatch, and for the coverage page. */

import type { Method } from './message.ts';
import type { ResourceId } from './resource-id.ts';
import type { AnyResourceType } from './resource-type.ts';

/** Methods on a resource of this type, by what its definition has. */
export const resourceMethods = (type: AnyResourceType): readonly Method[] => {
  const { computed } = type;
  const stored = computed === undefined || type.put !== undefined;
  const readable = computed?.get !== undefined || stored;
  return [
    ...(readable ? (['GET', 'HEAD'] as const) : []),
    ...(type.put || computed?.put ? (['PUT'] as const) : []),
    ...(type.patch || computed?.patch ? (['PATCH'] as const) : []),
    ...(type.put || computed?.delete ? (['DELETE'] as const) : []),
  ];
};

/** The RBAC action of a method on a resource or, for GET, on a collection. */
export const actionOfMethod = (type: AnyResourceType, method: Method): string => {
  switch (method) {
    case 'DELETE':
      return type.rbac?.delete ?? `${type.type}/delete`;
    case 'GET':
    case 'HEAD':
      return type.rbac?.read ?? `${type.type}/read`;
    default:
      return type.rbac?.write ?? `${type.type}/write`;
  }
};

/** The RBAC action of a POST. */
export const actionOfPost = (type: AnyResourceType, name: string, id: ResourceId): string => {
  const action = type.actions?.[name]?.action;
  return typeof action === 'function' ? action(id) : (action ?? `${type.type}/${name}/action`);
};
