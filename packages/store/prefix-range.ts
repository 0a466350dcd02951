/** Ranges of keys that start alike, for indexes ordered by code point. */

/** No checked name contains this, so it sorts after every continuation of a prefix. */
const LAST = '\u{10ffff}';

/** Keys that start with `prefix` lie in [from, to). */
export const prefixRange = (prefix: string): { from: string; to: string } => ({
  from: prefix,
  to: prefix + LAST,
});

/** Keys strictly below a resource id, or all keys where it is empty. */
export function belowRange(under: string | undefined): { from: string; to: string } {
  if (under === undefined || under === '') return prefixRange('');
  const parent = under.toLowerCase().replace(/\/+$/, '');
  return prefixRange(`${parent}/`);
}
