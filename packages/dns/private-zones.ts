/** Private zones with their records, kept up to date from the documents of zones and record sets, one by one. */

import { type ArmRecordName, isWithin, parseName } from '@tombolo/dns-records';
import { nameOf, parentIdOf, propertiesOf } from '@tombolo/store/document';
import type { Document } from '@tombolo/store/port';
import { azureSoa, readRecordSet } from './record-set-document.ts';
import type { RecordSet, Zone } from './zone.ts';
import { type ZoneBuilder, zoneBuilder } from './zone-builder.ts';

/** A document of which a part could not be used, and why. */
export interface Problem {
  readonly id: string;
  readonly message: string;
}

/** A record set as its document says it, whether its zone is there or not. */
interface ReadRecord {
  readonly id: string;
  /** Relative to the zone, `@` for the apex. */
  readonly name: string;
  /** Undefined: no records, or what the problem says. */
  readonly set: RecordSet | undefined;
  readonly problem?: string;
}

export interface PrivateZones {
  /** By lower-case id; each is the same object as long as it is there. */
  readonly zones: ReadonlyMap<string, Zone>;
  putZone(document: Document): void;
  removeZone(key: string): void;
  putRecord(document: Document, type: ArmRecordName): void;
  removeRecord(key: string): void;
  problems(): readonly Problem[];
}

const readRecord = (document: Document, type: ArmRecordName): ReadRecord => {
  const common = { id: document.id, name: nameOf(document.id) };
  try {
    return { ...common, set: readRecordSet(type, propertiesOf(document)) };
  } catch (error) {
    return { ...common, set: undefined, problem: `record set left out: ${(error as Error).message}` };
  }
};

export const privateZones = (): PrivateZones => {
  /** By the lower-case id of the zone, then by their own. */
  const records = new Map<string, Map<string, ReadRecord>>();
  const builders = new Map<string, ZoneBuilder>();
  const zones = new Map<string, Zone>();
  const problems = new Map<string, Problem>();

  const report = (key: string, id: string, message: string | undefined): void => {
    if (message === undefined) problems.delete(key);
    else problems.set(key, { id, message });
  };
  const isSoa = ({ set }: ReadRecord): boolean => set?.data[0]?.kind === 'SOA';
  /** Of several the first by id counts. */
  const soaOf = (zoneKey: string): Zone['soa'] => {
    const found = [...(records.get(zoneKey) ?? [])].filter(([, record]) => isSoa(record));
    const [first] = found.sort(([a], [b]) => (a < b ? -1 : 1));
    const data = first?.[1].set?.data[0];
    return data?.kind === 'SOA' ? { ttl: first![1].set!.ttl, data } : azureSoa;
  };
  /** Serves a record of a zone that is there. */
  const serve = (builder: ZoneBuilder, zoneKey: string, key: string, record: ReadRecord): void => {
    const { set, name } = record;
    if (set === undefined) return;
    if (isSoa(record)) {
      builder.setSoa(soaOf(zoneKey));
      return;
    }
    const owner = name === '@' ? builder.zone.name : ownerName(name, builder.zone.name);
    if (owner === undefined) report(key, record.id, 'record set left out: its name is no domain name');
    else builder.put(key, owner, set);
  };
  const withdraw = (zoneKey: string, key: string): void => {
    const ofZone = records.get(zoneKey);
    const before = ofZone?.get(key);
    if (before === undefined) return;
    ofZone!.delete(key);
    if (ofZone!.size === 0) records.delete(zoneKey);
    problems.delete(key);
    const builder = builders.get(zoneKey);
    if (isSoa(before)) builder?.setSoa(soaOf(zoneKey));
    else builder?.remove(key);
  };
  /** What only a zone's name could show to be wrong is unknown without it. */
  const forgetNames = (zoneKey: string): void => {
    for (const [key, { id, problem }] of records.get(zoneKey) ?? []) report(key, id, problem);
  };

  return {
    zones,
    putZone(document) {
      const key = document.id.toLowerCase();
      const name = parseName(nameOf(document.id));
      report(key, document.id, name ? undefined : 'zone left out: its name is no domain name');
      // Its id is its name, and nothing else of it is served.
      if (!name || builders.get(key)?.zone.id === document.id) return;
      const builder = zoneBuilder({ name, id: document.id, soa: azureSoa });
      builders.set(key, builder);
      zones.set(key, builder.zone);
      for (const [recordKey, record] of records.get(key) ?? []) serve(builder, key, recordKey, record);
    },
    removeZone(key) {
      problems.delete(key);
      if (builders.delete(key)) forgetNames(key);
      zones.delete(key);
    },
    putRecord(document, type) {
      const key = document.id.toLowerCase();
      const zoneKey = parentIdOf(key);
      withdraw(zoneKey, key);
      const record = readRecord(document, type);
      const ofZone = records.get(zoneKey);
      if (ofZone) ofZone.set(key, record);
      else records.set(zoneKey, new Map([[key, record]]));
      report(key, document.id, record.problem);
      const builder = builders.get(zoneKey);
      if (builder) serve(builder, zoneKey, key, record);
    },
    removeRecord: (key) => withdraw(parentIdOf(key), key),
    problems: () => [...problems.values()],
  };
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
