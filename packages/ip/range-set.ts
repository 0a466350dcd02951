/** Sets of whole numbers as sorted, disjoint ranges: union, intersection, difference. */

export interface Range {
  readonly first: bigint;
  readonly last: bigint;
}

/** Sorted, disjoint, no two adjacent. */
export type RangeSet = readonly Range[];

export const empty: RangeSet = [];

/** Math.min and Math.max take no bigint. */
const lower = (left: bigint, right: bigint): bigint => {
  if (left < right) return left;
  return right;
};
const higher = (left: bigint, right: bigint): bigint => {
  if (left > right) return left;
  return right;
};

export const union = (...sets: readonly RangeSet[]): RangeSet => {
  const sorted = sets
    .flat()
    .sort((left, right) => (left.first < right.first ? -1 : left.first > right.first ? 1 : 0));
  const merged: { first: bigint; last: bigint }[] = [];
  for (const { first, last } of sorted) {
    const before = merged.at(-1);
    if (before === undefined || first > before.last + 1n) merged.push({ first, last });
    else if (last > before.last) before.last = last;
  }
  return merged;
};

export const intersection = (left: RangeSet, right: RangeSet): RangeSet => {
  const both: Range[] = [];
  for (let i = 0, j = 0; i < left.length && j < right.length; ) {
    const [a, b] = [left[i]!, right[j]!];
    const first = higher(a.first, b.first);
    const last = lower(a.last, b.last);
    if (first <= last) both.push({ first, last });
    if (a.last < b.last) i += 1;
    else j += 1;
  }
  return both;
};

export const difference = (from: RangeSet, removed: RangeSet): RangeSet => {
  const left: Range[] = [];
  let index = 0;
  for (const { first, last } of from) {
    let next = first;
    while (index < removed.length && removed[index]!.last < first) index += 1;
    for (let at = index; at < removed.length && removed[at]!.first <= last; at += 1) {
      if (removed[at]!.first > next) left.push({ first: next, last: removed[at]!.first - 1n });
      next = removed[at]!.last + 1n;
    }
    if (next <= last) left.push({ first: next, last });
  }
  return left;
};

export const covers = (outer: RangeSet, inner: RangeSet): boolean => difference(inner, outer).length === 0;

export const intersects = (left: RangeSet, right: RangeSet): boolean => intersection(left, right).length > 0;
