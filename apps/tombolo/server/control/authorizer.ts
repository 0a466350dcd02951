/** Who may do what: role assignments and definitions, kept in memory and as new as the store. */

import { isUnder, type Principal, parseResourceId } from '@tombolo/arm';
import { builtInRoles, isAllowed, type RoleAssignment, type RoleGrants } from '@tombolo/identity';
import type { Store } from '@tombolo/store';
import type { Document } from '@tombolo/store/port';

const types = ['Microsoft.Authorization/roleAssignments', 'Microsoft.Authorization/roleDefinitions'] as const;

export type Authorizer = (principal: Principal, action: string, scopeId: string) => Promise<boolean>;

/** Reads assignments again whenever the head has moved over a change of them. */
export const createAuthorizer = (store: Store): Authorizer => {
  let seen: { epoch: string; through: number } | undefined;
  let assignments: ReadonlyMap<string, readonly RoleAssignment[]> = new Map();
  let definitions: readonly RoleGrants[] = builtInRoles;
  let stale = true;
  store.onHead(() => {
    stale = true;
  });

  const changed = async (): Promise<boolean> => {
    if (!seen) return true;
    try {
      const page = await store.changes({ after: seen.through, epoch: seen.epoch, types, limit: 1 });
      seen = { epoch: page.epoch, through: page.changes.length > 0 ? seen.through : page.through };
      return page.changes.length > 0;
    } catch {
      return true;
    }
  };

  const refresh = async (): Promise<void> => {
    stale = false;
    if (!(await changed())) return;
    const snapshot = await store.snapshot(types);
    seen = { epoch: snapshot.epoch, through: snapshot.through };
    const of = (type: string) => snapshot.documents.filter((document) => document.type === type);
    const read = of(types[0]).map((document) => document.body.properties as unknown as RoleAssignment);
    assignments = Map.groupBy(read, (assignment) => assignment.principalId.toLowerCase());
    definitions = [...builtInRoles, ...of(types[1]).map(customRole)];
  };

  return async (principal, action, scopeId) => {
    if (stale) await refresh();
    const own = assignments.get(principal.objectId.toLowerCase()) ?? [];
    if (isAllowed({ principal, action, scopeId, assignments: own, definitions }).allowed) return true;
    return seesSubscription(own, action, scopeId);
  };
};

const customRole = (document: Document): RoleGrants => ({
  name: document.id.slice(document.id.lastIndexOf('/') + 1),
  properties: document.body.properties as unknown as RoleGrants['properties'],
});

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
