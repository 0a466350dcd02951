/** What `tombolo requirements show` can show: one entry by its id, or a list that stands beside the tables. */

import { didYouMean, nearestNames } from '@tombolo/private-link';
import {
  type Catalogue,
  catalogueDocument,
  cataloguesUpTo,
  compositionsOf,
  currentCatalogue,
} from '@tombolo/requirements';
import { CommandError } from '../../shell/command-error.ts';

/** The lists beside the tables are the release's, whatever catalogue is in force: they are not taken from files. */
const lists = catalogueDocument(currentCatalogue);

const ofRelease: Readonly<Record<string, unknown>> = {
  'service-tags': { tags: lists.serviceTags, catchAll: lists.catchAllServiceTag },
  inspection: lists.inspection,
  tls: { minimum: '1.2', platforms: lists.tlsPlatforms, facts: lists.tlsFacts },
  'security-rules': lists.securityRules,
  limits: lists.privateLinkLimits,
  extensions: { services: lists.extensionServices, resourceManagement: lists.resourceManagementPrivateLink },
  'proxy-bypass': { groups: lists.proxyBypassGroups, limits: lists.proxyLimits },
  parameters: lists.parameters,
  regions: lists.regions,
};

const ofCatalogue: Readonly<Record<string, (catalogue: Catalogue) => unknown>> = {
  products: compositionsOf,
  versions: (catalogue) =>
    cataloguesUpTo(catalogue).map(({ version, date, basis }) => ({ version, date, basis })),
};

export const topicNames = ['products', ...Object.keys(ofRelease), 'versions'];

export interface Shown {
  /** What it was taken from. */
  readonly catalogue: Catalogue;
  readonly shown: unknown;
}

/** Throws InvalidArgument with the nearest topics and ids. */
export const showTopic = (name: string, inForce: Catalogue): Shown => {
  if (Object.hasOwn(ofRelease, name)) return { catalogue: currentCatalogue, shown: ofRelease[name] };
  const topic = Object.hasOwn(ofCatalogue, name) ? ofCatalogue[name] : undefined;
  if (topic !== undefined) return { catalogue: inForce, shown: topic(inForce) };
  for (const catalogue of cataloguesUpTo(inForce).toReversed()) {
    const shown = catalogue.requirements.find(({ id }) => id === name);
    if (shown !== undefined) return { catalogue, shown };
  }
  const nearest = nearestNames(name, [...topicNames, ...inForce.requirements.map(({ id }) => id)]);
  throw new CommandError(
    'InvalidArgument',
    `There is nothing to show of the name '${name.slice(0, 80)}'.`,
    `${didYouMean(nearest)}Topics: ${topicNames.join(', ')}; or an entry's id as list --json has it.`,
  );
};

/** Indented `key: value` lines: any of the lists, without a layout of its own. */
export const outline = (value: unknown, indent = ''): string => {
  if (Array.isArray(value)) {
    return value.every((entry) => typeof entry !== 'object')
      ? `${indent}${value.join(', ')}`
      : value.map((entry) => `${indent}- ${outline(entry, `${indent}  `).trimStart()}`).join('\n');
  }
  if (value === null || typeof value !== 'object') return `${indent}${String(value)}`;
  return Object.entries(value)
    .map(([key, entry]) =>
      entry !== null && typeof entry === 'object' && !(Array.isArray(entry) && typeof entry[0] !== 'object')
        ? `${indent}${key}:\n${outline(entry, `${indent}  `)}`
        : `${indent}${key}: ${outline(entry)}`,
    )
    .join('\n');
};
