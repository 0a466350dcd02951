/** Which records a zone group writes (R7), replaces (R5) and takes away again (R21), and what a hand does to them (R5). */

import { sameId } from '@tombolo/arm/resource-id';
import type { Refusal } from './refusals.ts';
import { refuse } from './refusals.ts';

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

/** R5, the other way round: by hand over what a zone group wrote. Refused with `strictDns`. */
export const judgeHandWrite = (
  was: ZoneRecord,
  ipAddresses: readonly string[],
  strictDns: boolean,
): readonly string[] | Refusal => {
  if (was.writtenBy === undefined || sameAddresses(was.ipAddresses, ipAddresses)) return [];
  const what = `Record '${was.recordSetName}' of zone '${was.zoneId}', which ${writerOf(was)} wrote,`;
  if (strictDns)
    return refuse(
      'R5',
      'ZoneRecordsHeldByAnother',
      `${what} would answer with other addresses: all machines behind one DNS view use one private endpoint, and --strict-dns ` +
        'refuses to redirect them. Use a zone of its own linked to another network, or take the zone out of the zone group first.',
      was.zoneId,
    );
  return [
    `${what} now answers with other addresses: machines that resolve by this zone no longer come by that endpoint. ` +
      'Write its zone group again to have the record back.',
  ];
};
