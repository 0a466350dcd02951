/** Service tags of an installation's own addresses, so that rules by tag work without the public cloud's list. */

import { parsePrefix } from '@tombolo/ip/prefix';
import { aggregate, formatSet } from '@tombolo/ip/prefix-set';
import type { CloudProfile } from '@tombolo/private-link';
import { findRegion, requiredServiceTags, serviceTagSuffix } from '@tombolo/private-link';
import type { ServiceTag, ServiceTagDocument } from './document.ts';

interface OwnAddresses {
  /** Where Resource Manager and sign-in listen: addresses or prefixes. */
  readonly control: readonly string[];
  /** Where the Arc services listen. */
  readonly services: readonly string[];
  /** Further tags, or other addresses for one of ours: `Storage` → what stands for it here. */
  readonly tags?: Readonly<Record<string, readonly string[]>>;
}

export interface GenerateOptions {
  readonly profile: Pick<CloudProfile, 'name' | 'regions'>;
  readonly addresses: OwnAddresses;
  /** Default `0`: any imported list is newer. */
  readonly changeNumber?: string;
}

/**
 * The tags that the requirement tables name. Services that an installation does not have keep an empty list: a rule may
 * name them, and opens nothing. Throws PrefixError for an address that is none.
 */
export const generateServiceTags = (options: GenerateOptions): ServiceTagDocument => {
  const { control, services, tags: more = {} } = options.addresses;
  const changeNumber = options.changeNumber ?? '0';
  const standing = { control, services, none: [] } as const;
  const own: Record<string, readonly string[]> = Object.fromEntries(
    Object.entries(requiredServiceTags).map(([name, whose]) => [name, standing[whose]]),
  );
  for (const [name, addresses] of Object.entries(more)) {
    const known = Object.keys(own).find((key) => key.toLowerCase() === name.toLowerCase());
    own[known ?? name] = addresses;
  }
  const everything = Object.values(own).flat();
  const tag = (name: string, addresses: readonly string[], region = ''): ServiceTag => ({
    name,
    id: name,
    changeNumber,
    region,
    platform: 'Azure',
    systemService: region === '' ? name : name.slice(0, name.lastIndexOf('.')),
    addressPrefixes: formatSet(aggregate(addresses.map(parsePrefix))),
    networkFeatures: ['API', 'NSG', 'UDR', 'FW'],
    state: 'GA',
  });
  const regional = options.profile.regions.flatMap((name) => {
    const region = findRegion(name);
    const [suffix, shown] = region ? [serviceTagSuffix(region), region.serviceTagRegion] : [name, name];
    // A region of Azure that is in no public list has no tag of its own here either.
    return shown === undefined
      ? []
      : [tag(`AzureArcInfrastructure.${suffix}`, own.AzureArcInfrastructure ?? [], shown)];
  });
  const all = [
    ...Object.entries({ ...own, AzureCloud: everything }).map(([name, addresses]) => tag(name, addresses)),
    ...regional,
  ];
  return {
    cloud: options.profile.name,
    changeNumber,
    form: 'generated',
    tags: all.sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1)),
  };
};
