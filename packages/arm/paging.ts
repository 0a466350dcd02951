/** `$top`, `$skipToken` and `nextLink`. */

import type { Json, JsonObject } from '@tombolo/store/port';
import { armError } from './errors.ts';
import type { ArmRequest, ArmResponse } from './message.ts';

export const defaultPageSize = 100;
const largestPage = 1000;
/** Characters of JSON on one page: an entry beyond, unless it is the first, begins the next page. */
export const mostOnPage = 8 * 1024 * 1024;

/** How many of the first items fit into that many characters, and how many these have. */
export const fitting = (
  items: readonly JsonObject[],
  most: number,
): { readonly count: number; readonly size: number } => {
  let size = 0;
  for (const [count, item] of items.entries()) {
    const more = JSON.stringify(item).length;
    if (size + more > most) return { count, size };
    size += more;
  }
  return { count: items.length, size };
};

export interface PageQuery {
  readonly size: number;
  /** The lower-case id after which the page starts. */
  readonly after: string | undefined;
}

/** Throws InvalidQueryParameter. */
export const pageQuery = (request: ArmRequest): PageQuery => {
  const top = request.query.get('$top');
  const size = top === undefined ? defaultPageSize : Number(top);
  if (!Number.isInteger(size) || size < 1 || size > largestPage) {
    throw armError('InvalidQueryParameter', ['$top', `'${top}' is not a number from 1 to ${largestPage}.`]);
  }
  const token = request.query.get('$skiptoken');
  return { size, after: token === undefined ? undefined : decodeToken(token) };
};

/**
 * Answers `items`, as many as fit, with a link to what comes after the last of them, or after `next`.
 * `keyOf`: what a page begins after that follows this item; default: its id.
 */
export const pageResponse = (
  request: ArmRequest,
  items: readonly JsonObject[],
  next: string | undefined,
  keyOf = (index: number): string => String(items[index]!.id).toLowerCase(),
): ArmResponse => {
  const count = Math.max(1, fitting(items, mostOnPage).count);
  const following = count < items.length ? keyOf(count - 1) : next;
  return {
    status: 200,
    headers: {},
    body: {
      value: items.slice(0, count) as readonly Json[],
      ...(following === undefined ? {} : { nextLink: nextLink(request, following) }),
    },
  };
};

const nextLink = (request: ArmRequest, after: string): string => {
  const pairs = [...request.query].filter(([name]) => name !== '$skiptoken');
  const query = [...pairs, ['$skiptoken', encodeToken(after)] as const]
    .map(([name, value]) => `${encodeURIComponent(name).replaceAll('%24', '$')}=${encodeURIComponent(value)}`)
    .join('&');
  return `${request.origin}${request.path}?${query}`;
};

/** Tokens are the hexadecimal UTF-16 of the key: opaque, and safe in any query. */
const encodeToken = (key: string): string =>
  Array.from({ length: key.length }, (_, index) => key.charCodeAt(index).toString(16).padStart(4, '0')).join(
    '',
  );

const decodeToken = (token: string): string => {
  if (!/^([0-9a-f]{4}){1,2048}$/.test(token)) {
    throw armError('InvalidQueryParameter', [
      '$skipToken',
      'it is not a token of ours. Follow nextLink as it was given.',
    ]);
  }
  return (token.match(/.{4}/g) ?? []).map((unit) => String.fromCharCode(Number.parseInt(unit, 16))).join('');
};
