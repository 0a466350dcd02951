/** What a list of Graph is asked for: `$filter`, `$select`, `$top`, `$skiptoken`, `$count`; anything else is refused by name. */

import { ArmError } from '@tombolo/arm';
import { compares, type Filter, filterOf, type Test, testOf } from '@tombolo/arm/odata-filter';
import { stringsAt } from '@tombolo/store/document';
import type { Json, JsonObject } from '@tombolo/store/port';
import type { PartOf, Sought } from './collection.ts';
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
const longestToken = 256;

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

/** The filter as a test of items, whose every name can be filtered by. Throws Request_UnsupportedQuery. */
const matching = (filter: Filter, { entity, values, collections }: Filterable): Test<JsonObject> => {
  const refuse = (asked: string): Error =>
    graphError('Request_UnsupportedQuery', [
      `Unsupported or invalid query filter clause specified for property '${asked.slice(0, 64)}' of resource '${entity}'.`,
    ]);
  /** @param read what a name stands for: a field of the item, or the entry that `any` looks at */
  const test = <S>(
    part: Filter,
    names: readonly string[],
    read: (subject: S, name: string) => string,
    any?: Parameters<typeof testOf<S>>[2],
  ): Test<S> =>
    testOf<S>(
      part,
      (leaf) => {
        if (leaf.kind === 'compare') {
          if (nameIn(names, leaf.name) === undefined) throw refuse(leaf.name);
          return (subject) => compares(read(subject, leaf.name), leaf);
        }
        const [of, start, ...more] = leaf.operands;
        const fits = of?.kind === 'name' && start?.kind === 'literal' && more.length === 0;
        if (leaf.name.toLowerCase() !== 'startswith' || !fits) throw refuse(leaf.name);
        if (nameIn(names, of.name) === undefined) throw refuse(of.name);
        return (subject) => read(subject, of.name).startsWith(start.value.toLowerCase());
      },
      any ??
        (({ name }) => {
          throw refuse(name);
        }),
    );
  return test<JsonObject>(filter, values, valueAt, ({ name, variable, inner }) => {
    if (nameIn(collections, name) === undefined) throw refuse(name);
    const holds = test<string>(inner, [variable], (entry) => entry);
    return (item) => entriesAt(item, name).some((entry) => holds(text(entry)));
  });
};

const text = (value: Json | undefined): string => String(value ?? '').toLowerCase();

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

/** What every item has for which the filter holds. */
const soughtBy = (filter: Filter | undefined): Sought => {
  if (filter?.kind === 'and') return { ...soughtBy(filter.right), ...soughtBy(filter.left) };
  if (filter?.kind === 'compare' && !filter.negated) {
    const name = filter.name.toLowerCase();
    if (name === 'appid') return { appId: filter.value };
    if (name === 'id') return { objectId: filter.value };
  }
  if (
    filter?.kind !== 'any' ||
    !['serviceprincipalnames', 'identifieruris'].includes(filter.name.toLowerCase())
  )
    return {};
  const { inner, variable } = filter;
  const equals =
    inner.kind === 'compare' && !inner.negated && inner.name.toLowerCase() === variable.toLowerCase();
  return equals ? { name: inner.value } : {};
};

/** Items that one request looks at where its page alone would not do: for a filter, for a count. */
const mostLookedAt = 1_000;

/**
 * A page of a collection, in the order of application ids: a token is the last one of the page before. Where the filter names
 * nobody it looks at so many, and the page may be short, and another follows.
 */
export const listAnswer = async (
  request: GraphRequest,
  filterable: Filterable,
  partOf: PartOf<JsonObject>,
): Promise<GraphResponse> => {
  const { query, base, segments } = request;
  checkOptions(query);
  const filter = asked(query);
  const matches = filter && matching(filter, filterable);
  const size = pageSize(query.get('$top'));
  const sought = soughtBy(filter);
  const found = async (after: string, limit: number) => {
    const { items, next } = await partOf({ sought, after, limit });
    return { items: matches ? items.filter(matches) : items, next };
  };
  const after = query.get('$skiptoken')?.toLowerCase() ?? '';
  if (after.length > longestToken) throw graphError('BadRequest', ["'$skiptoken' is none of ours."]);
  const { items, next } = await found(after, matches ? mostLookedAt : size + 1);
  const page = items.slice(0, size);
  const following = items.length > size ? text(page.at(-1)?.appId) : next;
  /** Only who asks for it has the others looked at. */
  const count = async (): Promise<number> => {
    let counted = 0;
    for (let from: string | undefined = ''; from !== undefined; ) {
      const part: Awaited<ReturnType<typeof found>> = await found(from, mostLookedAt);
      counted += part.items.length;
      from = part.next;
    }
    return counted;
  };
  const options = ['$filter', '$select', '$top', '$count'].flatMap((name) => {
    const value = query.get(name);
    return value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`];
  });
  const path = `${base}/${segments.join('/')}`;
  const link = `${path}?${[...options, `$skiptoken=${encodeURIComponent(following ?? '')}`].join('&')}`;
  return {
    status: 200,
    body: {
      '@odata.context': `${base}/$metadata#${segments.join('/')}`,
      ...(query.get('$count')?.toLowerCase() === 'true' ? { '@odata.count': await count() } : {}),
      ...(following === undefined ? {} : { '@odata.nextLink': link }),
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
