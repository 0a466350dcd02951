/** Who may assign roles at the tenant, and with that give anybody any right: somebody always does. Pure but for what it reads. */

import { propertiesOf, textAt } from '@tombolo/store/document';
import type { Document, Expectation, StoreReader } from '@tombolo/store/port';
import { isAllowed } from './authorize.ts';
import { directoryObjectKey, servicePrincipalType } from './directory-object.ts';
import { builtInRoles } from './roles.ts';

const assignmentType = 'Microsoft.Authorization/roleAssignments';

export interface Administrator {
  readonly assignment: Document;
  /** The service principal's. */
  readonly principal: Document;
  readonly objectId: string;
}

const principalIdOf = (assignment: Document): string => textAt(propertiesOf(assignment), 'principalId') ?? '';

/** Whether it makes an administrator of whom it is for. Custom roles are not assignable at `/`. */
export const givesAdministration = (assignment: Document): boolean => {
  const properties = propertiesOf(assignment);
  const principalId = principalIdOf(assignment);
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
  return allowed;
};

type Reader = Pick<StoreReader, 'list' | 'claim' | 'getMany'>;

/** Those of these assignments whose principals are there and enabled. */
const administratorsAmong = async (
  store: Reader,
  assignments: readonly Document[],
): Promise<readonly Administrator[]> => {
  const giving = assignments.filter(givesAdministration);
  const objectIds = [...new Set(giving.map((each) => principalIdOf(each).toLowerCase()))];
  const claims = await Promise.all(objectIds.map((objectId) => store.claim(directoryObjectKey(objectId))));
  const holders = claims.flatMap((claim) => claim?.value ?? []);
  const principals = new Map(
    [...(await store.getMany(holders)).values()].flatMap((principal) => {
      const objectId = textAt(principal.body, 'objectId')?.toLowerCase();
      const enabled = principal.type === servicePrincipalType && principal.body.enabled === true;
      return enabled && objectId !== undefined ? [[objectId, principal] as const] : [];
    }),
  );
  return giving.flatMap((assignment) => {
    const objectId = principalIdOf(assignment).toLowerCase();
    const principal = principals.get(objectId);
    return principal ? [{ assignment, principal, objectId }] : [];
  });
};

/** Assignments at `/` that are looked at in one go: whoever stays is mostly among the first. */
const atATime = 100;

/**
 * What a write has to expect that takes some of them away, so that one is left whoever else writes at the same time; undefined:
 * none would be left. It looks no further than to the first that stays, and at no principal that is assigned nothing at `/`.
 */
export const administratorLeft = async (
  store: Reader,
  goes: (administrator: Administrator) => boolean,
): Promise<readonly Expectation[] | undefined> => {
  let some = false;
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page: readonly Document[] = await store.list({
      type: assignmentType,
      under: `/providers/${assignmentType}`,
      after,
      limit: atATime,
    });
    const found = await administratorsAmong(store, page);
    const kept = found.find((each) => !goes(each));
    if (kept) return [kept.assignment, kept.principal].map(({ id, version }) => ({ id, version }));
    some ||= found.length > 0;
    after = page.length < atATime ? undefined : page.at(-1)?.id;
  }
  // Where nobody was one before, nobody is taken away.
  return some ? undefined : [];
};

/** Whether a principal may be disabled or deleted: what that has to expect, or why not. */
export const mayLeave = async (
  { store, operatorAppId }: { readonly store: Reader; readonly operatorAppId: string },
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
