/** What may be written of a record set (published 2024-06-01 contract): its records as their type has them. */

import { type ArmRecordName, armFormOf, ttl, type WrittenRecord } from '@tombolo/dns-records';
import { isObject } from '@tombolo/store/document';
import { z } from 'zod';
import { optional } from '../../document.ts';

/** Null is the same as left out, as ARM takes it, in a record too. */
const withoutNulls = (record: z.ZodType<WrittenRecord>) =>
  z.preprocess(
    (written) =>
      isObject(written)
        ? Object.fromEntries(Object.entries(written).filter(([, value]) => value !== null))
        : written,
    record,
  );

/** How many are read at all; how many there may be, the model says in Azure's code. */
const mostWritten = 1_000;

export const recordSetSchema = (name: ArmRecordName) => {
  const { property, many, record } = armFormOf(name);
  const one = withoutNulls(record);
  return z.object({
    metadata: optional(z.record(z.string().max(256), z.string().max(1024))),
    ttl: optional(ttl),
    [property]: many ? optional(z.array(one).max(mostWritten)) : optional(one),
  });
};

export const recordSetReadOnly = ['fqdn', 'isAutoRegistered'] as const;
