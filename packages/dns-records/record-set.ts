/** A record set of a private zone, as its `properties` have it. */

import { z } from 'zod';
import { type ArmRecordName, armFormOf, type RecordDataOf } from './record-types.ts';

/** Azure: at most 20 records a set. */
export const mostRecords = 20;

/** Seconds (RFC 2181 section 8). */
export const ttl = z.number().int().min(0).max(2_147_483_647);

/** What a set without a TTL gets. */
export const defaultTtl = 3600;

const ttlOrDefault = ttl.default(defaultTtl);

export interface RecordSetData<Name extends ArmRecordName> {
  readonly ttl: number;
  /** None: a set without records, which is not served. */
  readonly data: readonly RecordDataOf<Name>[];
}

/** Reads the `properties` of a record set. Throws RangeError with the reason. */
export const readRecords = <Name extends ArmRecordName>(
  name: Name,
  properties: Readonly<Record<string, unknown>>,
): RecordSetData<Name> => {
  const form = armFormOf(name);
  const written = properties[form.property];
  const records = written === undefined ? [] : form.many && Array.isArray(written) ? written : [written];
  const seconds = ttlOrDefault.safeParse(properties.ttl);
  if (!seconds.success) throw new RangeError(`ttl: ${seconds.error.issues[0]?.message}`);
  return { ttl: seconds.data, data: records.map(form.data) };
};
