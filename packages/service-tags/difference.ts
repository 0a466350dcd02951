/** What changed between two versions of the service tags, by tag and address, and what that does to rules. */

import {
  difference,
  emptySet,
  formatSet,
  isEmpty,
  type PrefixSet,
  parsePrefixSet,
  prefixCount,
} from '@tombolo/ip/prefix-set';
import { type ServiceTag, type ServiceTagDocument, serviceOf } from './document.ts';
import { findMoves, joined, type Move, type TagChange } from './moved-prefixes.ts';

/** Rules that a tag takes: prefixes after aggregation. */
interface RuleEffect {
  readonly before: number;
  readonly after: number;
  /** Rules of the new list that the old one lacks, and the other way. */
  readonly toAdd: number;
  readonly toRemove: number;
}

export interface TagDifference {
  readonly tag: string;
  readonly status: 'added' | 'removed' | 'changed';
  /** Addresses that are new here and left no other tag. */
  readonly added: readonly string[];
  /** Addresses that are gone here and came to no other tag. */
  readonly removed: readonly string[];
  readonly movedIn: readonly { readonly from: string; readonly prefixes: readonly string[] }[];
  readonly movedOut: readonly { readonly to: string; readonly prefixes: readonly string[] }[];
  readonly rules: RuleEffect;
}

export interface ServiceTagDifference {
  readonly from: VersionName;
  readonly to: VersionName;
  /** Only tags whose addresses changed, or that came or went; by name. */
  readonly tags: readonly TagDifference[];
  /** Tags that only cut the same addresses differently: no rule changes. */
  readonly recut: readonly string[];
  readonly unchanged: number;
  /** Sums over `tags`. */
  readonly totals: {
    readonly addedTags: number;
    readonly removedTags: number;
    readonly added: number;
    readonly removed: number;
    readonly moved: number;
    readonly rules: RuleEffect;
  };
}

interface VersionName {
  readonly cloud: string;
  readonly changeNumber: string;
}

interface Compared {
  readonly change: TagChange;
  readonly before: ServiceTag | undefined;
  readonly after: ServiceTag | undefined;
  readonly sets: readonly [before: PrefixSet, after: PrefixSet];
}

/**
 * Compares by addresses: a prefix that is only cut in two, or joined, is no change. `only`: tell of these tags alone
 * (names without regard to case); moves from and to others are still found.
 */
export const compareDocuments = (
  from: ServiceTagDocument,
  to: ServiceTagDocument,
  only?: readonly string[],
): ServiceTagDifference => {
  const wanted = only && new Set(only.map((name) => name.toLowerCase()));
  const isTold = (name: string) => wanted?.has(name.toLowerCase()) ?? true;
  const old = new Map(from.tags.map((tag) => [tag.name.toLowerCase(), tag]));
  const young = new Map(to.tags.map((tag) => [tag.name.toLowerCase(), tag]));
  const keys = [...new Set([...old.keys(), ...young.keys()])].sort();
  const recut: string[] = [];
  const compared: Compared[] = [];
  for (const key of keys) {
    const [before, after] = [old.get(key), young.get(key)];
    if (before && after && sameTexts(before, after)) continue;
    const found = compareTag(before, after);
    const same = isEmpty(found.change.left) && isEmpty(found.change.came);
    if (same && before && after) {
      if (isTold(after.name)) recut.push(after.name);
    } else compared.push(found);
  }
  const moves = findMoves(compared.map(({ change }) => change));
  const [outgoing, incoming] = [byTag(moves, (move) => move.from), byTag(moves, (move) => move.to)];
  const told = compared.filter((entry) => isTold(entry.change.name));
  const tags = told.map((entry) =>
    differenceOf(entry, outgoing.get(entry.change) ?? [], incoming.get(entry.change) ?? []),
  );
  const sum = (count: (tag: TagDifference) => number) => tags.reduce((total, tag) => total + count(tag), 0);
  return {
    from: { cloud: from.cloud, changeNumber: from.changeNumber },
    to: { cloud: to.cloud, changeNumber: to.changeNumber },
    tags,
    recut,
    unchanged: keys.filter(isTold).length - told.length - recut.length,
    totals: {
      addedTags: sum((tag) => Number(tag.status === 'added')),
      removedTags: sum((tag) => Number(tag.status === 'removed')),
      added: sum((tag) => tag.added.length),
      removed: sum((tag) => tag.removed.length),
      moved: moves
        .filter((move) => isTold(move.from.name) || isTold(move.to.name))
        .reduce((total, move) => total + prefixCount(move.prefixes), 0),
      rules: {
        before: sum((tag) => tag.rules.before),
        after: sum((tag) => tag.rules.after),
        toAdd: sum((tag) => tag.rules.toAdd),
        toRemove: sum((tag) => tag.rules.toRemove),
      },
    },
  };
};

/** The usual case: most tags are as they were. */
const sameTexts = (a: ServiceTag, b: ServiceTag): boolean =>
  a.addressPrefixes.length === b.addressPrefixes.length &&
  a.addressPrefixes.every((text, at) => text === b.addressPrefixes[at]);

const compareTag = (before: ServiceTag | undefined, after: ServiceTag | undefined): Compared => {
  const setOf = (tag: ServiceTag | undefined) => (tag ? parsePrefixSet(tag.addressPrefixes) : emptySet);
  const sets = [setOf(before), setOf(after)] as const;
  const tag = (after ?? before)!;
  const change: TagChange = {
    name: tag.name,
    service: serviceOf(tag),
    region: tag.region,
    left: difference(sets[0], sets[1]),
    came: difference(sets[1], sets[0]),
  };
  return { change, before, after, sets };
};

const byTag = (moves: readonly Move[], tagOf: (move: Move) => TagChange): Map<TagChange, Move[]> =>
  Map.groupBy(moves, tagOf);

const differenceOf = (
  { change, before, after, sets }: Compared,
  outgoing: readonly Move[],
  incoming: readonly Move[],
): TagDifference => ({
  tag: change.name,
  status: !before ? 'added' : !after ? 'removed' : 'changed',
  added: formatSet(difference(change.came, joined(incoming))),
  removed: formatSet(difference(change.left, joined(outgoing))),
  movedIn: incoming.map(({ from, prefixes }) => ({ from: from.name, prefixes: formatSet(prefixes) })),
  movedOut: outgoing.map(({ to, prefixes }) => ({ to: to.name, prefixes: formatSet(prefixes) })),
  rules: ruleEffect(...sets),
});

const ruleEffect = (before: PrefixSet, after: PrefixSet): RuleEffect => {
  const key = (set: PrefixSet) =>
    new Set<string>(
      [...set.v4, ...set.v6].map((prefix) => `${prefix.version} ${prefix.start}/${prefix.length}`),
    );
  const [old, young] = [key(before), key(after)];
  let kept = 0;
  for (const rule of young) if (old.has(rule)) kept++;
  return { before: old.size, after: young.size, toAdd: young.size - kept, toRemove: old.size - kept };
};
