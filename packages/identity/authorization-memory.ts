/** What authorization needs to know, kept in memory and as new as each request's own reading: roles, and where principals stand. */

import { nameOf } from '@tombolo/store/document';
import type { Document, Reading } from '@tombolo/store/port';
import { z } from 'zod';
import { createAssignmentMemory } from './assignment-memory.ts';
import type { RoleAssignment, RoleGrants } from './authorize.ts';
import { builtInRoles } from './roles.ts';
import {
  readServicePrincipal,
  servicePrincipalId,
  servicePrincipalType,
  tokenGenerationOf,
} from './service-principals.ts';

const assignmentType = 'Microsoft.Authorization/roleAssignments';
const definitionType = 'Microsoft.Authorization/roleDefinitions';
const types = [assignmentType, definitionType, servicePrincipalType] as const;

/** Changes that one round trip brings; what one batch wrote comes whole. */
const pageSize = 500;

/** What a request asks about a principal, and none of its credentials. */
interface Standing {
  readonly objectId: string;
  readonly enabled: boolean;
  readonly tokenGeneration: number;
}

export interface AuthorizationMemory {
  /** Resolves when all is known that is to be known at the moment of which this reads. */
  readonly catchUp: (reading: Reading) => Promise<void>;
  /** The assignments of a principal, by its object id. */
  readonly assignmentsOf: (objectId: string) => readonly RoleAssignment[];
  readonly definitions: () => readonly RoleGrants[];
  /** Undefined: there is none. */
  readonly standingOf: (appId: string) => Standing | undefined;
}

/**
 * Asks with each request's first round trip for what has changed since it last knew: so it is right beside other
 * writers of the same store, whose commits it hears nothing of, and costs no round trip of its own; where nothing has changed, the
 * store answers from the number of its head, which it reads anyway.
 */
export const createAuthorizationMemory = (): AuthorizationMemory => {
  let seen: { readonly epoch: string; readonly through: number } | undefined;
  const assignments = createAssignmentMemory();
  /** By lower-case id of the document. */
  const customRoles = new Map<string, RoleGrants>();
  /** By lower-case id of the document. */
  const standings = new Map<string, Standing>();
  let definitions: readonly RoleGrants[] = builtInRoles;
  /** Requests of which it knows all that they know, or is about to. */
  const caughtUp = new WeakMap<Reading, Promise<void>>();

  /** What one document says, and nothing of the others: a change costs the same however many there are. */
  const take = (id: string, type: string, document: Document | undefined): void => {
    const key = id.toLowerCase();
    if (type === assignmentType) assignments.take(key, document && assignmentOf(document));
    else if (type === servicePrincipalType) put(standings, key, document && standingOf(document));
    else {
      put(customRoles, key, document && customRole(document));
      // There are dozens, and who looks one up keeps an index of this very list.
      definitions = [...builtInRoles, ...customRoles.values()];
    }
  };

  /** False: the feed does not go back so far. */
  const readChanges = async (reading: Reading): Promise<boolean> => {
    while (seen) {
      const { epoch, through: after } = seen;
      const page = await reading.changes({ epoch, after, types, limit: pageSize });
      if (!page) return false;
      // Another request may have been faster: what it knows is newer.
      if (page.through > seen.through) {
        for (const { id, type, document } of page.changes) take(id, type, document);
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
    assignments.clear();
    customRoles.clear();
    definitions = builtInRoles;
    standings.clear();
    for (const document of lists.flat()) take(document.id, document.type, document);
    seen = head;
  };

  const read = async (reading: Reading): Promise<void> => {
    if (!(await readChanges(reading))) await readAll(reading);
  };

  return {
    catchUp: (reading) => {
      const earlier = caughtUp.get(reading);
      if (earlier) return earlier;
      const reads = read(reading);
      caughtUp.set(reading, reads);
      return reads;
    },
    assignmentsOf: (objectId) => assignments.of(objectId),
    definitions: () => definitions,
    standingOf: (appId) => standings.get(servicePrincipalId(appId).toLowerCase()),
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

const put = <T>(into: Map<string, T>, key: string, value: T | undefined): void => {
  if (value) into.set(key, value);
  else into.delete(key);
};

/** A damaged one grants nothing, and takes nothing from others. */
const assignmentOf = ({ body }: Document): RoleAssignment | undefined =>
  assignment.safeParse(body.properties).data;

const customRole = ({ id, body }: Document): RoleGrants | undefined => {
  const read = grants.safeParse(body.properties);
  return read.success ? { name: nameOf(id), properties: read.data } : undefined;
};

/** A damaged one stands nowhere. */
const standingOf = ({ body }: Document): Standing | undefined => {
  const principal = readServicePrincipal(body);
  if (!principal) return undefined;
  const { objectId, enabled } = principal;
  return { objectId, enabled, tokenGeneration: tokenGenerationOf(principal) };
};
