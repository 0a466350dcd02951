/** `$top`, `$skipToken` and `nextLink`. */

import type { Json, JsonObject } from '@tombolo/store/port';
import { armError } from './errors.ts';
import type { ArmRequest, ArmResponse } from './message.ts';

export const defaultPageSize = 100;
const largestPage = 1000;
/** Characters of JSON on one page: an entry beyond, unless it is the first, begins the next page. */
export const mostOnPage = 8 * 1024 * 1024;

/** The JSON of the first items, as many as have that many characters together, and at least so many as `least`. */
export const textsThatFit = (
  items: readonly JsonObject[],
  most: number,
  least: number,
): readonly string[] => {
  const texts: string[] = [];
  let size = 0;
  for (const item of items) {
    const text = JSON.stringify(item);
    size += text.length;
    if (size > most && texts.length >= least) break;
    texts.push(text);
  }
  return texts;
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
 * Answers `items`, as many as `texts` has (default: as fit), with a link to what comes after the last of them, or after `next`.
 * `keyOf`: what a page begins after that follows this item; default: its id.
 */
export const pageResponse = (
  request: ArmRequest,
  items: readonly JsonObject[],
  next: string | undefined,
  {
    keyOf = (index: number): string => String(items[index]!.id).toLowerCase(),
    texts = textsThatFit(items, mostOnPage, 1),
  } = {},
): ArmResponse => {
  const following = texts.length < items.length ? keyOf(texts.length - 1) : next;
  const link = following === undefined ? {} : { nextLink: nextLink(request, following) };
  return {
    status: 200,
    headers: {},
    body: { value: items.slice(0, texts.length) as readonly Json[], ...link },
    text: `{"value":[${texts.join(',')}]${following === undefined ? '' : `,${JSON.stringify(link).slice(1, -1)}`}}`,
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
