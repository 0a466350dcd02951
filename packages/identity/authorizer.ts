/** Who may do what: role assignments and definitions, kept in memory and as new as each request's own reading. */

import { isUnder, type Principal, parseResourceId } from '@tombolo/arm';
import { nameOf } from '@tombolo/store/document';
import type { Document, Reading } from '@tombolo/store/port';
import { z } from 'zod';
import { isAllowed, type RoleAssignment, type RoleGrants } from './authorize.ts';
import { builtInRoles } from './roles.ts';

const assignmentType = 'Microsoft.Authorization/roleAssignments';
const definitionType = 'Microsoft.Authorization/roleDefinitions';
const types = [assignmentType, definitionType] as const;

/** Changes that one round trip brings; what one batch wrote comes whole. */
const pageSize = 500;

export type Authorizer = (
  principal: Principal,
  action: string,
  scopeId: string,
  reading: Reading,
) => Promise<boolean>;

/**
 * Asks with each request's first round trip for what has changed since it last knew: so it is right beside other
 * writers of the same store, whose commits it hears nothing of, and costs no round trip of its own.
 */
export const createAuthorizer = (): Authorizer => {
  let seen: { readonly epoch: string; readonly through: number } | undefined;
  /** By lower-case id. */
  const documents = new Map<string, Document>();
  let assignments: ReadonlyMap<string, readonly RoleAssignment[]> = new Map();
  let definitions: readonly RoleGrants[] = builtInRoles;
  /** Requests of which it knows all that they know. */
  const upToDate = new WeakSet<Reading>();

  const derive = (): void => {
    const of = (type: string) => [...documents.values()].filter((document) => document.type === type);
    assignments = Map.groupBy(of(assignmentType).flatMap(assignmentOf), ({ principalId }) =>
      principalId.toLowerCase(),
    );
    definitions = [...builtInRoles, ...of(definitionType).flatMap(customRole)];
  };

  /** False: the feed does not go back so far. */
  const readChanges = async (reading: Reading): Promise<boolean> => {
    while (seen) {
      const { epoch, through: after } = seen;
      const page = await reading.changes({ epoch, after, types, limit: pageSize });
      if (!page) return false;
      // Another request may have been faster: what it knows is newer.
      if (page.through > seen.through) {
        for (const { id, document } of page.changes) {
          if (document) documents.set(id.toLowerCase(), document);
          else documents.delete(id.toLowerCase());
        }
        if (page.changes.length > 0) derive();
        seen = { epoch, through: page.through };
      }
      if (page.changes.length < pageSize) return true;
    }
    return false;
  };

  const readAll = async (reading: Reading): Promise<void> => {
    const [head, ...lists] = await Promise.all([
      reading.head(),
      ...types.map((type) => reading.list({ type })),
    ]);
    if (seen && seen.epoch === head.epoch && seen.through >= head.through) return;
    documents.clear();
    for (const document of lists.flat()) documents.set(document.id.toLowerCase(), document);
    derive();
    seen = head;
  };

  return async (principal, action, scopeId, reading) => {
    if (!upToDate.has(reading)) {
      if (!(await readChanges(reading))) await readAll(reading);
      upToDate.add(reading);
    }
    const own = assignments.get(principal.objectId.toLowerCase()) ?? [];
    if (isAllowed({ principal, action, scopeId, assignments: own, definitions }).allowed) return true;
    return seesSubscription(own, action, scopeId);
  };
};

const assignment = z.object({
  roleDefinitionId: z.string(),
  principalId: z.string(),
  scope: z.string(),
  condition: z.string().nullish(),
});
const actions = z.array(z.string()).exactOptional();
const grants = z.object({
  permissions: z.array(
    z.object({ actions, notActions: actions, dataActions: actions, notDataActions: actions }),
  ),
});

/** A damaged one grants nothing, and takes nothing from others. */
const assignmentOf = ({ body }: Document): readonly RoleAssignment[] => {
  const read = assignment.safeParse(body.properties);
  return read.success ? [read.data] : [];
};

const customRole = ({ id, body }: Document): readonly RoleGrants[] => {
  const read = grants.safeParse(body.properties);
  return read.success ? [{ name: nameOf(id), properties: read.data }] : [];
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
