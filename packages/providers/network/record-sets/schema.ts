/** What may be written of a record set, one schema a record type (published 2024-06-01 contract). */

import { readAddress } from '@tombolo/ip/address';
import { z } from 'zod';
import { optional } from '../document.ts';
import type { RecordType } from '../private-dns-zones/model.ts';
import { isDomainName } from '../private-dns-zones/names.ts';

/** Azure: at most 20 records a set. */
const mostRecords = 20;

const uint16 = z.number().int().min(0).max(65_535);
const int32 = z.number().int().min(0).max(2_147_483_647);
const address = (family: 4 | 6) =>
  z.string().refine((text) => readAddress(text)?.family === family, `an IPv${family} address is needed`);
const domainName = z.string().refine(isDomainName, 'a domain name is needed');

const common = {
  metadata: optional(z.record(z.string().max(256), z.string().max(1024))),
  ttl: optional(int32),
};
const many = <T extends z.ZodType>(record: T) => optional(z.array(record).max(mostRecords));

export const recordSetSchemas = {
  A: z.object({ ...common, aRecords: many(z.object({ ipv4Address: address(4) })) }),
  AAAA: z.object({ ...common, aaaaRecords: many(z.object({ ipv6Address: address(6) })) }),
  CNAME: z.object({ ...common, cnameRecord: optional(z.object({ cname: domainName })) }),
  MX: z.object({ ...common, mxRecords: many(z.object({ preference: uint16, exchange: domainName })) }),
  PTR: z.object({ ...common, ptrRecords: many(z.object({ ptrdname: domainName })) }),
  SOA: z.object({
    ...common,
    soaRecord: optional(
      z.object({
        host: optional(z.string()),
        email: optional(z.string().min(3).max(253)),
        serialNumber: optional(z.number().int().min(0).max(4_294_967_295)),
        refreshTime: optional(int32),
        retryTime: optional(int32),
        expireTime: optional(int32),
        minimumTtl: optional(int32),
      }),
    ),
  }),
  SRV: z.object({
    ...common,
    srvRecords: many(z.object({ priority: uint16, weight: uint16, port: uint16, target: domainName })),
  }),
  TXT: z.object({
    ...common,
    txtRecords: many(
      z.object({
        value: z
          .array(z.string())
          .min(1)
          .refine((texts) => texts.join('').length <= 1024, 'a TXT record has at most 1024 characters'),
      }),
    ),
  }),
} as const satisfies Record<RecordType, z.ZodObject>;

export const recordSetReadOnly = ['fqdn', 'isAutoRegistered'] as const;
