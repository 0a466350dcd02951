/** The list of service tags by which rules are judged: the imported one, read only where a rule names a tag that needs it. */

import { lackedBy, needsTagList } from '@tombolo/network-rules';
import { servedDocument } from '@tombolo/service-tags/stored-tags';
import type { StoreReader } from '@tombolo/store/port';
import type { RuleProperties } from './schema.ts';

export interface TagList {
  /** `Public 152`, for refusals. */
  readonly name: string;
  readonly names: readonly string[];
  readonly lacks: (word: string) => boolean;
}

/** Of both sides, as they are written. */
const wordsOf = (rule: RuleProperties): readonly string[] => [
  ...(rule.sourceAddressPrefixes ?? []),
  ...(rule.destinationAddressPrefixes ?? []),
  rule.sourceAddressPrefix ?? '',
  rule.destinationAddressPrefix ?? '',
];

/** undefined: none of the rules needs it, or nothing was imported and nobody knows which tags there are. */
export const loadTagList = async (
  store: StoreReader,
  rules: readonly RuleProperties[],
): Promise<TagList | undefined> => {
  if (!rules.some((rule) => wordsOf(rule).some((word) => word !== '' && needsTagList(word))))
    return undefined;
  const served = await servedDocument(store);
  if (!served) return undefined;
  const names = served.document.tags.map(({ name }) => name);
  return {
    name: `${served.document.cloud} ${served.document.changeNumber}`,
    names,
    lacks: lackedBy(names),
  };
};
