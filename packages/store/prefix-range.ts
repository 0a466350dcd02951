/** Ranges of keys that start alike, for indexes ordered by code point. */

import { idKey } from './batch.ts';
import { byCodePoint } from './code-point-order.ts';
import type { ListQuery } from './port.ts';

/** No checked name contains this, so it sorts after every continuation of a prefix. */
const LAST = '\u{10ffff}';

/** Keys that start with `prefix` lie in [from, to). */
export const prefixRange = (prefix: string): { from: string; to: string } => ({
  from: prefix,
  to: prefix + LAST,
});

/**
 * The keys of a page of a list: one bound below, whichever is the higher. Of two, SQLite begins at one, and a later page would
 * read all that came before it.
 */
export const pageRange = ({
  under,
  after,
}: Pick<ListQuery, 'under' | 'after'>): { from: string; to: string } => {
  const { from, to } = belowRange(under);
  const start = after === undefined ? '' : idKey(after);
  return { from: byCodePoint(start, from) > 0 ? start : from, to };
};

/** Keys strictly below a resource id, or all keys where it is empty. */
export function belowRange(under: string | undefined): { from: string; to: string } {
  if (under === undefined || under === '') return prefixRange('');
  const parent = under.toLowerCase().replace(/(?<!\/)\/+$/, '');
  return prefixRange(`${parent}/`);
}
