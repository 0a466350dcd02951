/** Answers about requirements for people. */

import { didYouMean } from '@tombolo/private-link';
import {
  type Catalogue,
  type CatalogueDifference,
  catalogueName,
  type countRows,
  differenceLines,
  type Explanation,
  portList,
  provenance,
  type RequirementAnswer,
  sourceSpan,
  spanText,
  target,
  versionBounds,
} from '@tombolo/requirements';
import { table } from '../../shell/output.ts';

type CatalogueInAnswer = Pick<RequirementAnswer['catalogue'], 'version' | 'kept' | 'asOf' | 'sources'>;

/** Rows of other products and clouds say nothing that was asked. */
export const asked = (answer: RequirementAnswer): RequirementAnswer => ({
  ...answer,
  out: answer.out.filter(({ reason }) => reason.code !== 'other-cloud' && reason.code !== 'other-product'),
});

/** Each with where it is reached, if that is known. */
const namesOf = ({ expansion: { names, pattern } }: RequirementAnswer['in'][number]): readonly string[] => [
  ...names.map(({ name, verified, addresses = [] }) =>
    [
      name,
      ...(verified ? [] : ['(unverified)']),
      ...(addresses.length === 0 ? [] : [`at ${addresses.join(', ')}`]),
    ].join(' '),
  ),
  ...(pattern === undefined ? [] : [pattern]),
];

/** `Catalogue 3.0.0, from sources of …`: the age is that of the sources. */
export const catalogueText = (catalogue: CatalogueInAnswer, today: string): string =>
  `Catalogue ${catalogueName(catalogue)}, from ${spanText(catalogue.sources, today)}.`;

export const answerText = (answer: RequirementAnswer, today: string): string => {
  const rows = answer.in.map((entry) => {
    const { required } = entry.requirement;
    const shown = target(entry.requirement);
    const names = namesOf(entry);
    return [
      names.length === 0 || (names.length === 1 && names[0] === shown)
        ? shown
        : [shown, ...names].join('\n  '),
      portList(entry),
      entry.via,
      entry.source.join('\n'),
      [required.phase, versionBounds(entry)].filter(Boolean).join('\n'),
    ];
  });
  const patterns = answer.in.filter((entry) => entry.expansion.pattern !== undefined).length;
  return [
    ...answer.warnings.map((warning) => `note: ${warning}`),
    table(['host', 'ports', 'via', 'source', 'when'], rows),
    `${answer.in.length} entries, ${patterns} of them patterns with no source of all their names; ${answer.out.length} left out (--json says why). ${catalogueText(answer.catalogue, today)}`,
  ].join('\n');
};

type Counts = ReturnType<typeof countRows>;

const dayOf = ({ newest }: Counts[number]['sources']): string => newest ?? 'undated';

export const summaryText = (counts: Counts, catalogue: Catalogue, today: string): string => {
  const head = ['product', 'cloud', 'rows', 'entries', 'gone', 'newest', 'in all'];
  const rows = counts.map((count) =>
    [
      count.product,
      count.cloud,
      count.rows,
      count.entries,
      count.superseded + count.withdrawn,
      dayOf(count.sources),
      count.composed,
    ].map(String),
  );
  const total = (key: 'rows' | 'entries' | 'superseded' | 'withdrawn'): number =>
    counts.reduce((sum, count) => sum + count[key], 0);
  return `${table(head, rows)}\n${total('rows')} rows, ${total('entries')} entries, ${total('superseded')} superseded, ${total('withdrawn')} withdrawn. ${catalogueText({ ...catalogue, sources: sourceSpan(catalogue.requirements) }, today)} Published ${catalogue.date}: ${catalogue.basis}.`;
};

export const explanationText = (
  { host, rows, nearest }: Explanation,
  catalogue: CatalogueInAnswer,
  today: string,
): string => {
  if (rows.length === 0) {
    return `${host.host}: no row of the catalogue covers it. ${didYouMean(nearest)}${catalogueText(catalogue, today)}`;
  }
  const lines = rows.map(({ judged, needed, limits, notes, region, name }) => {
    const { requirement } = judged;
    const where = [
      needed && judged.included ? `IN, ${judged.via}` : 'out',
      ...limits,
      judged.reason.text,
      ...notes,
      ...(region === undefined ? [] : [`region ${region}`]),
      ...(name?.memberName === undefined ? [] : [`member ${name.memberName}`]),
      ...(name?.addresses === undefined ? [] : [`at ${name.addresses.join(', ')}`]),
    ];
    return [
      `${target(requirement)}  ${portList(judged)}  (${requirement.product}, ${requirement.cloud})`,
      `  ${requirement.purpose}`,
      `  ${where.join('; ')}`,
      `  ${provenance(requirement)}`,
    ].join('\n');
  });
  // The port of https goes without saying.
  const port = host.port === undefined || host.port === 443 ? '' : `:${host.port}`;
  return [`${host.host}${port}${host.path ?? ''}`, ...lines, catalogueText(catalogue, today)].join('\n');
};

export const differenceText = (difference: CatalogueDifference): string => {
  const { from, to, added, removed, changed, unchanged } = difference;
  return [
    `${from.version} (${from.date}) → ${to.version} (${to.date}): ${added.length} added, ${removed.length} removed, ${changed.length} changed, ${unchanged} unchanged`,
    ...differenceLines(difference),
  ].join('\n');
};
