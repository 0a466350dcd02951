/** Names of service tags, told from addresses and prefixes. */

import { placedPrefix } from './address.ts';
import { metadataAddress, platformAddress } from './surroundings.ts';

/** Is it a tag's name rather than an address, prefix or `*`? */
export const isTagName = (word: string): boolean => word !== '*' && placedPrefix(word) === undefined;

/** Could a tag be called so? `Storage`, `Storage.JapanEast`: whether there is one says the list of tags. */
export const hasTagForm = (word: string): boolean => /^[A-Za-z][A-Za-z0-9]*(\.[A-Za-z0-9]+)*$/.test(word);

/** A tag that no list has: it means something else in each network, or the platform (Learn: service-tags-overview). */
interface SpecialTag {
  /** What it stands for, where that is one address everywhere. */
  readonly address?: string;
  /** Of the platform's own: only rules that name one of these apply to its traffic. */
  readonly platform?: true;
}

const specialTags = {
  VirtualNetwork: {},
  Internet: {},
  AzureLoadBalancer: { address: platformAddress },
  AzurePlatformDNS: { address: platformAddress, platform: true },
  AzurePlatformIMDS: { address: metadataAddress, platform: true },
  AzurePlatformLKM: { platform: true },
} as const;

type SpecialTagName = keyof typeof specialTags;

const facts: Readonly<Record<SpecialTagName, SpecialTag>> = specialTags;

const spelling: ReadonlyMap<string, SpecialTagName> = new Map(
  Object.keys(specialTags).map((name) => [name.toLowerCase(), name as SpecialTagName]),
);

/** The tag that no list has, in Azure's spelling. */
export const specialTagOf = (word: string): SpecialTagName | undefined => spelling.get(word.toLowerCase());

/** The one address that it stands for everywhere. */
export const addressOfSpecialTag = (name: SpecialTagName): string | undefined => facts[name].address;

export const isPlatformTag = (word: string): boolean => {
  const name = specialTagOf(word);
  return name !== undefined && facts[name].platform === true;
};
