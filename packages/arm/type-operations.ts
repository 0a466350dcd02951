/** Which methods a type answers and which RBAC action each needs: for dispatch, and for the coverage page. */

import type { Method } from './message.ts';
import type { ResourceId } from './resource-id.ts';
import type { AnyResourceType } from './resource-type.ts';

/** Is there this method on a resource of this type? By what its definition has. */
export const hasMethod = (type: AnyResourceType, method: Method): boolean => {
  const { computed } = type;
  switch (method) {
    case 'GET':
    case 'HEAD':
      return computed?.get !== undefined || computed === undefined || type.put !== undefined;
    case 'PUT':
      return type.put !== undefined || computed?.put !== undefined;
    case 'PATCH':
      return Boolean(type.patch) || computed?.patch !== undefined;
    case 'DELETE':
      return type.put !== undefined || computed?.delete !== undefined;
    case 'POST':
      return false;
  }
};

const ofResources: readonly Method[] = ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'];

/** Methods on a resource of this type. */
export const resourceMethods = (type: AnyResourceType): readonly Method[] =>
  ofResources.filter((method) => hasMethod(type, method));

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
