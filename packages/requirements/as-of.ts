/** A catalogue of pages as these were on a day: rows that came later are not there, rows withdrawn later still are. */

import { type Catalogue, seedCatalogue } from './catalogue.ts';
import { RequirementsProblem } from './problem.ts';
import type { Requirement } from './requirement.ts';

const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) &&
  new Date(`${text}T00:00:00Z`).toString() !== 'Invalid Date' &&
  new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);

const onDay = (entry: Requirement, day: string): readonly Requirement[] => {
  const { page } = entry;
  if (page === undefined) return [entry];
  if (day < page.knownFrom || (page.since !== undefined && day < page.since)) return [];
  if (page.withdrawn === undefined || day >= page.withdrawn) return [entry];
  const { supersededBy: _later, ...standing } = entry;
  return [{ ...standing, status: 'current' }];
};

/** Tables of which nothing was read that is as old as the day. */
const unknownThen = (requirements: readonly Requirement[], day: string): readonly string[] => [
  ...new Set(
    requirements
      .filter(({ page }) => page !== undefined && day < page.knownFrom)
      .map(({ product, cloud, page }) => `${product} in ${cloud} (known from ${page?.knownFrom} on)`),
  ),
];

/**
 * `seeds`: the seeds' tables; a day: what the pages listed then, with the conditions of today's text; absent: today.
 * @throws RequirementsProblem InvalidDate: no day, one to come, or one before all that was read
 */
export const catalogueAsOf = (catalogue: Catalogue, asOf: string | undefined, today: string): Catalogue => {
  if (asOf === undefined) return catalogue;
  if (asOf === 'seeds') return { ...seedCatalogue, asOf };
  const fix = 'Give a day such as 2025-06-30, or seeds.';
  if (!isDay(asOf)) {
    throw new RequirementsProblem('InvalidDate', `'${asOf.slice(0, 40)}' is no day of the calendar.`, fix);
  }
  if (asOf > today) {
    throw new RequirementsProblem(
      'InvalidDate',
      `${asOf} is still to come: what a page will say is unknown.`,
      fix,
    );
  }
  const requirements = catalogue.requirements.flatMap((entry) => onDay(entry, asOf));
  if (requirements.length === 0) {
    const first = catalogue.requirements.map(({ page }) => page?.knownFrom ?? '9999').sort()[0];
    throw new RequirementsProblem(
      'InvalidDate',
      `No page was read as it was on ${asOf}: the oldest text is of ${first}.`,
      `Give a day from ${first} on, or seeds.`,
    );
  }
  const unknown = unknownThen(catalogue.requirements, asOf);
  return {
    ...catalogue,
    asOf,
    requirements,
    notes: [
      `Hosts as the pages listed them on ${asOf}; conditions are those of the newest text.`,
      ...(unknown.length === 0 ? [] : [`What was listed on ${asOf} is not known of: ${unknown.join('; ')}.`]),
    ],
  };
};
