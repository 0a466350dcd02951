/** An ARM record set (`privateDnsZones/A/www`) read as a DNS record set. */

import {
  type ArmRecordName,
  armFormOf,
  defaultTtl,
  initialSoa,
  readRecords,
  recordTypes,
} from '@tombolo/dns-records';
import type { JsonObject } from '@tombolo/store/port';
import type { RecordSet, Zone } from './zone.ts';

/** The SOA that Azure gives a private zone. */
export const azureSoa: Zone['soa'] = { ttl: defaultTtl, data: armFormOf('SOA').data(initialSoa) };

/** Reads the `properties` of a record set; undefined where it holds no record. Throws RangeError with the reason. */
export const readRecordSet = (name: ArmRecordName, properties: JsonObject): RecordSet | undefined => {
  const { ttl, data } = readRecords(name, properties);
  return data.length === 0 ? undefined : { type: recordTypes[name].code, ttl, data };
};
