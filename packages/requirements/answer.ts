/** The answer to a query: every entry of the catalogue either in or out, each with its reason. */

import type { Catalogue } from './catalogue.ts';
import { compositionOf } from './composition.ts';
import { type Expansion, expandHost } from './expansion.ts';
import { inNamesOf } from './installation-names.ts';
import { judge, type Reason, type Via } from './judgement.ts';
import type { RequirementQuery } from './query.ts';
import type { Feature, Product, Requirement, SourceRole } from './requirement.ts';

export interface IncludedRequirement {
  readonly requirement: Requirement;
  readonly included: true;
  readonly via: Via;
  readonly reason: Reason;
  /** Works without it. */
  readonly optional: boolean;
  /** Narrowed by the features that are used. */
  readonly source: readonly SourceRole[];
  readonly expansion: Expansion;
}

export interface ExcludedRequirement {
  readonly requirement: Requirement;
  readonly included: false;
  readonly reason: Reason;
}

export type JudgedRequirement = IncludedRequirement | ExcludedRequirement;

export interface RequirementAnswer {
  readonly catalogue: { readonly version: string; readonly date: string };
  readonly query: RequirementQuery;
  readonly warnings: readonly string[];
  /** The exact list. */
  readonly in: readonly IncludedRequirement[];
  readonly out: readonly ExcludedRequirement[];
}

/** What of a product's table is asked for: all of it, or rows for these features only; or why none. */
export type TableUse =
  | { readonly used: true; readonly onlyFeatures?: readonly Feature[]; readonly because: string }
  | { readonly used: false; readonly needsFeature: Feature; readonly because: string };

/** Features as judged: data services are in direct mode unless the query says otherwise. */
const effectiveFeatures = (query: RequirementQuery): readonly Feature[] =>
  query.products.includes('data-services') && !query.features.some((name) => name.endsWith('-mode'))
    ? [...query.features, 'direct-mode']
    : query.features;

/** The tables that the products take in; a wider use wins over a narrower one. */
export const tableUses = (
  query: Pick<RequirementQuery, 'products' | 'cloud'>,
  features: readonly Feature[],
): ReadonlyMap<Product, TableUse> => {
  const uses = new Map<Product, TableUse>();
  const widths = (use: TableUse | undefined): number => {
    if (use === undefined) return 0;
    return use.used ? (use.onlyFeatures === undefined ? 3 : 2) : 1;
  };
  const take = (product: Product, use: TableUse): void => {
    if (widths(use) > widths(uses.get(product))) uses.set(product, use);
  };
  for (const product of query.products) {
    const { title, adds } = compositionOf(product);
    take(product, { used: true, because: title });
    for (const addition of adds) {
      if (addition.clouds !== undefined && !addition.clouds.includes(query.cloud)) continue;
      const because = `${title}: ${addition.because}`;
      const { whenFeature, onlyFeatures } = addition;
      if (whenFeature !== undefined && !features.includes(whenFeature)) {
        take(addition.product, { used: false, needsFeature: whenFeature, because });
      } else {
        take(addition.product, {
          used: true,
          because,
          ...(onlyFeatures === undefined ? {} : { onlyFeatures }),
        });
      }
    }
  }
  return uses;
};

const narrowed = (requirement: Requirement, features: readonly Feature[]): readonly SourceRole[] => {
  const chosen = (requirement.sourceByFeature ?? []).filter(({ feature }) => features.includes(feature));
  return chosen.length === 0 ? requirement.source : chosen.map(({ source }) => source);
};

/** Answers for the whole catalogue: `in` and `out` together hold each entry once. Pure. */
export const answerQuery = (catalogue: Catalogue, query: RequirementQuery): RequirementAnswer => {
  const features = effectiveFeatures(query);
  const uses = tableUses(query, features);
  const { profile } = query;
  const requirements =
    profile === undefined ? catalogue.requirements : inNamesOf(catalogue.requirements, query.cloud, profile);
  const judged = requirements.map((requirement): JudgedRequirement => {
    const verdict = judge(requirement, { ...query, features }, uses.get(requirement.product));
    if (!verdict.included) return { requirement, included: false, reason: verdict.reason };
    return {
      requirement,
      included: true,
      via: verdict.via,
      reason: verdict.reason,
      optional: requirement.required.phase === 'optional',
      source: narrowed(requirement, features),
      expansion: expandHost(requirement.host, verdict.via === 'private', query),
    };
  });
  return {
    catalogue: { version: catalogue.version, date: catalogue.date },
    query,
    warnings: query.warnings,
    in: judged.filter((entry) => entry.included),
    out: judged.filter((entry) => !entry.included),
  };
};
