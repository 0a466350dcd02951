/** `$top`, `$skipToken` and `nextLink`. */

import type { Json, JsonObject } from '@tombolo/store/port';
import { armError } from './errors.ts';
import type { ArmRequest, ArmResponse } from './message.ts';

export const defaultPageSize = 100;
const largestPage = 1000;

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

/** Answers `items` (one more than `size` says that there is a next page, which starts after `lastKey`). */
export const pageResponse = (
  request: ArmRequest,
  items: readonly JsonObject[],
  next: string | undefined,
): ArmResponse => ({
  status: 200,
  headers: {},
  body: {
    value: items as readonly Json[],
    ...(next === undefined ? {} : { nextLink: nextLink(request, next) }),
  },
});

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
