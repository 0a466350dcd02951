/** The names and records of one private endpoint: its `customDnsConfigs` and what its zone group writes. */

import { nameOf } from '@tombolo/store/document';
import type { Member } from './members.ts';
import type { Refusal } from './refusals.ts';
import { refuse } from './refusals.ts';
import { sameZoneName } from './zone-link.ts';

/** Member name (as in `requiredMembers`) → the endpoint's address for it. */
export type MemberAddresses = ReadonlyMap<string, string>;

/** One entry of a private endpoint's `customDnsConfigs`. */
export interface CustomDnsConfig {
  readonly fqdn: string;
  readonly ipAddresses: readonly string[];
}

/** One entry of a zone configuration's read-only `recordSets`, without its provisioningState. */
export interface ZoneGroupRecordSet {
  readonly recordType: 'A';
  readonly recordSetName: string;
  /** The record's own name, inside the privatelink zone as that is spelled. */
  readonly fqdn: string;
  /** Seconds; zone groups write 10. */
  readonly ttl: 10;
  readonly ipAddresses: readonly string[];
}

/** In the members' order, as the live service fills it; a member without an address yet is left out. */
export const customDnsConfigs = (
  members: readonly Member[],
  addresses: MemberAddresses,
): readonly CustomDnsConfig[] =>
  members.flatMap((member) => {
    const address = addresses.get(member.memberName);
    return address === undefined ? [] : [{ fqdn: member.fqdn, ipAddresses: [address] }];
  });

/**
 * R7: the record sets that a zone group writes into one of its zones; none for a zone that is no zone of the members.
 * Zones match without regard to case: the live service spells one `privatelink.Guestconfiguration.azure.com`.
 */
export const zoneRecords = (
  zoneName: string,
  members: readonly Member[],
  addresses: MemberAddresses,
): readonly ZoneGroupRecordSet[] =>
  members.flatMap((member) => {
    const address = addresses.get(member.memberName);
    if (address === undefined || !sameZoneName(member.zone, zoneName)) return [];
    const fqdn = `${member.record}.${zoneName.replace(/\.$/, '')}`;
    return [
      {
        recordType: 'A' as const,
        recordSetName: member.record,
        fqdn,
        ttl: 10 as const,
        ipAddresses: [address],
      },
    ];
  });

/**
 * R7: a zone group may name zones of no member, and writes nothing into them; whoever named one has mistaken its name.
 * Refused with `strictDns`.
 */
export const judgeZonesOfGroup = (
  groupId: string,
  zoneIds: readonly string[],
  members: readonly Member[],
  strictDns: boolean,
): readonly string[] | Refusal => {
  const wanted = [...new Set(members.map(({ zone }) => zone))];
  const others = zoneIds.filter((zoneId) => !wanted.some((zone) => sameZoneName(zone, nameOf(zoneId))));
  if (others.length === 0 || wanted.length === 0) return [];
  const message =
    `Zone group '${groupId}' writes no record into ${others.map((zoneId) => `'${zoneId}'`).join(', ')}: ` +
    `no member of its private endpoint has a name there. The zones of its members are ${wanted.join(', ')}.`;
  if (!strictDns) return [message];
  return refuse('R7', 'ZoneOfNoMember', `${message} --strict-dns refuses such a zone group.`, others[0]);
};
