/** Service tags of a document: the downloadable file, either ARM list, or one made of an installation's own addresses. */

import type { CloudProfile } from '@tombolo/private-link/cloud-profile';
import { parsePrefix } from './address.ts';
import { type Body, bodiesAt, isBody, textsAt } from './security-rule.ts';
import type { TagResolver } from './surroundings.ts';

export interface TagDocument {
  readonly resolve: TagResolver;
  /** Names in the document. */
  readonly tags: readonly string[];
  readonly changeNumber?: string;
}

/** Undefined where it is no such document. */
export const readTagDocument = (value: unknown): TagDocument | undefined => {
  if (!isBody(value) || !Array.isArray(value.values)) return undefined;
  const entries = bodiesAt(value, 'values').flatMap(
    (entry): readonly (readonly [string, readonly string[]])[] => {
      const properties: Body = isBody(entry.properties) ? entry.properties : {};
      const name = typeof entry.name === 'string' ? entry.name : typeof entry.id === 'string' ? entry.id : '';
      return name === '' ? [] : [[name, textsAt(properties, 'addressPrefixes')]];
    },
  );
  if (entries.length === 0) return undefined;
  const byName = new Map(entries.map(([name, prefixes]) => [name.toLowerCase(), prefixes]));
  const { changeNumber } = value;
  return {
    resolve: (tag) => byName.get(tag.toLowerCase()),
    tags: entries.map(([name]) => name),
    ...(changeNumber === undefined ? {} : { changeNumber: String(changeNumber) }),
  };
};

export interface InstallationAddresses {
  /** Where ARM and sign-in listen. */
  readonly resourceManager: readonly string[];
  /** Where the services are public. */
  readonly services: readonly string[];
}

/** One entry of the downloadable file. */
export interface TagEntry {
  readonly name: string;
  readonly id: string;
  readonly properties: {
    readonly changeNumber: number;
    readonly region: string;
    readonly regionId: number;
    readonly platform: 'Azure';
    readonly systemService: string;
    readonly addressPrefixes: readonly string[];
    readonly networkFeatures: readonly string[];
  };
}

export interface TagFile {
  readonly changeNumber: number;
  readonly cloud: string;
  readonly values: readonly TagEntry[];
}

/** What an installation serves itself, tag by tag; its control process is sign-in, ARM and storage of extensions alike. */
const carriers: readonly (readonly [string, keyof InstallationAddresses])[] = [
  ['AzureActiveDirectory', 'resourceManager'],
  ['AzureResourceManager', 'resourceManager'],
  ['AzureArcInfrastructure', 'services'],
  ['AzureTrafficManager', 'services'],
  ['AzureFrontDoor.Frontend', 'services'],
  ['Storage', 'services'],
  ['GuestAndHybridManagement', 'services'],
];

const prefixText = (address: string): readonly string[] => {
  const prefix = parsePrefix(address);
  return prefix ? [prefix.text] : [];
};

/**
 * The service-tag file of a sovereign installation, in the form of the downloadable one, so that all that reads
 * service tags works there: addresses are those that the installation has and those that its profile names as public.
 */
export const tagFileOfInstallation = (
  profile: Pick<CloudProfile, 'name' | 'publicAddresses'>,
  addresses: InstallationAddresses,
  changeNumber: number,
): TagFile => {
  const services = [...addresses.services, ...(profile.publicAddresses ?? [])];
  const of = { resourceManager: addresses.resourceManager, services };
  const entry = (name: string, texts: readonly string[]): TagEntry => ({
    name,
    id: name,
    properties: {
      changeNumber,
      region: '',
      regionId: 0,
      platform: 'Azure',
      systemService: name.split('.')[0]!,
      addressPrefixes: [...new Set(texts.flatMap(prefixText))].sort(),
      networkFeatures: ['API', 'NSG', 'UDR', 'FW'],
    },
  });
  const values = carriers.map(([name, carrier]) => entry(name, of[carrier]));
  return {
    changeNumber,
    cloud: profile.name,
    values: [...values, entry('AzureCloud', [...addresses.resourceManager, ...services])],
  };
};
