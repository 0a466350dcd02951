/** Rules that name a service tag which the list of tags lacks: Azure refuses them, and they take no traffic. */

import type { SecurityGroup } from './security-rule.ts';
import type { Surroundings } from './surroundings.ts';
import { isTagName, specialTagOf } from './tag-name.ts';

/** Does a rule's word need a list to be known? Not an address, a prefix, `*` or one of the tags that no list has. */
export const needsTagList = (word: string): boolean =>
  isTagName(word) && word.toLowerCase() !== 'any' && specialTagOf(word) === undefined;

/** By the names that the list has. */
export const lackedBy = (names: readonly string[]): ((word: string) => boolean) => {
  const known = new Set(names.map((name) => name.toLowerCase()));
  return (word) => needsTagList(word) && !known.has(word.toLowerCase());
};

export interface LackingTag {
  readonly rule: string;
  readonly priority: number;
  readonly tag: string;
  readonly text: string;
}

/** In the order of the rules. Without a list nothing lacks. */
export const lackingTags = (groups: readonly SecurityGroup[], around: Surroundings): readonly LackingTag[] =>
  groups.flatMap(({ rules }) =>
    rules.flatMap(({ name, priority, source, destination }) =>
      [...new Set([...source.prefixes, ...destination.prefixes])]
        .filter((word) => around.lacksTag?.(word))
        .map((tag) => ({
          rule: name,
          priority,
          tag,
          text: `${name} (priority ${priority}) names ${tag}, which the list of service tags lacks: Azure refuses the rule, and here it takes no traffic.`,
        })),
    ),
  );
