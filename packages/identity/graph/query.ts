/** What a list of Graph is asked for: `$filter`, `$select`, `$top`, `$skiptoken`, `$count`; anything else is refused by name. */

import { ArmError } from '@tombolo/arm';
import { compares, type Filter, filterOf, holds } from '@tombolo/arm/odata-filter';
import { stringsAt } from '@tombolo/store/document';
import type { Json, JsonObject } from '@tombolo/store/port';
import type { GraphRequest, GraphResponse } from './message.ts';
import { graphError } from './refusals.ts';

/** What a collection may be filtered by; Graph's names, in its case. */
export interface Filterable {
  /** `ServicePrincipal`, as messages name it. */
  readonly entity: string;
  readonly values: readonly string[];
  readonly collections: readonly string[];
}

const served = new Set(['$filter', '$select', '$top', '$skiptoken', '$count']);
const defaultPage = 100;
const largestPage = 999;

/** Throws Request_UnsupportedQuery for options that are not served. */
const checkOptions = (query: GraphRequest['query']): void => {
  for (const name of query.keys()) {
    if (name.startsWith('$') && !served.has(name))
      throw graphError('Request_UnsupportedQuery', [
        `The query option '${name.slice(0, 64)}' is not supported; these are: ${[...served].join(', ')}.`,
      ]);
  }
};

const asked = (query: GraphRequest['query']): Filter | undefined => {
  try {
    return filterOf(query);
  } catch (error) {
    if (!(error instanceof ArmError)) throw error;
    throw graphError('BadRequest', [`Invalid filter clause: ${error.message}`]);
  }
};

const nameIn = (names: readonly string[], asked: string): string | undefined =>
  names.find((candidate) => candidate.toLowerCase() === asked.toLowerCase());

/** Whether every name in it can be filtered by, whatever is in the list. Throws Request_UnsupportedQuery. */
const checkNames = (filter: Filter, { entity, values, collections }: Filterable): void => {
  const check = (part: Filter, named: readonly string[]): void => {
    const refuse = (asked: string): Error =>
      graphError('Request_UnsupportedQuery', [
        `Unsupported or invalid query filter clause specified for property '${asked.slice(0, 64)}' of resource '${entity}'.`,
      ]);
    switch (part.kind) {
      case 'and':
      case 'or':
        check(part.left, named);
        check(part.right, named);
        return;
      case 'not':
        check(part.inner, named);
        return;
      case 'any':
        if (nameIn(collections, part.name) === undefined) throw refuse(part.name);
        check(part.inner, [part.variable]);
        return;
      case 'compare':
        if (nameIn(named, part.name) === undefined) throw refuse(part.name);
        return;
      case 'call': {
        const [of, start, ...more] = part.operands;
        const fits = of?.kind === 'name' && start?.kind === 'literal' && more.length === 0;
        if (part.name.toLowerCase() !== 'startswith' || !fits) throw refuse(part.name);
        if (nameIn(named, of.name) === undefined) throw refuse(of.name);
      }
    }
  };
  check(filter, values);
};

const text = (value: Json | undefined): string => String(value ?? '').toLowerCase();

/** @param readName what a name stands for: a field of the item, or the entry that `any` looks at */
const matches = (filter: Filter, item: JsonObject, readName: (name: string) => string): boolean =>
  holds(
    filter,
    (leaf) => {
      if (leaf.kind === 'compare') return compares(readName(leaf.name), leaf);
      const [of, start] = leaf.operands;
      if (of?.kind !== 'name' || start?.kind !== 'literal') return undefined;
      return readName(of.name).startsWith(start.value.toLowerCase());
    },
    ({ name, inner }) => entriesAt(item, name).some((entry) => matches(inner, item, () => text(entry))),
  );

const keyOf = (item: JsonObject, name: string): string => nameIn(Object.keys(item), name) ?? name;
const valueAt = (item: JsonObject, name: string): string => text(item[keyOf(item, name)]);
const entriesAt = (item: JsonObject, name: string): readonly string[] => stringsAt(item, keyOf(item, name));

/** The fields that `$select` names, in the object's order; what it has not is passed over, as Graph does. */
const selected = (query: GraphRequest['query']): ((item: JsonObject) => JsonObject) => {
  const asked = query.get('$select');
  if (asked === undefined || asked === '') return (item) => item;
  const names = new Set(asked.split(',').map((name) => name.trim().toLowerCase()));
  return (item) =>
    Object.fromEntries(
      Object.entries(item).filter(([name]) => names.has(name.toLowerCase()) || name === '@odata.type'),
    );
};

const pageSize = (asked: string | undefined): number => {
  if (asked === undefined || asked === '') return defaultPage;
  const size = /^\d{1,4}$/.test(asked) ? Number(asked) : 0;
  if (size < 1 || size > largestPage)
    throw graphError('BadRequest', [`'$top' has to be a number from 1 to ${largestPage}.`]);
  return size;
};

/** A page of a collection, in the order of object ids: a token is the last one of the page before. */
export const listAnswer = (
  request: GraphRequest,
  items: readonly JsonObject[],
  filterable: Filterable,
): GraphResponse => {
  const { query, base, segments } = request;
  checkOptions(query);
  const filter = asked(query);
  if (filter !== undefined) checkNames(filter, filterable);
  const found = items
    .filter((item) => filter === undefined || matches(filter, item, (name) => valueAt(item, name)))
    .sort((one, other) => (text(one.id) < text(other.id) ? -1 : 1));
  const size = pageSize(query.get('$top'));
  const after = query.get('$skiptoken')?.toLowerCase() ?? '';
  const rest = found.filter((item) => text(item.id) > after);
  const page = rest.slice(0, size);
  const options = ['$filter', '$select', '$top', '$count'].flatMap((name) => {
    const value = query.get(name);
    return value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`];
  });
  const path = `${base}/${segments.join('/')}`;
  return {
    status: 200,
    body: {
      '@odata.context': `${base}/$metadata#${segments.join('/')}`,
      ...(query.get('$count')?.toLowerCase() === 'true' ? { '@odata.count': found.length } : {}),
      ...(rest.length > page.length
        ? { '@odata.nextLink': `${path}?${[...options, `$skiptoken=${page.at(-1)?.id}`].join('&')}` }
        : {}),
      value: page.map(selected(query)),
    },
  };
};

/** @param context what it is, as Graph's metadata names it: `servicePrincipals` */
export const entityAnswer = (
  { base, query }: Pick<GraphRequest, 'base' | 'query'>,
  context: string,
  entity: JsonObject,
  status: 200 | 201 = 200,
): GraphResponse => {
  checkOptions(query);
  return {
    status,
    body: { '@odata.context': `${base}/$metadata#${context}/$entity`, ...selected(query)(entity) },
  };
};
