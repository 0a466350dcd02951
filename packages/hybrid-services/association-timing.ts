/** R14: in Azure timing, a change of a machine's association is in force up to 15 minutes after it was made. */

import { associationInForce, effectiveAt } from '@tombolo/private-link';
import type { HybridProjection, Machine } from './projection.ts';

export interface AssociationTimingOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** How late this change is, in milliseconds; held to 0…15 minutes. */
  readonly delayMs: () => number;
}

/** The scope and, where it was noted, its GUID. */
type Association = Pick<Machine, 'privateLinkScopeResourceId' | 'privateLinkScopeGuid'>;

interface Change {
  readonly before: Association;
  readonly after: Association;
  readonly effectiveAt: number;
}

const associationOf = ({ privateLinkScopeResourceId, privateLinkScopeGuid }: Machine): Association => ({
  ...(privateLinkScopeResourceId === undefined ? {} : { privateLinkScopeResourceId }),
  ...(privateLinkScopeGuid === undefined ? {} : { privateLinkScopeGuid }),
});

const same = (one: Association, other: Association): boolean =>
  one.privateLinkScopeResourceId?.toLowerCase() === other.privateLinkScopeResourceId?.toLowerCase() &&
  one.privateLinkScopeGuid?.toLowerCase() === other.privateLinkScopeGuid?.toLowerCase();

/**
 * Wraps a projection: `machine()` shows the association that is in force. A machine that is new is not delayed, as in
 * Azure, where onboarding with a scope works at once. What is delayed is forgotten when the process restarts.
 */
export const delayAssociations = (
  projection: HybridProjection,
  options: AssociationTimingOptions,
): HybridProjection => {
  const changes = new Map<string, Change>();

  const inForce = (machine: Machine): Association => {
    const change = changes.get(machine.id.toLowerCase());
    return change ? associationInForce(change, options.now())! : associationOf(machine);
  };

  const note = (before: Machine | undefined, after: Machine | undefined): void => {
    if (!before || !after || same(associationOf(before), associationOf(after))) return;
    changes.set(after.id.toLowerCase(), {
      before: inForce(before),
      after: associationOf(after),
      effectiveAt: effectiveAt(options.now(), 'azure', options.delayMs()),
    });
  };

  return {
    ...projection,
    get through() {
      return projection.through;
    },
    replace: (documents, to) => {
      const given = [...documents];
      const before = new Map(given.map((document) => [document.id, projection.machine(document.id)]));
      projection.replace(given, to);
      // What went while nobody followed is new when it is there again.
      for (const id of changes.keys()) if (!projection.machine(id)) changes.delete(id);
      for (const [id, machine] of before) note(machine, projection.machine(id));
    },
    apply: (list, to) => {
      const before = new Map(list.map((change) => [change.id, projection.machine(change.id)]));
      projection.apply(list, to);
      for (const [id, machine] of before) note(machine, projection.machine(id));
      for (const change of list) if (change.document === undefined) changes.delete(change.id.toLowerCase());
    },
    machine: (id) => {
      const machine = projection.machine(id);
      if (!machine || !changes.has(id.toLowerCase())) return machine;
      const { privateLinkScopeResourceId: _, privateLinkScopeGuid: __, ...rest } = machine;
      return { ...rest, ...inForce(machine) };
    },
  };
};
