/** Who may assign roles at the tenant, and with that give anybody any right: somebody always does. Pure but for its two lists. */

import { propertiesOf, textAt } from '@tombolo/store/document';
import type { Document, Expectation, StoreReader } from '@tombolo/store/port';
import { isAllowed } from './authorize.ts';
import { servicePrincipalType } from './directory-object.ts';
import { builtInRoles } from './roles.ts';

const assignmentType = 'Microsoft.Authorization/roleAssignments';

export interface Administrator {
  readonly assignment: Document;
  /** The service principal's. */
  readonly principal: Document;
  readonly objectId: string;
}

/** Those that are there and enabled, once for each assignment at `/`. Custom roles are not assignable there. */
const administratorsAmong = (
  assignments: readonly Document[],
  principals: readonly Document[],
): readonly Administrator[] => {
  const byObjectId = new Map(
    principals.flatMap((principal) => {
      const objectId = textAt(principal.body, 'objectId');
      const enabled = objectId !== undefined && principal.body.enabled === true;
      return enabled ? [[objectId.toLowerCase(), { principal, objectId }] as const] : [];
    }),
  );
  return assignments.flatMap((assignment) => {
    const properties = propertiesOf(assignment);
    const principalId = textAt(properties, 'principalId') ?? '';
    const found = byObjectId.get(principalId.toLowerCase());
    const { allowed } = isAllowed({
      principal: { objectId: principalId },
      action: `${assignmentType}/write`,
      scopeId: '/',
      assignments: [
        {
          ...{ principalId, scope: textAt(properties, 'scope') ?? '' },
          roleDefinitionId: textAt(properties, 'roleDefinitionId') ?? '',
          condition: textAt(properties, 'condition'),
        },
      ],
      definitions: builtInRoles,
    });
    return found && allowed ? [{ assignment, ...found }] : [];
  });
};

/**
 * What a write has to expect that takes some of them away, so that one is left whoever else writes at the same time; undefined:
 * none would be left. Both lists come in one round trip.
 */
export const administratorLeft = async (
  store: Pick<StoreReader, 'list'>,
  goes: (administrator: Administrator) => boolean,
): Promise<readonly Expectation[] | undefined> => {
  const [assignments, principals] = await Promise.all([
    store.list({ type: assignmentType, under: `/providers/${assignmentType}` }),
    store.list({ type: servicePrincipalType }),
  ]);
  const all = administratorsAmong(assignments, principals);
  const left = all.filter((each) => !goes(each));
  if (left.length === all.length) return [];
  const [kept] = left;
  return kept && [kept.assignment, kept.principal].map(({ id, version }) => ({ id, version }));
};

/** Whether a principal may be disabled or deleted: what that has to expect, or why not. */
export const mayLeave = async (
  { store, operatorAppId }: { readonly store: Pick<StoreReader, 'list'>; readonly operatorAppId: string },
  { appId, objectId }: { readonly appId: string; readonly objectId: string },
  how: 'disabled' | 'deleted',
): Promise<{ readonly expect: readonly Expectation[] } | { readonly refused: string }> => {
  const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
  if (same(appId, operatorAppId))
    return {
      refused: `The operator's own principal cannot be ${how}: the commands of this installation sign in as it.`,
    };
  const expect = await administratorLeft(store, (each) => same(each.objectId, objectId));
  return expect
    ? { expect }
    : { refused: `The last administrator cannot be ${how}: assign Owner at '/' to another principal first.` };
};
