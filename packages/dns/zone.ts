/** One zone's records and the answer that it alone gives to a name and type (RFC 1034 section 4.3.2, RFC 4592). */

import { parentName, type RecordData, type SoaData } from '@tombolo/dns-records';
import { classes, type ResourceRecord } from './resource-record.ts';
import { typeCodes } from './type-codes.ts';

export interface RecordSet {
  readonly type: number;
  /** Seconds. */
  readonly ttl: number;
  readonly data: readonly RecordData[];
}

export interface Zone {
  /** Lower case, without the final dot. */
  readonly name: string;
  /** The resource id of a private zone, in the creator's case; absent for public ones. */
  readonly id?: string;
  readonly soa: { readonly ttl: number; readonly data: SoaData };
  /** Full lower-case name → type → set. Empty non-terminals are there with an empty map (RFC 8020). */
  readonly nodes: ReadonlyMap<string, ReadonlyMap<number, RecordSet>>;
}

export type ZoneAnswer =
  | { readonly outcome: 'answer'; readonly records: readonly ResourceRecord[] }
  | { readonly outcome: 'cname'; readonly records: readonly ResourceRecord[]; readonly target: string }
  | { readonly outcome: 'nodata'; readonly soa: ResourceRecord }
  | { readonly outcome: 'nxdomain'; readonly soa: ResourceRecord };

const recordsOf = (owner: string, set: RecordSet): ResourceRecord[] =>
  set.data.map((data) => ({ name: owner, type: set.type, class: classes.IN, ttl: set.ttl, data }));

/** The SOA of a negative answer: its TTL is the lesser of its own and the minimum field (RFC 2308 section 3). */
const negativeSoa = (zone: Zone): ResourceRecord => ({
  name: zone.name,
  type: typeCodes.SOA,
  class: classes.IN,
  ttl: Math.min(zone.soa.ttl, zone.soa.data.minimum),
  data: zone.soa.data,
});

/** What the zone says of `name` (within it, lower case); `owner` is the name in the asker's case. ANY gets one set (RFC 8482). */
export const askZone = (zone: Zone, name: string, owner: string, type: number): ZoneAnswer => {
  let node = zone.nodes.get(name);
  if (node === undefined) {
    let encloser = parentName(name);
    while (!zone.nodes.has(encloser)) encloser = parentName(encloser);
    node = zone.nodes.get(`*.${encloser}`);
    if (node === undefined) return { outcome: 'nxdomain', soa: negativeSoa(zone) };
  }
  const set = type === typeCodes.ANY ? node.get(Math.min(...node.keys())) : node.get(type);
  if (set !== undefined) return { outcome: 'answer', records: recordsOf(owner, set) };
  const alias = node.get(typeCodes.CNAME);
  const target = alias?.data[0];
  if (alias !== undefined && target?.kind === 'CNAME') {
    return { outcome: 'cname', records: recordsOf(owner, alias), target: target.target };
  }
  return { outcome: 'nodata', soa: negativeSoa(zone) };
};

/** The zone of the longest name that encloses `name` (lower case) among zones by name. */
export const enclosingZone = <T>(zones: ReadonlyMap<string, T>, name: string): T | undefined => {
  if (zones.size === 0) return undefined;
  for (let at = name; ; at = parentName(at)) {
    const zone = zones.get(at);
    if (zone !== undefined || at === '') return zone;
  }
};
