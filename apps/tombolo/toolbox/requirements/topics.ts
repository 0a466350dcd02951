/** What `tombolo requirements show` can show: one entry by its id, or a list that stands beside the tables. */

import { nearestNames } from '@tombolo/private-link';
import { catalogueDocument, catalogues, currentCatalogue } from '@tombolo/requirements';
import { CommandError } from '../../shell/command-error.ts';

const document = catalogueDocument(currentCatalogue);

const topics: Readonly<Record<string, () => unknown>> = {
  products: () => document.compositions,
  'service-tags': () => ({ tags: document.serviceTags, catchAll: document.catchAllServiceTag }),
  inspection: () => document.inspection,
  tls: () => ({ minimum: '1.2', platforms: document.tlsPlatforms, facts: document.tlsFacts }),
  'security-rules': () => document.securityRules,
  limits: () => document.privateLinkLimits,
  extensions: () => ({
    services: document.extensionServices,
    resourceManagement: document.resourceManagementPrivateLink,
  }),
  'proxy-bypass': () => ({ groups: document.proxyBypassGroups, limits: document.proxyLimits }),
  parameters: () => document.parameters,
  regions: () => document.regions,
  versions: () => catalogues.map(({ version, date, basis }) => ({ version, date, basis })),
};

export const topicNames = Object.keys(topics);

/** Throws InvalidArgument with the nearest topics and ids. */
export const showTopic = (name: string): unknown => {
  const topic = Object.hasOwn(topics, name) ? topics[name] : undefined;
  if (topic !== undefined) return topic();
  const entry = catalogues
    .toReversed()
    .flatMap(({ requirements }) => requirements)
    .find((requirement) => requirement.id === name);
  if (entry !== undefined) return entry;
  const nearest = nearestNames(name, [
    ...topicNames,
    ...currentCatalogue.requirements.map((requirement) => requirement.id),
  ]);
  throw new CommandError(
    'InvalidArgument',
    `There is nothing to show of the name '${name.slice(0, 80)}'.`,
    `Nearest: ${nearest.join(', ')}. Topics: ${topicNames.join(', ')}; or an entry's id as list --json has it.`,
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
