/** Private zones with their records, read from the documents of zones and record sets. */

import { type ArmRecordName, armRecordNames, isWithin, parseName } from '@tombolo/dns-records';
import { nameOf, parentIdOf, propertiesOf } from '@tombolo/store/document';
import type { Document } from '@tombolo/store/port';
import { azureSoa, readRecordSet } from './record-set-document.ts';
import { type RecordSet, type Zone, zoneOf } from './zone.ts';

/** Documents by type without the namespace, `privateDnsZones/A`. */
export type ByType = ReadonlyMap<string, readonly Document[]>;
export type Report = (document: Document, message: string) => void;

interface ReadRecord {
  readonly zoneId: string;
  /** Relative to the zone, `@` for the apex. */
  readonly name: string;
  /** Undefined: no records, or what the problem says. */
  readonly set: RecordSet | undefined;
  readonly problem?: string;
}

/** Documents never change, and a zone may hold 25,000 record sets of which one is new: each is read once. */
const readRecords = new WeakMap<Document, ReadRecord>();

const readRecord = (document: Document, type: ArmRecordName): ReadRecord => {
  const known = readRecords.get(document);
  if (known) return known;
  const common = { zoneId: parentIdOf(document.id.toLowerCase()), name: nameOf(document.id) };
  let read: ReadRecord;
  try {
    read = { ...common, set: readRecordSet(type, propertiesOf(document)) };
  } catch (error) {
    read = { ...common, set: undefined, problem: (error as Error).message };
  }
  readRecords.set(document, read);
  return read;
};

/** Private zones with their records, by lower-case zone id. */
export const privateZonesOf = (types: ByType, report: Report): ReadonlyMap<string, Zone> => {
  const recordsOf = new Map<string, [Document, string, RecordSet][]>();
  for (const type of armRecordNames) {
    for (const document of types.get(`privateDnsZones/${type}`) ?? []) {
      const { zoneId, name, set, problem } = readRecord(document, type);
      if (problem) report(document, `record set left out: ${problem}`);
      if (set === undefined) continue;
      const list = recordsOf.get(zoneId);
      if (list) list.push([document, name, set]);
      else recordsOf.set(zoneId, [[document, name, set]]);
    }
  }
  const zones = new Map<string, Zone>();
  for (const document of types.get('privateDnsZones') ?? []) {
    const name = parseName(nameOf(document.id));
    if (!name) {
      report(document, 'zone left out: its name is no domain name');
      continue;
    }
    let soa = azureSoa;
    const named: [string, RecordSet][] = [];
    for (const [record, relative, set] of recordsOf.get(document.id.toLowerCase()) ?? []) {
      const [first] = set.data;
      if (first?.kind === 'SOA') {
        soa = { ttl: set.ttl, data: first };
        continue;
      }
      const owner = relative === '@' ? name : ownerName(relative, name);
      if (owner === undefined) report(record, 'record set left out: its name is no domain name');
      else named.push([owner, set]);
    }
    zones.set(document.id.toLowerCase(), zoneOf({ name, id: document.id, soa }, named));
  }
  return zones;
};

/** `www` in `corp.example` → the full name; undefined where that is none within the zone. */
const ownerName = (relative: string, zone: string): string | undefined => {
  // Most names are plain single labels, for which the whole parser is too much.
  if (relative.length <= 63 && /^[a-z0-9_-]+$/i.test(relative) && relative.length + zone.length < 250) {
    return `${relative.toLowerCase()}.${zone}`;
  }
  const owner = parseName(`${relative}.${zone}`);
  return owner !== undefined && isWithin(owner, zone) ? owner : undefined;
};
