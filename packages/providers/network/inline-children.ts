/** Children that their parent's PUT carries whole: those that it leaves out are deleted, as in Azure. */

import type { ArmError, Effects } from '@tombolo/arm';
import { nameOf } from '@tombolo/store/document';
import type { Document, JsonObject } from '@tombolo/store/port';
import { orThrow } from '../rule-refusal.ts';
import { duplicateName } from './duplicate-name.ts';
import { networkName } from './types.ts';

export interface PlannedChild {
  readonly id: string;
  readonly properties: JsonObject;
}

export interface InlineChildren<E, P extends PlannedChild> {
  /** Of the parent, as stored. */
  readonly parentId: string;
  /** `securityRules`, the last segment of their type. */
  readonly collection: string;
  readonly type: string;
  readonly entries: readonly E[];
  readonly stored: readonly Document[];
  readonly plan: (
    id: string,
    properties: E extends { properties?: infer Q } ? Q : never,
    existing: Document | undefined,
  ) => P | ArmError;
  /** What is wrong with them together. */
  readonly check: (plans: readonly P[]) => ArmError | undefined;
  /** An entry that cannot be one: its name, and why. */
  readonly invalid: (name: string, why: string) => ArmError;
}

/** The writes of the children. Throws ArmError where one of them, or all together, are refused. */
export const inlineChildrenEffects = <
  E extends {
    readonly name?: string | undefined;
    readonly id?: string | undefined;
    readonly properties?: unknown;
  },
  P extends PlannedChild,
>(
  children: InlineChildren<E, P>,
): Effects => {
  const { parentId, collection, type, entries, stored, invalid } = children;
  const byName = new Map(stored.map((child) => [nameOf(child.id).toLowerCase(), child]));
  const plans: { plan: P; before: Document | undefined }[] = [];
  /** Lower-case names. */
  const planned = new Set<string>();
  for (const entry of entries) {
    const name = entry.name ?? (entry.id === undefined ? '' : nameOf(entry.id));
    if (!networkName.pattern.test(name)) throw invalid(name, networkName.rule);
    const key = name.toLowerCase();
    const before = byName.get(key);
    const id = before?.id ?? `${parentId}/${collection}/${name}`;
    if (planned.has(key)) throw duplicateName(parentId, name, `properties.${collection}`);
    planned.add(key);
    plans.push({ plan: orThrow(children.plan(id, entry.properties as never, before)), before });
  }
  const refused = children.check(plans.map(({ plan }) => plan));
  if (refused) throw refused;
  const gone = stored.filter((child) => !planned.has(nameOf(child.id).toLowerCase()));
  return {
    expect: plans.map(({ plan, before }) => ({
      id: plan.id,
      version: before?.version ?? ('absent' as const),
    })),
    puts: plans.map(({ plan, before }) => ({
      id: plan.id,
      type,
      body: { ...before?.body, properties: plan.properties },
    })),
    deletes: gone.map((child) => child.id),
    releases: gone.map((child) => ({ holder: child.id.toLowerCase() })),
  };
};
