/** The authorization decision: may this principal do this action at this scope? Pure, total, default deny. */

import type { RolePermission } from './roles.ts';

/** What counts of a role assignment (`body.properties` of Microsoft.Authorization/roleAssignments). */
export interface RoleAssignment {
  readonly roleDefinitionId: string;
  readonly principalId: string;
  /** `/`, a subscription, a resource group or a resource. */
  readonly scope: string;
  readonly condition?: string | null | undefined;
}

/** What counts of a role definition, built-in or custom. */
export interface RoleGrants {
  /** GUID. */
  readonly name: string;
  readonly properties: { readonly permissions: readonly Partial<RolePermission>[] };
}

export interface AuthorizationQuestion {
  readonly principal: { readonly objectId: string };
  /** `Microsoft.Network/privateEndpoints/write`. */
  readonly action: string;
  readonly scopeId: string;
  readonly assignments: readonly RoleAssignment[];
  readonly definitions: readonly RoleGrants[];
}

export type AuthorizationDecision =
  | { readonly allowed: true; readonly by: RoleAssignment }
  | { readonly allowed: false; readonly reason: DenialReason };

/** `conditional`: the only assignments that would grant it have a condition, and conditions are not evaluated here. */
type DenialReason = 'no-assignment' | 'not-granted' | 'conditional';

/**
 * Azure's rule: allowed where an assignment to the principal, at the scope or above it, has a role one of whose
 * permissions matches the action and does not take it back (`notActions` limit their own permission only; another
 * role may still grant it). An assignment with a condition grants nothing, because it may have been meant to grant less.
 */
export const isAllowed = (question: AuthorizationQuestion): AuthorizationDecision => {
  const { principal, action, scopeId } = question;
  const objectId = principal.objectId.toLowerCase();
  const asked = comparable(scopeId);
  const own = question.assignments.filter(
    ({ principalId, scope }) => principalId.toLowerCase() === objectId && covers(scope, asked),
  );
  if (own.length === 0) return { allowed: false, reason: 'no-assignment' };
  const definitions = byName(question.definitions);
  const grantedBy = (assignment: RoleAssignment): boolean =>
    definitions.get(definitionNamed(assignment))?.some((definition) => grantsOf(definition, action)) ?? false;
  const by = own.find((assignment) => !assignment.condition && grantedBy(assignment));
  if (by) return { allowed: true, by };
  const conditional = own.some((assignment) => assignment.condition && grantedBy(assignment));
  return { allowed: false, reason: conditional ? 'conditional' : 'not-granted' };
};

/** Assignments name a definition at their subscription or at the tenant: the GUID is what identifies it. */
const definitionNamed = ({ roleDefinitionId }: RoleAssignment): string =>
  roleDefinitionId.slice(roleDefinitionId.lastIndexOf('/') + 1).toLowerCase();

const indexed = new WeakMap<readonly RoleGrants[], ReadonlyMap<string, readonly RoleGrants[]>>();

/** By lower-case name: there are dozens of roles, and each request asks for one of them. */
const byName = (definitions: readonly RoleGrants[]): ReadonlyMap<string, readonly RoleGrants[]> => {
  let index = indexed.get(definitions);
  if (index === undefined) {
    index = Map.groupBy(definitions, ({ name }) => name.toLowerCase());
    indexed.set(definitions, index);
  }
  return index;
};

/** Actions that are remembered of one role: more than there are, and a bound on what a caller can make up. */
const mostRemembered = 2_000;
const remembered = new WeakMap<RoleGrants, Map<string, boolean>>();

/** A custom role may have thousands of patterns; one request may ask for one action on hundreds of resources. */
const grantsOf = (definition: RoleGrants, action: string): boolean => {
  let answers = remembered.get(definition);
  if (answers === undefined || answers.size >= mostRemembered) {
    answers = new Map();
    remembered.set(definition, answers);
  }
  const key = action.toLowerCase();
  let answer = answers.get(key);
  if (answer === undefined) {
    answer = grants(definition.properties.permissions, action);
    answers.set(key, answer);
  }
  return answer;
};

/** Does one of these permissions allow the action? */
const grants = (permissions: readonly Partial<RolePermission>[], action: string): boolean =>
  permissions.some(
    ({ actions = [], notActions = [] }) =>
      actions.some((pattern) => actionMatches(pattern, action)) &&
      !notActions.some((pattern) => actionMatches(pattern, action)),
  );

/**
 * Is `scopeId` the scope itself or below it? By whole segments and without case; `/` covers everything, and what
 * does not start with a slash covers nothing.
 */
export const scopeCovers = (scope: string, scopeId: string): boolean => covers(scope, comparable(scopeId));

/** @param below as {@link comparable} makes it; undefined: no scope */
const covers = (scope: string, below: string | undefined): boolean => {
  const above = comparable(scope);
  if (above === undefined || !below?.startsWith(above)) return false;
  return below.length === above.length || below[above.length] === '/';
};

const comparable = (scope: string): string | undefined => {
  if (!scope.startsWith('/')) return undefined;
  const lower = scope.toLowerCase();
  return lower.endsWith('/') ? lower.replace(/(?<!\/)\/+$/, '') : lower;
};

/**
 * `*` stands for any characters, slashes included; case does not count. Walks both strings once per star, never
 * by a regular expression: patterns come from custom roles, and one with many stars must not stall the server.
 */
export const actionMatches = (pattern: string, action: string): boolean => {
  const p = pattern.toLowerCase();
  const a = action.toLowerCase();
  let at = 0;
  let index = 0;
  let star = -1;
  let resume = 0;
  while (index < a.length) {
    if (p[at] === '*') {
      star = at;
      at += 1;
      resume = index;
    } else if (at < p.length && p[at] === a[index]) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      index = resume;
    } else {
      return false;
    }
  }
  while (p[at] === '*') at += 1;
  return at === p.length;
};
