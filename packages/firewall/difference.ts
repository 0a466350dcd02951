/** What changed between two sets of rules: names, and prefixes added, removed, or moved from one service tag to another. */

import { formatPrefix } from '@tombolo/ip/prefix';
import { aggregate, difference, emptySet, intersection, type PrefixSet, union } from '@tombolo/ip/prefix-set';
import type { ComparedExport } from './export-document.ts';
import { isEmptySet, ruleName } from './plan.ts';

interface NameChange {
  /** `internet tcp 443 login.windows.net` */
  readonly rule: string;
  readonly host: string;
  readonly port: number;
}

interface AddressChange {
  /** `internet-tcp-443` */
  readonly rule: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Allowed before and after, but as part of another tag. */
interface TagMove {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly prefixes: readonly string[];
}

export interface RuleDifference {
  readonly names: {
    readonly added: readonly NameChange[];
    readonly removed: readonly NameChange[];
    /** The rule stays; the rows behind it, or whether it is optional, changed. */
    readonly changed: readonly NameChange[];
  };
  readonly addresses: readonly AddressChange[];
  readonly moved: readonly TagMove[];
  readonly same: boolean;
}

const texts = (set: PrefixSet): readonly string[] => [...set.v4, ...set.v6].map(formatPrefix);

type Named = ComparedExport['hosts'][number];
const nameKey = ({ leg, host, path = '', port }: Named): string => `${leg} tcp ${port} ${host}${path}`;
const nameChange = (rule: Named): NameChange => ({ rule: nameKey(rule), host: rule.host, port: rule.port });

const nameChanges = (from: ComparedExport, to: ComparedExport): RuleDifference['names'] => {
  const before = new Map(from.hosts.map((rule) => [nameKey(rule), rule]));
  const after = new Map(to.hosts.map((rule) => [nameKey(rule), rule]));
  const meaning = ({ optional, requirements }: Named): string =>
    JSON.stringify([optional, requirements.toSorted()]);
  return {
    added: to.hosts.filter((rule) => !before.has(nameKey(rule))).map(nameChange),
    removed: from.hosts.filter((rule) => !after.has(nameKey(rule))).map(nameChange),
    changed: to.hosts
      .filter((rule) => {
        const old = before.get(nameKey(rule));
        return old !== undefined && meaning(old) !== meaning(rule);
      })
      .map(nameChange),
  };
};

const addressChanges = (from: ComparedExport, to: ComparedExport): readonly AddressChange[] => {
  const setOf = (side: ComparedExport, name: string): PrefixSet =>
    side.addresses.find((rule) => ruleName(rule) === name)?.prefixes ?? emptySet;
  const names = [...new Set([...from.addresses, ...to.addresses].map(ruleName))];
  return names.flatMap((rule) => {
    const [before, after] = [setOf(from, rule), setOf(to, rule)];
    const added = difference(after, before);
    const removed = difference(before, after);
    return isEmptySet(added) && isEmptySet(removed)
      ? []
      : [{ rule, added: texts(aggregate(all(added))), removed: texts(aggregate(all(removed))) }];
  });
};

const all = (set: PrefixSet) => [...set.v4, ...set.v6];

const moves = (from: ComparedExport, to: ComparedExport): readonly TagMove[] => {
  const keys = [...new Set([...from.tags, ...to.tags].map(({ tag, port }) => `${port} ${tag}`))];
  const setOf = (side: ComparedExport, key: string): PrefixSet =>
    side.tags.find(({ tag, port }) => `${port} ${tag}` === key)?.prefixes ?? emptySet;
  const changes = keys.map((key) => ({
    key,
    left: difference(setOf(from, key), setOf(to, key)),
    joined: difference(setOf(to, key), setOf(from, key)),
  }));
  const parts = (key: string): readonly [port: string, tag: string] => {
    const space = key.indexOf(' ');
    return [key.slice(0, space), key.slice(space + 1)];
  };
  return changes.flatMap(({ key, left }) =>
    changes.flatMap((other): TagMove[] => {
      const [port, tag] = parts(key);
      const [otherPort, otherTag] = parts(other.key);
      if (key === other.key || port !== otherPort || isEmptySet(left) || isEmptySet(other.joined)) return [];
      const both = union(intersection(left, other.joined));
      return isEmptySet(both) ? [] : [{ from: tag, to: otherTag, port: Number(port), prefixes: texts(both) }];
    }),
  );
};

/** Pure; prefixes in the answer are the fewest that say the change. */
export const compareRules = (from: ComparedExport, to: ComparedExport): RuleDifference => {
  const names = nameChanges(from, to);
  const addresses = addressChanges(from, to);
  const moved = moves(from, to);
  const same =
    names.added.length + names.removed.length + names.changed.length + addresses.length + moved.length === 0;
  return { names, addresses, moved, same };
};
