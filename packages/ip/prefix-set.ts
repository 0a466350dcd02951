/** Sets of addresses as the fewest prefixes: aggregation, union, difference and intersection, never wider by one address. */

import {
  formatPrefix,
  isRefusal,
  type Prefix,
  type Prefix4,
  type Prefix6,
  PrefixError,
  readPrefix,
  sizes4,
  sizes6,
} from './prefix.ts';

/** In each list: sorted by start, disjoint, and no two that make up one shorter prefix. */
export interface PrefixSet {
  readonly v4: readonly Prefix4[];
  readonly v6: readonly Prefix6[];
}

export const emptySet: PrefixSet = { v4: [], v6: [] };

/** What the algorithms need of an address family; comparisons are the language's own. */
interface Family<P extends Prefix> {
  readonly sorted: (prefixes: readonly P[]) => readonly P[];
  readonly make: (start: P['start'], length: number) => P;
  /** The first address behind the prefix. */
  readonly end: (prefix: P) => P['start'];
  /** The start of the upper half of a prefix that begins at `start`. */
  readonly middle: (start: P['start'], length: number) => P['start'];
  /** Is `start` the lower half of the prefix one bit shorter than `length`? */
  readonly isLower: (start: P['start'], length: number) => boolean;
}

const family4: Family<Prefix4> = {
  // Start and length fit one double (2^38), and typed arrays sort numbers without a callback.
  sorted: (prefixes) => {
    const keys = new Float64Array(prefixes.length);
    let inOrder = true;
    for (let at = 0; at < prefixes.length; at++) {
      keys[at] = prefixes[at]!.start * 64 + prefixes[at]!.length;
      if (at > 0 && keys[at]! < keys[at - 1]!) inOrder = false;
    }
    if (inOrder) return prefixes;
    keys.sort();
    return Array.from(keys, (key) => family4.make(Math.floor(key / 64), key % 64));
  },
  make: (start, length) => ({ version: 4, start, length }),
  end: (prefix) => prefix.start + sizes4[prefix.length]!,
  middle: (start, length) => start + sizes4[length + 1]!,
  isLower: (start, length) => start % sizes4[length - 1]! === 0,
};

const family6: Family<Prefix6> = {
  sorted: (prefixes) =>
    prefixes.toSorted((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : a.length - b.length)),
  make: (start, length) => ({ version: 6, start, length }),
  end: (prefix) => prefix.start + sizes6[prefix.length]!,
  middle: (start, length) => start + sizes6[length + 1]!,
  isLower: (start, length) => (start & (sizes6[length - 1]! - 1n)) === 0n,
};

const aggregateFamily = <P extends Prefix>(family: Family<P>, prefixes: readonly P[]): readonly P[] => {
  const kept: P[] = [];
  let end: P['start'] | undefined;
  for (const prefix of family.sorted(prefixes)) {
    // Prefixes nest or are disjoint: what begins before the end of what is kept lies within it.
    if (end !== undefined && prefix.start < end) continue;
    let last = prefix;
    for (let lower = kept.at(-1); lower; lower = kept.at(-1)) {
      const siblings =
        lower.length === last.length &&
        family.end(lower) === last.start &&
        family.isLower(lower.start, lower.length);
      if (!siblings) break;
      kept.pop();
      last = family.make(lower.start, lower.length - 1);
    }
    kept.push(last);
    end = family.end(last);
  }
  return kept;
};

const differenceFamily = <P extends Prefix>(
  family: Family<P>,
  from: readonly P[],
  without: readonly P[],
): P[] => {
  const left: P[] = [];
  let next = 0;
  /** Emits the whole prefix where nothing of `without` meets it, else its halves. */
  const carve = (prefix: P): void => {
    while (next < without.length && family.end(without[next]!) <= prefix.start) next++;
    const other = without[next];
    if (!other || other.start >= family.end(prefix)) left.push(prefix);
    else if (other.length > prefix.length) {
      carve(family.make(prefix.start, prefix.length + 1));
      carve(family.make(family.middle(prefix.start, prefix.length), prefix.length + 1));
    }
  };
  for (const prefix of from) carve(prefix);
  return left;
};

const intersectionFamily = <P extends Prefix>(family: Family<P>, a: readonly P[], b: readonly P[]): P[] => {
  const both: P[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const left: P = a[i]!;
    const right: P = b[j]!;
    if (family.end(left) <= right.start) i++;
    else if (family.end(right) <= left.start) j++;
    else if (left.length >= right.length) {
      both.push(left);
      i++;
    } else {
      both.push(right);
      j++;
    }
  }
  return both;
};

/** The fewest prefixes that cover exactly the same addresses; O(n log n), duplicates and any order welcome. */
export const aggregate = (prefixes: Iterable<Prefix>): PrefixSet => {
  const v4: Prefix4[] = [];
  const v6: Prefix6[] = [];
  for (const prefix of prefixes) prefix.version === 4 ? v4.push(prefix) : v6.push(prefix);
  return { v4: aggregateFamily(family4, v4), v6: aggregateFamily(family6, v6) };
};

/** Reads and aggregates; throws {@link PrefixError} for the first text that is no prefix. */
export const parsePrefixSet = (texts: Iterable<string>): PrefixSet => {
  const prefixes: Prefix[] = [];
  for (const text of texts) {
    const read = readPrefix(text);
    if (isRefusal(read)) throw new PrefixError(read);
    prefixes.push(read);
  }
  return aggregate(prefixes);
};

/** Addresses in any of the sets. */
export const union = (...sets: readonly PrefixSet[]): PrefixSet => ({
  v4: aggregateFamily(
    family4,
    sets.flatMap((set) => set.v4),
  ),
  v6: aggregateFamily(
    family6,
    sets.flatMap((set) => set.v6),
  ),
});

/** Addresses in `from` that are not in `without`. */
export const difference = (from: PrefixSet, without: PrefixSet): PrefixSet => ({
  v4: differenceFamily(family4, from.v4, without.v4),
  v6: differenceFamily(family6, from.v6, without.v6),
});

/** Addresses in both. */
export const intersection = (a: PrefixSet, b: PrefixSet): PrefixSet => ({
  v4: intersectionFamily(family4, a.v4, b.v4),
  v6: intersectionFamily(family6, a.v6, b.v6),
});

export const isEmpty = (set: PrefixSet): boolean => set.v4.length === 0 && set.v6.length === 0;

/** How many prefixes, that is rules, the set takes. */
export const prefixCount = (set: PrefixSet): number => set.v4.length + set.v6.length;

/** The prefixes of a set, IPv4 first. */
export const prefixesOf = (set: PrefixSet): readonly Prefix[] => [...set.v4, ...set.v6];

/** IPv4 first, ascending. */
export const formatSet = (set: PrefixSet): readonly string[] => prefixesOf(set).map(formatPrefix);
