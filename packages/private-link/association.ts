/** A machine's association with a scope: which (R2), where (R3), whose (R6) and from when (R14). */

import { sameId } from '@tombolo/arm/resource-id';
import { subscriptionIdIn } from '@tombolo/store/document';
import type { Refusal } from './refusals.ts';
import { refuse } from './refusals.ts';
import { normalizeLocation } from './regions.ts';
import { isPrivateLinkScopeId } from './scope-id.ts';

export interface Placed {
  readonly id: string;
  readonly location: string;
}

/** A scope's GUID tells it from one that was made since under the same name. */
export interface PlacedScope extends Placed {
  readonly guid?: string;
}

export type AssociationChange =
  | { readonly refused: false; readonly kind: 'unchanged'; readonly scopeId?: string }
  | { readonly refused: false; readonly kind: 'associated'; readonly scopeId: string }
  /** R2: the machine leaves `from` in the same write. */
  | { readonly refused: false; readonly kind: 'moved'; readonly scopeId: string; readonly from: string }
  | { readonly refused: false; readonly kind: 'cleared'; readonly from: string };

/**
 * R2 and R3. At most one scope; associating again moves.
 * @param machine with the scope that it is associated with: by name, and by its GUID where that was noted.
 * @param requested `undefined`: the write does not speak of it; `null` or '' clears it (also from a deleted scope).
 * @param scope the requested scope as it is in the store; undefined where it is not there.
 */
export const decideAssociation = (
  machine: Placed & { readonly scopeId?: string; readonly scopeGuid?: string },
  requested: string | null | undefined,
  scope: PlacedScope | undefined,
): AssociationChange | Refusal => {
  const current = machine.scopeId;
  const remade = isAnotherScope(machine.scopeGuid, scope?.guid);
  if (requested === null || requested === '') {
    return current === undefined
      ? { refused: false, kind: 'unchanged' }
      : { refused: false, kind: 'cleared', from: current };
  }
  if (requested === undefined || (current !== undefined && sameId(current, requested) && !remade)) {
    // A client that sends back what it read changes nothing, even if the scope has gone since; who names one that was made
    // since says that this one is meant.
    return { refused: false, kind: 'unchanged', ...(current === undefined ? {} : { scopeId: current }) };
  }
  const target = 'properties.privateLinkScopeResourceId';
  if (!isPrivateLinkScopeId(requested)) {
    return refuse(
      'R2',
      'InvalidPrivateLinkScopeResourceId',
      `Machine '${machine.id}' cannot be associated with '${requested}': it is not the resource id of a ` +
        'Microsoft.HybridCompute/privateLinkScopes resource. Give such an id, or null to clear the association.',
      target,
    );
  }
  if (scope === undefined) {
    return refuse(
      'R2',
      'PrivateLinkScopeNotFound',
      `Machine '${machine.id}' cannot be associated with private link scope '${requested}': there is no such scope. ` +
        'Create it first, or correct the id.',
      target,
    );
  }
  if (normalizeLocation(scope.location) !== normalizeLocation(machine.location)) {
    return refuse(
      'R3',
      'PrivateLinkScopeRegionMismatch',
      `Machine '${machine.id}' in ${machine.location} cannot be associated with private link scope '${scope.id}' in ` +
        `${scope.location}: both have to be in the same region. Use a scope in ${machine.location}.`,
      target,
    );
  }
  return current === undefined
    ? { refused: false, kind: 'associated', scopeId: requested }
    : { refused: false, kind: 'moved', scopeId: requested, from: current };
};

/** Of the name that was meant, and not the scope that was meant. What was never noted cannot be told apart. */
export const isAnotherScope = (noted: string | undefined, found: string | undefined): boolean =>
  noted !== undefined && found !== undefined && noted.toLowerCase() !== found.toLowerCase();

/** R6: the machines that are offered for association with a scope: those of its subscription and region. */
export const associableMachines = <M extends Placed>(scope: Placed, machines: readonly M[]): readonly M[] =>
  machines.filter(
    (machine) =>
      sameId(subscriptionIdIn(machine.id), subscriptionIdIn(scope.id)) &&
      normalizeLocation(machine.location) === normalizeLocation(scope.location),
  );

/** `immediate`: as soon as the followers have it. `azure`: up to 15 minutes later, to test clients' patience (R14). */
export type Timing = 'immediate' | 'azure';

/** Seed 001: an association can take up to 15 minutes. */
export const maximumAzureDelayMs = 15 * 60_000;

/**
 * R14: from when (epoch milliseconds) an association written at `changedAt` is in force.
 * @param delayMs for `azure`, from the caller's own seeded source; held to 0…15 minutes, so it is total.
 */
export const effectiveAt = (changedAt: number, timing: Timing, delayMs: number): number =>
  timing === 'immediate' || Number.isNaN(delayMs)
    ? changedAt
    : changedAt + Math.min(Math.max(delayMs, 0), maximumAzureDelayMs);

/** R14: the association in force at `now`; absent: none. Until `effectiveAt` the machine is judged by what it had before. */
export const associationInForce = <T>(
  change: { readonly before?: T; readonly after?: T; readonly effectiveAt: number },
  now: number,
): T | undefined => (now >= change.effectiveAt ? change.after : change.before);
