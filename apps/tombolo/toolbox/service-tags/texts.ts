/** What the service-tag commands print for people. */

import { formatSet, prefixCount } from '@tombolo/ip/prefix-set';
import {
  type Freshness,
  freshnessOf,
  freshnessText,
  type KeptVersions,
  prefixSetOf,
  type ServiceTag,
  type VersionFacts,
} from '@tombolo/service-tags';
import { table } from '../../shell/output.ts';
import type { Serving } from './serving.ts';

export interface ShownVersion extends VersionFacts {
  readonly freshness: Freshness;
}

export const withFreshness = <V extends VersionFacts>(version: V, now: number, maxAgeMs: number) => ({
  ...version,
  freshness: freshnessOf(version, now, maxAgeMs),
});

/** Times as ISO text, for JSON. */
export const versionJson = ({ freshness, ...version }: ShownVersion) => ({
  ...version,
  fetchedAt: new Date(version.fetchedAt).toISOString(),
  ...(version.publishedAt === undefined ? {} : { publishedAt: new Date(version.publishedAt).toISOString() }),
  freshness,
});

export const versionsText = (versions: readonly ShownVersion[]): string =>
  table(
    ['cloud', 'change number', 'tags', 'prefixes', 'freshness', 'source'],
    versions.map((version) => [
      version.cloud,
      version.changeNumber,
      String(version.tagCount),
      String(version.prefixCount),
      freshnessText(version, version.freshness),
      version.source,
    ]),
  );

export const servingText = (serving: Serving): string =>
  'served' in serving
    ? `The installation serves ${serving.served.cloud} ${serving.served.changeNumber}.`
    : `Not served by an installation: ${serving.notServed}`;

export const problemsText = (problems: KeptVersions['problems']): readonly string[] =>
  problems.map(({ path, message }) => `not used: ${path}: ${message}`);

/** A tag with its rules: the prefixes as listed, or aggregated. */
export const tagJson = (tag: ServiceTag, aggregated: boolean) => {
  const set = prefixSetOf(tag);
  return {
    ...tag,
    rules: prefixCount(set),
    ...(aggregated ? { addressPrefixes: formatSet(set) } : {}),
  };
};

/** Where the lists are published, weekly; Learn's page on service tags names the same. */
export const downloads = [
  'https://www.microsoft.com/download/details.aspx?id=56519 (Public)',
  'https://www.microsoft.com/download/details.aspx?id=57063 (AzureGovernment)',
  'https://www.microsoft.com/download/details.aspx?id=57062 (AzureChina)',
] as const;

/** What stands in the place of a list where none is kept. */
export const noneKept = (what: string): readonly string[] => [
  `${what}: download a list and import it.`,
  ...downloads.map((place) => `  ${place}`),
];
