/** A zone that takes in and gives up one record set after another: what a change does not touch stays as it is. */

import { isWithin, lowerName, parentName } from '@tombolo/dns-records';
import { typeCodes } from './type-codes.ts';
import type { RecordSet, Zone } from './zone.ts';

export interface ZoneBuilder {
  /** The same object all the time; what it answers is of the last change. */
  readonly zone: Zone;
  /** Puts or replaces the set of this key. Throws RangeError where the name is not within the zone. */
  put(key: string, name: string, set: RecordSet): void;
  remove(key: string): void;
  setSoa(soa: Zone['soa']): void;
}

export const zoneBuilder = ({ soa, ...zone }: Pick<Zone, 'name' | 'id' | 'soa'>): ZoneBuilder => {
  const nodes = new Map<string, Map<number, RecordSet>>();
  const built = { ...zone, soa, nodes };
  /** Of each name, the sets that stand there, by their keys. */
  const sets = new Map<string, Map<string, RecordSet>>();
  const nameOfKey = new Map<string, string>();
  /** How many names there are directly below a name. */
  const below = new Map<string, number>();

  const count = (name: string, by: 1 | -1): void => {
    const parent = parentName(name);
    const next = (below.get(parent) ?? 0) + by;
    if (next === 0) below.delete(parent);
    else below.set(parent, next);
  };
  /** Empty non-terminals are there (RFC 8020). */
  const ensure = (name: string): void => {
    for (let at = name; at !== zone.name && !nodes.has(at); at = parentName(at)) {
      nodes.set(at, new Map());
      count(at, 1);
    }
  };
  /** What has neither records nor anything below it is not there, and so its parents. */
  const prune = (name: string): void => {
    for (let at = name; at !== zone.name && !sets.has(at) && !below.has(at); at = parentName(at)) {
      nodes.delete(at);
      count(at, -1);
    }
  };
  /** Sets of a name and type are joined, in the order of their keys: whichever came first decides nothing. */
  const rebuild = (name: string): void => {
    const here = [...(sets.get(name) ?? [])];
    if (here.length > 1) here.sort(([a], [b]) => (a < b ? -1 : 1));
    const node = new Map<number, RecordSet>();
    for (const [, set] of here) {
      const present = node.get(set.type);
      node.set(set.type, present ? { ...present, data: [...present.data, ...set.data] } : set);
    }
    if (name === zone.name)
      node.set(typeCodes.SOA, { type: typeCodes.SOA, ttl: built.soa.ttl, data: [built.soa.data] });
    nodes.set(name, node);
  };
  const remove = (key: string): void => {
    const name = nameOfKey.get(key);
    if (name === undefined) return;
    nameOfKey.delete(key);
    const here = sets.get(name)!;
    here.delete(key);
    if (here.size === 0) sets.delete(name);
    rebuild(name);
    prune(name);
  };

  rebuild(zone.name);
  return {
    zone: built,
    put(key, name, set) {
      const at = lowerName(name);
      if (!isWithin(at, zone.name)) throw new RangeError(`${name} is not within zone ${zone.name}`);
      if (nameOfKey.has(key)) remove(key);
      ensure(at);
      nameOfKey.set(key, at);
      const here = sets.get(at);
      if (here) here.set(key, set);
      else sets.set(at, new Map([[key, set]]));
      rebuild(at);
    },
    remove,
    setSoa(next) {
      built.soa = next;
      rebuild(zone.name);
    },
  };
};

/** Builds a zone from `(full name, set)` pairs; sets of a name and type are joined, names outside the zone are refused. */
export const zoneOf = (
  zone: Pick<Zone, 'name' | 'id' | 'soa'>,
  sets: Iterable<readonly [name: string, set: RecordSet]>,
): Zone => {
  const builder = zoneBuilder(zone);
  let index = 0;
  // The keys in the order of the sets: so sets of one name and type are joined.
  for (const [name, set] of sets) builder.put(String(index++).padStart(9, '0'), name, set);
  return builder.zone;
};
