/** Changes of the catalogue as a JSON feed (jsonfeed.org, version 1.1): one item a published version. */

import type { Catalogue } from './catalogue.ts';
import { type CatalogueDifference, compareCatalogues } from './difference.ts';
import type { Requirement } from './requirement.ts';
import { target } from './requirement.ts';

export interface JsonFeed {
  readonly version: 'https://jsonfeed.org/version/1.1';
  readonly title: string;
  readonly description: string;
  readonly language: 'en';
  readonly feed_url?: string;
  readonly home_page_url?: string;
  readonly items: readonly JsonFeedItem[];
}

export interface JsonFeedItem {
  readonly id: string;
  readonly title: string;
  readonly content_text: string;
  readonly date_published: string;
  readonly tags: readonly string[];
  readonly url?: string;
  /** Extension of ours: the difference as data. */
  readonly _tombolo: {
    readonly version: string;
    readonly previous: string | null;
    readonly added: readonly string[];
    readonly removed: readonly { readonly id: string; readonly replacedBy: string | null }[];
    readonly changed: readonly { readonly id: string; readonly fields: readonly string[] }[];
  };
}

const place = (entry: Requirement): string => `${entry.product}, ${entry.cloud}`;

/** One line a change, as `diff` prints it too. */
export const differenceLines = ({ added, removed, changed }: CatalogueDifference): readonly string[] => [
  ...added.map((entry) => `+ ${target(entry)} (${place(entry)}): ${entry.purpose}`),
  ...removed.map(
    ({ requirement, replacedBy }) =>
      `- ${target(requirement)} (${place(requirement)})${replacedBy === undefined ? '' : `: now ${target(replacedBy)}`}`,
  ),
  ...changed.map(
    ({ requirement, changes }) =>
      `~ ${target(requirement)} (${place(requirement)}): ${changes.map(({ field }) => field).join(', ')}`,
  ),
];

const item = (catalogue: Catalogue, previous: Catalogue | undefined, origin?: string): JsonFeedItem => {
  const nothing = { version: '0.0.0', date: catalogue.date, requirements: [] };
  const difference = compareCatalogues(previous ?? nothing, catalogue);
  const { added, removed, changed } = difference;
  return {
    id: `tombolo-requirements-${catalogue.version}`,
    title: `Network requirements ${catalogue.version}: ${added.length} added, ${removed.length} removed, ${changed.length} changed`,
    content_text: [catalogue.basis, ...differenceLines(difference)].join('\n'),
    date_published: `${catalogue.date}T00:00:00Z`,
    tags: [
      ...new Set([...added, ...changed.map((entry) => entry.requirement)].map((entry) => entry.product)),
    ],
    ...(origin === undefined
      ? {}
      : { url: `${origin}/requirements/catalogue.json?version=${catalogue.version}` }),
    _tombolo: {
      version: catalogue.version,
      previous: previous?.version ?? null,
      added: added.map((entry) => entry.id),
      removed: removed.map(({ requirement, replacedBy }) => ({
        id: requirement.id,
        replacedBy: replacedBy?.id ?? null,
      })),
      changed: changed.map(({ requirement, changes }) => ({
        id: requirement.id,
        fields: changes.map(({ field }) => field),
      })),
    },
  };
};

/** @param origin `https://management.example:8443`, where the feed is served; absent: the feed is a file */
export const changeFeed = (catalogues: readonly Catalogue[], origin?: string): JsonFeed => ({
  version: 'https://jsonfeed.org/version/1.1',
  title: 'Tombolo: network requirements of Azure Arc',
  description: 'What a network has to allow, as versions of the catalogue change it.',
  language: 'en',
  ...(origin === undefined
    ? {}
    : {
        feed_url: `${origin}/requirements/feed.json`,
        home_page_url: `${origin}/requirements/catalogue.json`,
      }),
  items: catalogues.map((entry, index) => item(entry, catalogues[index - 1], origin)).reverse(),
});
