/** Which addresses that left one tag came to another: by address, not by how a list cuts them into prefixes. */

import { type Prefix, sizes4, sizes6 } from '@tombolo/ip/prefix';
import {
  aggregate,
  difference,
  emptySet,
  intersection,
  isEmpty,
  type PrefixSet,
  prefixesOf,
  union,
} from '@tombolo/ip/prefix-set';

/** One tag in either version. */
export interface TagChange {
  readonly name: string;
  /** Name without its region. */
  readonly service: string;
  readonly region: string;
  /** Addresses that the tag lost. */
  readonly left: PrefixSet;
  /** Addresses that the tag got. */
  readonly came: PrefixSet;
}

export interface Move {
  readonly from: TagChange;
  readonly to: TagChange;
  readonly prefixes: PrefixSet;
}

/** The nearest explanation first: another region of the service, another service of the region, anything else. */
const rankOf = (from: TagChange, to: TagChange): number => {
  if (from.service.toLowerCase() === to.service.toLowerCase()) return 0;
  return from.region.toLowerCase() === to.region.toLowerCase() ? 1 : 2;
};
const ranks = 3;

/**
 * Moves between tags. A list has the same address in several tags (`Storage`, `Storage.WestEurope`, `AzureCloud`…): what
 * a nearer pair explains is not told again of a farther one.
 */
export const findMoves = (changes: readonly TagChange[]): readonly Move[] => {
  const pairs = meetings(changes);
  const left = new Map(changes.map((change) => [change, change.left]));
  const came = new Map(changes.map((change) => [change, change.came]));
  const moves: Move[] = [];
  for (let rank = 0; rank < ranks; rank++) {
    const found: Move[] = [];
    for (const [from, targets] of pairs)
      for (const [to, prefixes] of targets) {
        if (rankOf(from, to) !== rank) continue;
        const open = intersection(intersection(aggregate(prefixes), left.get(from)!), came.get(to)!);
        if (!isEmpty(open)) found.push({ from, to, prefixes: open });
      }
    // Only after the whole rank: one address may come to several tags of equal nearness.
    take(left, found, (move) => move.from);
    take(came, found, (move) => move.to);
    moves.push(...found);
  }
  return moves;
};

const take = (
  open: Map<TagChange, PrefixSet>,
  moves: readonly Move[],
  tagOf: (move: Move) => TagChange,
): void => {
  const gone = new Map<TagChange, PrefixSet[]>();
  for (const move of moves) gone.set(tagOf(move), [...(gone.get(tagOf(move)) ?? []), move.prefixes]);
  for (const [change, sets] of gone)
    open.set(change, difference(open.get(change) ?? emptySet, union(...sets)));
};

interface Entry {
  readonly prefix: Prefix;
  readonly change: TagChange;
  readonly side: 'left' | 'came';
}

const endOf = (prefix: Prefix): number | bigint =>
  prefix.version === 4 ? prefix.start + sizes4[prefix.length]! : prefix.start + sizes6[prefix.length]!;

/**
 * Every (tag that lost, tag that got) that share addresses, with what they share. One sweep over all prefixes in order:
 * they nest or are disjoint, so those that enclose the current one are a stack.
 */
const meetings = (changes: readonly TagChange[]): Map<TagChange, Map<TagChange, Prefix[]>> => {
  const pairs = new Map<TagChange, Map<TagChange, Prefix[]>>();
  const meet = (a: Entry, b: Entry): void => {
    if (a.side === b.side || a.change === b.change) return;
    const [from, to] = a.side === 'left' ? [a, b] : [b, a];
    const targets = pairs.get(from.change) ?? new Map<TagChange, Prefix[]>();
    pairs.set(from.change, targets);
    const shared = targets.get(to.change) ?? [];
    targets.set(to.change, shared);
    shared.push(b.prefix);
  };
  for (const family of ['v4', 'v6'] as const) {
    const entries = changes.flatMap((change) =>
      (['left', 'came'] as const).flatMap((side) =>
        change[side][family].map((prefix): Entry => ({ prefix, change, side })),
      ),
    );
    entries.sort(({ prefix: a }, { prefix: b }) =>
      a.start < b.start ? -1 : a.start > b.start ? 1 : a.length - b.length,
    );
    const enclosing: Entry[] = [];
    for (const entry of entries) {
      while (enclosing.length > 0 && endOf(enclosing.at(-1)!.prefix) <= entry.prefix.start) enclosing.pop();
      for (const outer of enclosing) meet(outer, entry);
      enclosing.push(entry);
    }
  }
  return pairs;
};

/** All prefixes of several sets, aggregated per family: for sums over moves. */
export const joined = (moves: readonly Move[]): PrefixSet =>
  aggregate(moves.flatMap((move) => prefixesOf(move.prefixes)));
