/** Where entries were read and how old that is: a catalogue's own date says nothing of its sources. */

import type { Requirement } from './requirement.ts';

/** The day of the text that has the entry; absent: its source states none. */
const sourceDate = ({ seed, page }: Pick<Requirement, 'seed' | 'page'>): string | undefined =>
  page?.date ?? seed?.date;

/** `servers/includes/network-requirements.md of 2026-06-24, URLs, row 3`. */
export const provenance = ({ seed, page }: Pick<Requirement, 'seed' | 'page'>): string => {
  if (page !== undefined) {
    const row = page.row === undefined ? '' : `, row ${page.row}`;
    const since = page.since === undefined ? '' : `, there since ${page.since}`;
    const until = page.withdrawn === undefined ? '' : `, withdrawn ${page.withdrawn}`;
    return `${page.repository} ${page.path} of ${page.date}, ${page.table}${row}${since}${until}`;
  }
  const of = seed?.date === undefined ? '' : ` of ${seed.date}`;
  return `seed ${seed?.name}${of}, ${seed?.table}, row ${seed?.row}`;
};

/** One key for all hosts of one row. */
export const rowKey = ({ seed, page, id }: Pick<Requirement, 'seed' | 'page' | 'id'>): string =>
  page === undefined
    ? `${seed?.name} ${seed?.table} ${seed?.row}`
    : `${page.repository} ${page.path} ${page.table} ${page.row ?? id}`;

export interface SourceSpan {
  /** Days of the oldest and the newest source. */
  readonly oldest?: string;
  readonly newest?: string;
  /** Entries whose source states no day. */
  readonly undated: number;
}

export const sourceSpan = (entries: readonly Pick<Requirement, 'seed' | 'page'>[]): SourceSpan => {
  const dates = entries.map(sourceDate);
  const known = dates.filter((date) => date !== undefined).sort();
  const [oldest] = known;
  const newest = known.at(-1);
  return {
    ...(oldest === undefined ? {} : { oldest }),
    ...(newest === undefined ? {} : { newest }),
    undated: dates.length - known.length,
  };
};

export interface SourceAge {
  /** Days that passed since the newest source was read, and since the oldest was. */
  readonly newestDays?: number;
  readonly oldestDays?: number;
}

const midnight = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const daysFrom = (day: string, today: string): number =>
  Math.max(0, Math.round((midnight(today) - midnight(day)) / 86_400_000));

/** How old sources are on a day, `YYYY-MM-DD`. */
export const sourceAge = ({ oldest, newest }: SourceSpan, today: string): SourceAge => ({
  ...(newest === undefined ? {} : { newestDays: daysFrom(newest, today) }),
  ...(oldest === undefined ? {} : { oldestDays: daysFrom(oldest, today) }),
});

const daysText = (count: number): string => (count === 1 ? '1 day' : `${count} days`);

const ageText = ({ newestDays, oldestDays }: SourceAge): string => {
  if (newestDays === undefined || oldestDays === undefined) return '';
  return ` (${newestDays === oldestDays ? '' : `${newestDays} to `}${daysText(oldestDays)} old)`;
};

/** `sources of 2023-12-26 to 2026-08-10`; with a day also `(109 to 1067 days old)`. Files that are kept say no age: it would grow stale. */
export const spanText = (span: SourceSpan, today?: string): string => {
  const { oldest, newest, undated } = span;
  if (oldest === undefined) return undated === 0 ? 'no sources' : 'sources without a date';
  const days = oldest === newest ? oldest : `${oldest} to ${newest}`;
  const age = today === undefined ? '' : ageText(sourceAge(span, today));
  return `sources of ${days}${age}${undated === 0 ? '' : `, and ${undated} entries of undated ones`}`;
};

/** As every output names a catalogue: `3.1.0 (taken from a file) as of 2026-01-01`. */
export const catalogueName = ({
  version,
  kept,
  asOf,
}: {
  readonly version: string;
  readonly kept?: true;
  readonly asOf?: string;
}): string =>
  `${version}${kept === true ? ' (taken from a file)' : ''}${asOf === undefined ? '' : ` as of ${asOf}`}`;
