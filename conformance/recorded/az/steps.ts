/** The forms that az's requests have, by library: paths in its letters, statuses that it takes. */

import type { Json, JsonObject } from '@tombolo/store/port';
import type { Step } from './session.ts';

type More = Partial<Omit<Step, 'method' | 'path'>>;

export const subscription = '/subscriptions/{subscription}';
/** The libraries write the segment in lower case, the generated commands do not. */
export const lowerGroup = `${subscription}/resourcegroups/g1`;
export const upperGroup = `${subscription}/resourceGroups/g1`;
export const networkId = (path: string): string => `${upperGroup}/providers/Microsoft.Network/${path}`;
export const scopeId = (name: string): string =>
  `${upperGroup}/providers/Microsoft.HybridCompute/privateLinkScopes/${name}`;

const of = (version: string): string => `api-version=${version}`;

/** Generated commands: a PUT is done, or leads to an operation. */
export const generated = (version: string) => ({
  get: (path: string, more: More = {}): Step => ({
    method: 'GET',
    by: 'generated',
    path,
    query: of(version),
    takes: [200],
    ...more,
  }),
  put: (path: string, body: JsonObject | ((seen: JsonObject) => JsonObject), more: More = {}): Step => ({
    method: 'PUT',
    by: 'generated',
    path,
    query: of(version),
    body,
    takes: [200, 201, 202],
    ...more,
  }),
  remove: (path: string, more: More = {}): Step => ({
    method: 'DELETE',
    by: 'generated',
    path,
    query: of(version),
    takes: [200, 202, 204],
    ...more,
  }),
});

/** The management libraries; `method` and statuses as each operation has them. */
export const library = (
  method: Step['method'],
  path: string,
  query: string,
  takes: readonly number[],
  more: More = {},
): Step => ({ method, by: 'library', path, query, takes, ...more });

/** Where no location is given, the group's is asked for. */
export const askGroup: Step = library('GET', lowerGroup, of('2024-11-01'), [200], { reads: ['location'] });

export const pick = (seen: JsonObject, ...names: readonly string[]): JsonObject =>
  Object.fromEntries(
    names.filter((name) => seen[name] !== undefined).map((name) => [name, seen[name] as Json]),
  );

export const propertiesOf = (seen: JsonObject): JsonObject => (seen.properties ?? {}) as JsonObject;

/** Of the properties those that the command's model has. */
export const pickProperties = (seen: JsonObject, ...names: readonly string[]): JsonObject =>
  pick(propertiesOf(seen), ...names);
