/** How old service tags are, which of several versions is the newest, and when that is an alarm. */

import type { DocumentForm } from './document.ts';

/** What is known of a version beside its tags. Times are epoch milliseconds. */
export interface VersionFacts {
  readonly cloud: string;
  readonly changeNumber: string;
  readonly form: DocumentForm;
  /** File name or address it came from. */
  readonly source: string;
  readonly fetchedAt: number;
  /** From the file's name (`ServiceTags_Public_20260810.json`) or given. */
  readonly publishedAt?: number;
  readonly tagCount: number;
  readonly prefixCount: number;
}

export const dayMs = 86_400_000;
/** The file is published weekly, and a new prefix is not used for a week after that: two weeks old misses addresses. */
const defaultMaxAgeMs = 14 * dayMs;

/** The date in the name of the downloadable file; undefined: it has none. */
export const publishedAtOf = (fileName: string): number | undefined => {
  const [, year, month, day] = /_(\d{4})(\d{2})(\d{2})\.json$/i.exec(fileName) ?? [];
  if (year === undefined) return undefined;
  const at = Date.parse(`${year}-${month}-${day}T00:00:00Z`);
  return Number.isNaN(at) ? undefined : at;
};

export interface Freshness {
  readonly ageMs: number;
  /** What the age counts from. */
  readonly since: 'published' | 'fetched';
  readonly maxAgeMs: number;
  readonly stale: boolean;
}

/** Age counts from the publication where it is known: an old file fetched today is old. */
export const freshnessOf = (
  version: Pick<VersionFacts, 'fetchedAt' | 'publishedAt'>,
  now: number,
  maxAgeMs: number = defaultMaxAgeMs,
): Freshness => {
  const ageMs = Math.max(0, now - (version.publishedAt ?? version.fetchedAt));
  return {
    ageMs,
    since: version.publishedAt === undefined ? 'fetched' : 'published',
    maxAgeMs,
    stale: ageMs > maxAgeMs,
  };
};

/** Oldest first: by change number where both are numbers, else by time. */
export const compareVersions = (
  a: Pick<VersionFacts, 'changeNumber' | 'fetchedAt' | 'publishedAt'>,
  b: Pick<VersionFacts, 'changeNumber' | 'fetchedAt' | 'publishedAt'>,
): number => {
  const [left, right] = [Number(a.changeNumber), Number(b.changeNumber)];
  if (Number.isSafeInteger(left) && Number.isSafeInteger(right) && left !== right) return left - right;
  return (a.publishedAt ?? a.fetchedAt) - (b.publishedAt ?? b.fetchedAt);
};

/** The newest version of each cloud, clouds in the order of their names. */
export const newestByCloud = <V extends VersionFacts>(versions: readonly V[]): readonly V[] => {
  const newest = new Map<string, V>();
  for (const version of versions) {
    const key = version.cloud.toLowerCase();
    const before = newest.get(key);
    if (before === undefined || compareVersions(before, version) < 0) newest.set(key, version);
  }
  return [...newest.values()].sort((a, b) => (a.cloud < b.cloud ? -1 : 1));
};

/** `3 days`, `5 hours`, `2 minutes`: the largest unit that is at least one. */
export const ageText = (ageMs: number): string => {
  for (const [unit, ms] of [
    ['day', dayMs],
    ['hour', 3_600_000],
    ['minute', 60_000],
  ] as const) {
    const count = Math.floor(ageMs / ms);
    if (count >= 1) return `${count} ${unit}${count === 1 ? '' : 's'}`;
  }
  return 'under a minute';
};

/** `published 3 days ago (2026-08-10), fetched 2026-08-11`. */
export const freshnessText = (
  version: Pick<VersionFacts, 'fetchedAt' | 'publishedAt'>,
  freshness: Freshness,
): string => {
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  const age = `${ageText(freshness.ageMs)} ago`;
  const dates =
    version.publishedAt === undefined
      ? `fetched ${age} (${day(version.fetchedAt)})`
      : `published ${age} (${day(version.publishedAt)}), fetched ${day(version.fetchedAt)}`;
  return freshness.stale ? `${dates}: STALE, older than ${ageText(freshness.maxAgeMs)}` : dates;
};

/** Prometheus text: one series for each cloud. */
export const freshnessMetrics = (
  entries: readonly { readonly version: VersionFacts; readonly freshness: Freshness }[],
): string => {
  const series: readonly (readonly [string, string, (entry: (typeof entries)[number]) => number])[] = [
    ['age_seconds', 'Age of the newest service tags.', ({ freshness }) => Math.floor(freshness.ageMs / 1000)],
    [
      'max_age_seconds',
      'Age from which they are stale.',
      ({ freshness }) => Math.floor(freshness.maxAgeMs / 1000),
    ],
    ['stale', '1: older than that age.', ({ freshness }) => Number(freshness.stale)],
    ['change_number', 'Change number of the newest.', ({ version }) => Number(version.changeNumber)],
    ['prefixes', 'Prefixes in the newest.', ({ version }) => version.prefixCount],
  ];
  return series
    .map(([name, help, value]) =>
      [
        `# HELP tombolo_service_tags_${name} ${help}`,
        `# TYPE tombolo_service_tags_${name} gauge`,
        ...entries.map(
          (entry) => `tombolo_service_tags_${name}{cloud="${entry.version.cloud}"} ${value(entry)}`,
        ),
        '',
      ].join('\n'),
    )
    .join('');
};
