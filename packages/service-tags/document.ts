/** A list of service tags, whatever form it came in: Microsoft's downloadable file or either list of Resource Manager. */

import { type PrefixSet, parsePrefixSet } from '@tombolo/ip/prefix-set';
import type { JsonObject } from '@tombolo/store/port';

/** `file`: Azure IP Ranges and Service Tags; `arm-list`: serviceTags; `arm-details`: serviceTagDetails. */
export type DocumentForm = 'file' | 'arm-list' | 'arm-details' | 'generated';

export interface ServiceTag {
  /** `Storage.WestEurope` */
  readonly name: string;
  readonly id: string;
  /** Of this tag; absent where the source has none. */
  readonly changeNumber?: string;
  /** `westeurope`; empty: of all regions. */
  readonly region: string;
  readonly regionId?: number;
  readonly platform?: string;
  readonly systemService: string;
  /** Canonical text, in the source's order. */
  readonly addressPrefixes: readonly string[];
  readonly networkFeatures?: readonly string[];
  readonly state?: string;
}

export interface ServiceTagDocument {
  /** As the source says: `Public`, `AzureGovernment`, `AzureChina`, or an installation's name. */
  readonly cloud: string;
  /** Decimal in every source seen; compared as a number where both are. */
  readonly changeNumber: string;
  readonly form: DocumentForm;
  readonly tags: readonly ServiceTag[];
}

/** Bounds of what is read: the public file has some 3,000 tags, 100,000 prefixes and 8 MiB. */
export const limits = { bytes: 64 * 1024 * 1024, tags: 20_000, prefixes: 1_000_000 } as const;

export const prefixCountOf = (document: ServiceTagDocument): number =>
  document.tags.reduce((sum, tag) => sum + tag.addressPrefixes.length, 0);

/** The addresses of a tag. */
export const prefixSetOf = (tag: ServiceTag): PrefixSet => parsePrefixSet(tag.addressPrefixes);

/** Names compare without case, as in security rules. */
export const findTag = (document: ServiceTagDocument, name: string): ServiceTag | undefined => {
  const wanted = name.toLowerCase();
  return document.tags.find((tag) => tag.name.toLowerCase() === wanted);
};

/** `Storage` of `Storage.WestEurope`; a dot without a region belongs to the name (`AzureFrontDoor.Frontend`). */
export const serviceOf = (tag: ServiceTag): string => {
  const dot = tag.name.lastIndexOf('.');
  return tag.region === '' || dot < 0 ? tag.name : tag.name.slice(0, dot);
};

const number = (text: string | undefined): number | string =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : (text ?? 0);

/** The downloadable file's form. */
export const toFile = (document: ServiceTagDocument): JsonObject => ({
  changeNumber: number(document.changeNumber),
  cloud: document.cloud,
  values: document.tags.map((tag) => ({
    name: tag.name,
    id: tag.id,
    properties: {
      changeNumber: number(tag.changeNumber),
      region: tag.region,
      ...(tag.regionId === undefined ? {} : { regionId: tag.regionId }),
      platform: tag.platform ?? 'Azure',
      systemService: tag.systemService,
      addressPrefixes: tag.addressPrefixes,
      networkFeatures: tag.networkFeatures ?? [],
      ...(tag.state === undefined ? {} : { state: tag.state }),
    },
  })),
});

/** What Resource Manager's lists have of a tag. */
export const armValue = (tag: ServiceTag, withPrefixes = true): JsonObject => ({
  name: tag.name,
  id: tag.id,
  ...(tag.changeNumber === undefined ? {} : { serviceTagChangeNumber: tag.changeNumber }),
  properties: {
    ...(tag.changeNumber === undefined ? {} : { changeNumber: tag.changeNumber }),
    region: tag.region,
    systemService: tag.systemService,
    ...(withPrefixes ? { addressPrefixes: tag.addressPrefixes } : {}),
    state: tag.state ?? 'GA',
  },
});

/** ServiceTagsListResult: in one answer, as Azure gives it. */
export const armList = (document: ServiceTagDocument, subscriptionId: string): JsonObject => ({
  name: document.cloud,
  id: `/subscriptions/${subscriptionId}/providers/Microsoft.Network/serviceTags/${document.cloud}`,
  type: 'Microsoft.Network/serviceTags',
  changeNumber: document.changeNumber,
  cloud: document.cloud,
  values: document.tags.map((tag) => armValue(tag)),
});
