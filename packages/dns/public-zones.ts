/** The public view of an installation: the service names as the internet sees them, ending at public addresses. */

import { parseName, type RecordData } from '@tombolo/dns-records';
import { formatAddress, readAddress } from '@tombolo/ip/address';
import {
  type CloudProfile,
  findRegion,
  publicSuffixOf,
  relayNamespace,
  servedNames,
} from '@tombolo/private-link';
import { typeCodes } from './type-codes.ts';
import type { RecordSet, Zone } from './zone.ts';
import { zoneOf } from './zone-builder.ts';

export interface PublicHostAddresses {
  /** Addresses of the host in `profile.resourceManager`; none: the name is not served. */
  readonly resourceManager?: readonly string[];
  readonly activeDirectory?: readonly string[];
  /** Names beside those of the profile: what agents ask for, or asked for once. */
  readonly others?: readonly { readonly name: string; readonly addresses: readonly string[] }[];
  /** Default: `profile.publicAddresses`. */
  readonly notification?: readonly string[];
}

/** Short, so that what changes in an installation is seen soon. Seconds. */
const publicTtl = 60;
const negativeTtl = 10;

const addressSets = (addresses: readonly string[]): RecordSet[] => {
  const records = addresses.flatMap((text): RecordData[] => {
    const address = readAddress(text);
    return address ? [{ kind: address.family === 4 ? 'A' : 'AAAA', address: formatAddress(address) }] : [];
  });
  return (['A', 'AAAA'] as const).flatMap((kind) => {
    const data = records.filter((record) => record.kind === kind);
    return data.length === 0 ? [] : [{ type: typeCodes[kind], ttl: publicTtl, data }];
  });
};

/**
 * The public zones by name. Each name of each of the profile's regions is a CNAME to its `privatelink` name, and
 * that one has the profile's public addresses (prefixes among them are passed over). Names of other regions do not
 * exist. Without public addresses there are no zones: such a profile means a real cloud, and its own DNS answers.
 * The zones are authoritative, so names under them are never forwarded.
 */
export const publicZones = (
  profile: CloudProfile,
  hosts: PublicHostAddresses = {},
): ReadonlyMap<string, Zone> => {
  const addresses = addressSets(profile.publicAddresses ?? []);
  const sets = new Map<string, [name: string, set: RecordSet][]>();
  const add = (zone: string, name: string, added: readonly RecordSet[]): void => {
    const [zoneName, owner] = [parseName(zone), parseName(name)];
    if (zoneName === undefined || owner === undefined)
      throw new RangeError(`"${name}" in the profile is no domain name`);
    const list = sets.get(zoneName) ?? [];
    sets.set(zoneName, list);
    for (const set of added) list.push([owner, set]);
  };
  if (addresses.length > 0) {
    const aliases = new Set<string>();
    for (const region of profile.regions.map(findRegion)) {
      for (const member of region ? servedNames(region, profile.suffixes) : []) {
        if (aliases.has(member.fqdn)) continue;
        aliases.add(member.fqdn);
        const target: RecordData = { kind: 'CNAME', target: member.privateLinkName };
        add(publicSuffixOf(member.zone), member.fqdn, [
          { type: typeCodes.CNAME, ttl: publicTtl, data: [target] },
        ]);
        add(member.zone, member.privateLinkName, addresses);
      }
    }
  }
  const { notification } = profile.suffixes;
  const notificationSets = hosts.notification ? addressSets(hosts.notification) : addresses;
  if (notification && notificationSets.length > 0) {
    add(notification, notification, notificationSets);
    add(notification, `*.${notification}`, notificationSets);
    // Exactly these: the other names under the suffix are somebody else's.
    for (const region of profile.regions) {
      const relay = relayNamespace(region, profile.suffixes);
      if (relay !== undefined) add(relay, relay, notificationSets);
    }
  }
  const addHost = (url: string, given: readonly string[] | undefined): void => {
    const host = new URL(url).hostname;
    if (given && given.length > 0 && readAddress(host.replace(/^\[|\]$/g, '')) === undefined)
      add(host, host, addressSets(given));
  };
  addHost(profile.resourceManager, hosts.resourceManager);
  if (new URL(profile.activeDirectory).hostname !== new URL(profile.resourceManager).hostname) {
    addHost(profile.activeDirectory, hosts.activeDirectory);
  }
  for (const { name, addresses: own } of hosts.others ?? []) add(name, name, addressSets(own));
  return new Map([...sets].map(([name, records]) => [name, zoneOf({ name, soa: soaOf(name) }, records)]));
};

const soaOf = (zone: string): Zone['soa'] => ({
  ttl: 3600,
  data: {
    kind: 'SOA',
    primary: `ns1.${zone}`,
    mailbox: `hostmaster.${zone}`,
    serial: 1,
    refresh: 3600,
    retry: 300,
    expire: 2419200,
    minimum: negativeTtl,
  },
});
