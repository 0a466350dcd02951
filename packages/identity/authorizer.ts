/** Who may do what, by the role assignments and definitions of the moment of which a request reads. */

import { isUnder, type Principal, parseResourceId } from '@tombolo/arm';
import type { Reading } from '@tombolo/store/port';
import type { AuthorizationMemory } from './authorization-memory.ts';
import { isAllowed, type RoleAssignment } from './authorize.ts';

export type Authorizer = (
  principal: Principal,
  action: string,
  scopeId: string,
  reading: Reading,
) => Promise<boolean>;

export const createAuthorizer =
  (memory: AuthorizationMemory): Authorizer =>
  async (principal, action, scopeId, reading) => {
    await memory.catchUp(reading);
    const assignments = memory.assignmentsOf(principal.objectId);
    const definitions = memory.definitions();
    if (isAllowed({ principal, action, scopeId, assignments, definitions }).allowed) return true;
    return seesSubscription(assignments, action, scopeId);
  };

/** As in ARM, whoever has a role anywhere in a subscription may see that the subscription is there. */
const seesSubscription = (own: readonly RoleAssignment[], action: string, scopeId: string): boolean => {
  if (
    !/^microsoft\.resources\/(tenants|subscriptions|subscriptions\/locations|providers)\/read$/i.test(action)
  )
    return false;
  const id = parseResourceId(scopeId);
  if (!id) return own.length > 0;
  return own.some((assignment) => isUnder(assignment.scope, id.text));
};
