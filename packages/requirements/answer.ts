/** The answer to a query: every entry of the catalogue either in or out, each with its reason. */

import type { Catalogue } from './catalogue.ts';
import { factsFor } from './catalogue-facts.ts';
import { compositionsOf } from './composition.ts';
import { type Expansion, expandHost } from './expansion.ts';
import { inNamesOf } from './installation-names.ts';
import { judge, type Reason, type Via } from './judgement.ts';
import { type SourceSpan, sourceSpan } from './provenance.ts';
import type { RequirementQuery } from './query.ts';
import type { Feature, Requirement, SourceRole } from './requirement.ts';
import { tableUses } from './table-use.ts';
import type { Gap } from './version-bounds.ts';

interface IncludedRequirement {
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

interface ExcludedRequirement {
  readonly requirement: Requirement;
  readonly included: false;
  readonly reason: Reason;
}

export type JudgedRequirement = IncludedRequirement | ExcludedRequirement;

export interface RequirementAnswer {
  readonly catalogue: {
    readonly version: string;
    /** The day of its publication, which says nothing of its sources. */
    readonly date: string;
    /** Not the release's: it was taken from a file. */
    readonly kept?: true;
    /** As it was on that day (`--as-of`). */
    readonly asOf?: string;
    /** Of the exact list. */
    readonly sources: SourceSpan;
  };
  readonly query: RequirementQuery;
  readonly warnings: readonly string[];
  /** The exact list. */
  readonly in: readonly IncludedRequirement[];
  readonly out: readonly ExcludedRequirement[];
}

/** Features as judged: data services are in direct mode unless the query says otherwise. */
const effectiveFeatures = (query: RequirementQuery): readonly Feature[] =>
  query.products.includes('data-services') && !query.features.some((name) => name.endsWith('-mode'))
    ? [...query.features, 'direct-mode']
    : query.features;

const narrowed = (requirement: Requirement, features: readonly Feature[]): readonly SourceRole[] => {
  const chosen = (requirement.sourceByFeature ?? []).filter(({ feature }) => features.includes(feature));
  return chosen.length === 0 ? requirement.source : chosen.map(({ source }) => source);
};

const gapWarning = ({ extension, version, until, from }: Gap): string =>
  `No row is for ${extension} ${version}: rows end with ${until} and others begin with ${from}. Both are in the list.`;

/** Answers for the whole catalogue: `in` and `out` together hold each entry once. Pure. */
export const answerQuery = (catalogue: Catalogue, query: RequirementQuery): RequirementAnswer => {
  const features = effectiveFeatures(query);
  const uses = tableUses(query, features, compositionsOf(catalogue));
  const { profile } = query;
  const requirements =
    profile === undefined ? catalogue.requirements : inNamesOf(catalogue.requirements, query.cloud, profile);
  const facts = factsFor(requirements, query);
  const judged = requirements.map((requirement): JudgedRequirement => {
    const verdict = judge(requirement, { ...query, features }, uses.get(requirement.product), facts);
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
  const included = judged.filter((entry) => entry.included);
  return {
    catalogue: {
      version: catalogue.version,
      date: catalogue.date,
      ...(catalogue.kept === undefined ? {} : { kept: catalogue.kept }),
      ...(catalogue.asOf === undefined ? {} : { asOf: catalogue.asOf }),
      sources: sourceSpan(included.map(({ requirement }) => requirement)),
    },
    query,
    warnings: [...query.warnings, ...facts.gaps.map(gapWarning), ...(catalogue.notes ?? [])],
    in: included,
    out: judged.filter((entry) => !entry.included),
  };
};
