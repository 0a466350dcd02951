/** What changed between two catalogues, in what a firewall's owner has to do: open, close, look again. */

import type { CloudName, Product, Requirement } from './requirement.ts';
import { target } from './requirement.ts';

interface FieldChange {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface CatalogueDifference {
  readonly from: { readonly version: string; readonly date: string };
  readonly to: { readonly version: string; readonly date: string };
  /** Now needed, and was not before. */
  readonly added: readonly Requirement[];
  /** Needed before and not now; `replacedBy` names the entry that stands instead. */
  readonly removed: readonly { readonly requirement: Requirement; readonly replacedBy?: Requirement }[];
  readonly changed: readonly {
    readonly requirement: Requirement;
    readonly changes: readonly FieldChange[];
  }[];
  readonly unchanged: number;
}

export interface ComparedCatalogue {
  readonly version: string;
  readonly date: string;
  readonly requirements: readonly Requirement[];
}

/** What changes a rule or its reason; provenance and wording of the purpose do not. */
const compared = [
  'ports',
  'direction',
  'local',
  'source',
  'required',
  'privateLink',
  'agentVersion',
  'extensionVersion',
  'minimumTls',
  'allowsTls13',
  'serviceTag',
  'parameters',
] as const satisfies readonly (keyof Requirement)[];

/** Keys in one order, so that equal values have equal text. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, entry: unknown) =>
    entry !== null && typeof entry === 'object' && !Array.isArray(entry)
      ? Object.fromEntries(Object.entries(entry).sort(([left], [right]) => (left < right ? -1 : 1)))
      : entry,
  ) ?? 'undefined';

const keyOf = (entry: Requirement): string =>
  `${entry.product}\n${entry.cloud}\n${target(entry)}\n${entry.variant ?? ''}`;

const changesOf = (before: Requirement, after: Requirement): readonly FieldChange[] =>
  compared
    .filter((field) => canonical(before[field]) !== canonical(after[field]))
    .map((field) => ({ field, before: before[field] ?? null, after: after[field] ?? null }));

export interface DifferenceFilter {
  readonly products?: readonly Product[];
  readonly clouds?: readonly CloudName[];
}

/** Compares current entries by product, cloud, host and path. */
export const compareCatalogues = (
  from: ComparedCatalogue,
  to: ComparedCatalogue,
  filter: DifferenceFilter = {},
): CatalogueDifference => {
  const current = (catalogue: ComparedCatalogue): ReadonlyMap<string, Requirement> =>
    new Map(
      catalogue.requirements
        .filter((entry) => entry.status === 'current')
        .filter((entry) => filter.products?.includes(entry.product) ?? true)
        .filter((entry) => filter.clouds?.includes(entry.cloud) ?? true)
        .map((entry) => [keyOf(entry), entry]),
    );
  const before = current(from);
  const after = current(to);
  const kept = [...after].flatMap(([key, entry]) => {
    const earlier = before.get(key);
    return earlier === undefined ? [] : [{ requirement: entry, changes: changesOf(earlier, entry) }];
  });
  const successorOf = (requirement: Requirement): Requirement | undefined => {
    const marked = to.requirements.find(
      (entry) => entry.id === requirement.id || keyOf(entry) === keyOf(requirement),
    );
    return to.requirements.find((entry) => entry.id === marked?.supersededBy);
  };
  return {
    from: { version: from.version, date: from.date },
    to: { version: to.version, date: to.date },
    added: [...after].filter(([key]) => !before.has(key)).map(([, entry]) => entry),
    removed: [...before]
      .filter(([key]) => !after.has(key))
      .map(([, requirement]) => {
        const replacedBy = successorOf(requirement);
        return replacedBy === undefined ? { requirement } : { requirement, replacedBy };
      }),
    changed: kept.filter(({ changes }) => changes.length > 0),
    unchanged: kept.filter(({ changes }) => changes.length === 0).length,
  };
};
