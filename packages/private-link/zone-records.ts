/** Which records a zone group writes (R7), replaces (R5) and takes away again (R21), and which zones lack some (R7). */

import type { Member } from './members.ts';
import type { Refusal } from './refusals.ts';
import { refuse } from './refusals.ts';
import { nameOf, sameId } from './resource-reference.ts';
import { sameZoneName } from './zone-link.ts';

/** An A record set of a private DNS zone. */
export interface ZoneRecord {
  readonly zoneId: string;
  /** Relative to the zone: `gbl`. */
  readonly recordSetName: string;
  readonly ipAddresses: readonly string[];
  /** The private endpoint whose zone group wrote it; absent: written by hand. */
  readonly writtenBy?: string;
}

const sameRecord = (left: ZoneRecord, right: ZoneRecord): boolean =>
  sameId(left.zoneId, right.zoneId) && left.recordSetName.toLowerCase() === right.recordSetName.toLowerCase();

const writtenBy = (record: ZoneRecord, endpointId: string): boolean =>
  record.writtenBy !== undefined && sameId(record.writtenBy, endpointId);

const sameAddresses = (left: readonly string[], right: readonly string[]): boolean =>
  left.every((address) => right.includes(address)) && right.every((address) => left.includes(address));

export interface ZoneGroupPlan {
  readonly refused: false;
  /** To be put, all of them the endpoint's from now on. */
  readonly writes: readonly ZoneRecord[];
  /** The endpoint's own from before that the group no longer wants. */
  readonly deletes: readonly ZoneRecord[];
  /** R5: what others had written, by hand or by their zone groups, and now answers with this endpoint's addresses. */
  readonly replaces: readonly ZoneRecord[];
  /** R5: what the write has to say of replacements by which names change their addresses. */
  readonly warnings: readonly string[];
}

const writerOf = ({ writtenBy }: ZoneRecord): string =>
  writtenBy === undefined ? 'somebody by hand' : `private endpoint '${writtenBy}'`;

/** One sentence for each zone and writer: an endpoint has up to three records in a zone. */
const replacementWarnings = (endpointId: string, changed: readonly ZoneRecord[]): readonly string[] =>
  [...Map.groupBy(changed, (record) => `${writerOf(record)} ${record.zoneId.toLowerCase()}`).values()].map(
    (records) =>
      `The zone group of private endpoint '${endpointId}' replaces ${records.map(({ recordSetName }) => `'${recordSetName}'`).join(', ')} ` +
      `of zone '${records[0]?.zoneId}', which ${records.map(writerOf)[0]} wrote: all machines that resolve by this zone ` +
      'now come by this endpoint, and those of another private link scope are refused. Give each endpoint zones of its own, ' +
      'linked to its own network.',
  );

/**
 * R5, R7: writing an endpoint's zone group. As in Azure a later group replaces an earlier one's records; with
 * `strictDns` it is refused where another's record would change its addresses.
 * @param existing the record sets now in the group's zones and in those it had before.
 */
export const planZoneGroup = (group: {
  readonly endpointId: string;
  readonly wanted: readonly Omit<ZoneRecord, 'writtenBy'>[];
  readonly existing: readonly ZoneRecord[];
  readonly strictDns: boolean;
}): ZoneGroupPlan | Refusal => {
  const { endpointId, existing } = group;
  const writes = group.wanted.map((record): ZoneRecord => ({ ...record, writtenBy: endpointId }));
  const replaces = existing.filter(
    (record) => !writtenBy(record, endpointId) && writes.some((write) => sameRecord(write, record)),
  );
  const changed = replaces.filter((record) =>
    writes.some(
      (write) => sameRecord(write, record) && !sameAddresses(write.ipAddresses, record.ipAddresses),
    ),
  );
  const [hurt] = changed;
  if (group.strictDns && hurt !== undefined) {
    return refuse(
      'R5',
      'ZoneRecordsHeldByAnother',
      `The zone group of private endpoint '${endpointId}' would replace record '${hurt.recordSetName}' of zone ` +
        `'${hurt.zoneId}', which ${writerOf(hurt)} wrote: ` +
        'all machines behind one DNS view use one private endpoint, and --strict-dns refuses to redirect them. ' +
        'Use zones of its own linked to another network, or delete the records first.',
      hurt.zoneId,
    );
  }
  const deletes = existing.filter(
    (record) => writtenBy(record, endpointId) && !writes.some((write) => sameRecord(write, record)),
  );
  return { refused: false, writes, deletes, replaces, warnings: replacementWarnings(endpointId, changed) };
};

