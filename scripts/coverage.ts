/** Writes docs/coverage.md: from the providers' manifests every type, its api-versions, methods and RBAC actions; measured, what each asks of the store. */

import { writeFileSync } from 'node:fs';
import type { AnyResourceType, ListScope, Provider } from '@tombolo/arm';
import { actionOfMethod, resourceMethods } from '@tombolo/arm';
import { codeSources, providers } from '@tombolo/providers';
import { classify, reasonOf, type Treatment } from '@tombolo/providers/property-treatment.testkit';
import { type Measured, measureEveryType, type Request } from '@tombolo/providers/store-calls.testkit';
import { catalogueRows, regionEvidence } from './coverage-of-data.ts';

export const coveragePath = new URL('../docs/coverage.md', import.meta.url);

const scopes: Readonly<Record<ListScope, string>> = {
  tenant: 'tenant',
  subscription: 'subscription',
  resourceGroup: 'resource group',
  parent: 'parent',
};

const versionsOf = ({ apiVersions }: AnyResourceType): string => {
  const newest = apiVersions.at(-1);
  return apiVersions.length === 1 ? `${newest}` : `${apiVersions[0]} … ${newest} (${apiVersions.length})`;
};

const postsOf = (type: AnyResourceType): readonly (readonly [string, string])[] =>
  Object.entries(type.actions ?? {}).map(([name, { action }]) => [
    `POST ${name}`,
    typeof action === 'function' ? `{namespace}/${name}/action` : (action ?? `${type.type}/${name}/action`),
  ]);

const operationsOf = (type: AnyResourceType): readonly (readonly [string, string])[] => {
  const read =
    type.authorization === 'own' ? 'open: shows what the caller may see' : actionOfMethod(type, 'GET');
  const methods = resourceMethods(type).filter((method) => method !== 'HEAD');
  return [
    ...methods.map((method) => [method, method === 'GET' ? read : actionOfMethod(type, method)] as const),
    ...(type.lists.length > 0
      ? [[`list (${type.lists.map((scope) => scopes[scope]).join(', ')})`, read] as const]
      : []),
    ...postsOf(type),
  ];
};

const rowsOf = (type: AnyResourceType): readonly string[] => {
  const gap = type.gap === undefined ? [] : [['–', `501: ${type.gap}`] as const];
  return [...operationsOf(type), ...gap].map(
    ([operation, action], index) =>
      `| ${index === 0 ? `${type.type} | ${versionsOf(type)}` : ' | '} | ${operation} | ${action.startsWith('501') || action.startsWith('open') ? action : `\`${action}\``} |`,
  );
};

const sectionOf = ({ namespace, types }: Provider): string =>
  [
    `## ${namespace}`,
    '',
    ...(types.length === 0
      ? ['It can be registered; nothing of it is served.']
      : ['| type | api-versions | operation | RBAC action |', '|---|---|---|---|', ...types.flatMap(rowsOf)]),
  ].join('\n');

const requests: readonly Request[] = ['PUT create', 'PUT update', 'PATCH', 'DELETE', 'GET'];

/** The most of any example of the type. */
const tripsOf = (measured: readonly Measured[]): string => {
  const trips = measured.map(({ noted }) => noted.trips);
  return trips.length === 0 ? '–' : String(Math.max(...trips));
};

const roundTrips = (measured: readonly Measured[]): string => {
  const byType = Map.groupBy(measured, ({ example }) => example.type);
  const rows = [...byType].map(([type, of]) => {
    const cells = requests.map((request) => tripsOf(of.filter((each) => each.request === request)));
    return `| ${type} | ${cells.join(' | ')} |`;
  });
  return [
    '## Round trips to the store',
    '',
    'How often a request asks the store and waits, the caller’s roles included; a write then writes once. Measured on one resource of each',
    'type, with a body such as clients send. Two are the most.',
    '',
    `| type | ${requests.join(' | ')} |`,
    `|---|${requests.map(() => '---|').join('')}`,
    ...rows,
  ].join('\n');
};

const treatments = ['judged', 'refused', 'stored', 'passedOver'] as const satisfies readonly Treatment[];

/** What becomes of every property that may be written, with counts. */
const writtenProperties = (): string => {
  const classified = providers.flatMap(({ types }) =>
    types.filter(({ properties, gap }) => properties && !gap).map((type) => classify(type)),
  );
  const count = (properties: readonly Treatment[], treatment: Treatment): number =>
    properties.filter((is) => is === treatment).length;
  const all = classified.flatMap(({ properties }) => [...properties.values()]);
  const [judged, refused, stored, passedOver] = treatments.map((treatment) => count(all, treatment));
  const countRows = classified
    .filter(({ properties }) => properties.size > 0)
    .map(({ type, properties }) => {
      const of = [...properties.values()];
      return `| ${type} | ${treatments.map((treatment) => count(of, treatment)).join(' | ')} |`;
    });
  const unjudged = classified.flatMap(({ type, properties }) =>
    [...properties]
      .filter(([, is]) => is === 'stored' || is === 'passedOver')
      .map(
        ([name, is]) =>
          `| ${type} | \`${name}\` | ${is === 'stored' ? 'stored only' : 'passed over'} | ${reasonOf(type, name)} |`,
      ),
  );
  return [
    '## Properties',
    '',
    `Of ${all.length} properties that may be written ${judged} are judged (they decide something here, or are held to a rule beyond their form), ${refused} are`,
    `refused (they refer to types that are not here: 501), ${stored} are stored and shown without effect, and ${passedOver} are passed over, since clients echo them.`,
    'Those of a child count with the child.',
    '',
    '| type | judged | refused | stored only | passed over |',
    '|---|---|---|---|---|',
    ...countRows,
    '',
    '| type | property | | why |',
    '|---|---|---|---|',
    ...unjudged,
  ].join('\n');
};

/** Which codes are Azure's, and how that is known. */
const errorCodes = (): string => {
  const rows = Object.entries(codeSources).flatMap(([namespace, sources]) =>
    Object.entries(sources).map(([code, source]) => ({ namespace, code, source })),
  );
  const own = rows.filter(({ source }) => source === 'ours').length;
  return [
    '## Error codes',
    '',
    `The ${rows.length} codes of the two namespaces: ${rows.length - own} are Azure’s by the source named, ${own} are ours, because nothing public says what Azure answers there. The`,
    'codes of private-link rules are in [private-link.md](private-link.md#codes).',
    '',
    '| namespace | code | known from |',
    '|---|---|---|',
    ...rows.map(({ namespace, code, source }) => `| ${namespace} | \`${code}\` | ${source} |`),
  ].join('\n');
};

/** The page as manifests and measurement say it. */
export const coverage = async (): Promise<string> =>
  [
    '# What is served',
    '',
    'Generated from the manifests and the data by `npm run coverage`. Well-formed api-versions newer than the newest are served as it; what is not in a table answers with an error that names the gap.',
    '',
    providers.map(sectionOf).join('\n\n'),
    '',
    writtenProperties(),
    '',
    errorCodes(),
    '',
    catalogueRows(),
    '',
    regionEvidence(),
    '',
    roundTrips(await measureEveryType()),
    '',
  ].join('\n');

if (import.meta.main) writeFileSync(coveragePath, await coverage());