/**
 * R21: what deleting an endpoint (or its zone group) takes out of the zones: the records that are its own by then, and
 * nothing else. What another group replaced is the other's; what was replaced by this one does not come back.
 */
export const recordsRemovedWith = <R extends ZoneRecord>(
  endpointId: string,
  existing: readonly R[],
): readonly R[] => existing.filter((record) => writtenBy(record, endpointId));

/** A private DNS zone as it is linked to a network. */
export interface LinkedZone {
  readonly zoneId: string;
  readonly recordSetNames: readonly string[];
  /** The link's `resolutionPolicy` is `NxDomainRedirect`: a missing record is asked for in public. */
  readonly redirectsToPublic: boolean;
}

export interface ZoneWarning {
  readonly rule: 'R7';
  readonly kind: 'empty-zone' | 'incomplete-zone' | 'zone-not-linked';
  /** For `zone-not-linked`: the zone's name, else its id. */
  readonly zone: string;
  /** Public names that machines of the network cannot resolve privately. */
  readonly names: readonly string[];
  /** What such a name gives there. */
  readonly effect: 'NXDOMAIN' | 'public address';
  readonly message: string;
}

/**
 * R7: what is wrong with the zones linked to a network, before it breaks resolution. A linked zone that lacks a member's
 * record hides the public name from the whole network; a required zone that is missing beside linked ones leaves half
 * of the traffic on the public route. A network with none of the zones has nothing to warn about.
 */
export const zoneWarnings = (
  vnetId: string,
  linked: readonly LinkedZone[],
  members: readonly Member[],
): readonly ZoneWarning[] => {
  const zoneNames = [...new Set(members.map((member) => member.zone))];
  const perZone = zoneNames.map((name) => ({
    name,
    zone: linked.find((zone) => sameZoneName(nameOf(zone.zoneId), name)),
    members: members.filter((member) => member.zone === name),
  }));
  if (perZone.every((entry) => entry.zone === undefined)) return [];
  return perZone.flatMap(({ name, zone, members: zoneMembers }): ZoneWarning[] => {
    if (zone === undefined) {
      const names = zoneMembers.map((member) => member.fqdn);
      const message =
        `Virtual network '${vnetId}' is linked to other private link zones but not to '${name}', so ${names.join(', ')} ` +
        'stay on public addresses. Create the zone, link it and add it to the zone group.';
      return [{ rule: 'R7', kind: 'zone-not-linked', zone: name, names, effect: 'public address', message }];
    }
    const present = new Set(zone.recordSetNames.map((record) => record.toLowerCase()));
    // A wildcard record answers for every name of its zone.
    const missing = present.has('*')
      ? []
      : zoneMembers.filter((member) => !present.has(member.record.toLowerCase()));
    if (missing.length === 0) return [];
    const names = missing.map((member) => member.fqdn);
    // `@` (SOA) is in every zone from the start.
    const kind = [...present].every((record) => record === '@') ? 'empty-zone' : 'incomplete-zone';
    const effect = zone.redirectsToPublic ? 'public address' : 'NXDOMAIN';
    const message =
      `Zone '${zone.zoneId}' linked to virtual network '${vnetId}' ${kind === 'empty-zone' ? 'is empty' : 'is incomplete'}: ` +
      `there ${names.join(', ')} ${effect === 'NXDOMAIN' ? 'do not resolve' : 'resolve to public addresses'}. ` +
      "Write the records (a zone group on the private endpoint does) or remove the zone's link.";
    return [{ rule: 'R7', kind, zone: zone.zoneId, names, effect, message }];
  });
};
