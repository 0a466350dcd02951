/** SOA: who has a zone, and how long its absences count (RFC 1035 section 3.3.13, RFC 2308). */

import { z } from 'zod';
import { parseName, readName, writeName } from '../name.ts';
import { uint32At, writeUint32 } from '../octets.ts';
import { absolute, armForm, type RecordType } from '../record-type.ts';

export interface SoaData {
  readonly kind: 'SOA';
  readonly primary: string;
  /** The mailbox as a domain name. */
  readonly mailbox: string;
  readonly serial: number;
  /** Seconds, like the three after it. */
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  readonly minimum: number;
}

/** What Azure gives every private zone (seen in recordings): negative answers live 10 seconds. */
export const initialSoa = {
  host: 'azureprivatedns.net',
  email: 'azureprivatedns-host.microsoft.com',
  serialNumber: 1,
  refreshTime: 3600,
  retryTime: 300,
  expireTime: 2419200,
  minimumTtl: 10,
} as const;

/** `admin@example.com` or `admin.example.com` → the mailbox as a domain name; undefined where it is none. */
const mailboxOf = (email: string): string | undefined => {
  const at = email.indexOf('@');
  return parseName(at < 0 ? email : `${email.slice(0, at).replaceAll('.', '\\.')}.${email.slice(at + 1)}`);
};

const isName = (name: string | undefined): boolean => name !== undefined && name !== '';
const seconds = z.number().int().min(0).max(2_147_483_647);

const soaRecord = z
  .object({
    host: z
      .string()
      .max(254)
      .refine((text) => isName(parseName(text)), 'a domain name is needed'),
    email: z
      .string()
      .min(3)
      .max(253)
      .refine((text) => isName(mailboxOf(text)), 'a mailbox is needed'),
    serialNumber: z.number().int().min(0).max(4_294_967_295),
    refreshTime: seconds,
    retryTime: seconds,
    expireTime: seconds,
    minimumTtl: seconds,
  })
  .partial();

const dataOf = (record: z.infer<typeof soaRecord>): SoaData => {
  const written = { ...initialSoa, ...record };
  return {
    kind: 'SOA',
    primary: parseName(written.host) as string,
    mailbox: mailboxOf(written.email) as string,
    serial: written.serialNumber,
    refresh: written.refreshTime,
    retry: written.retryTime,
    expire: written.expireTime,
    minimum: written.minimumTtl,
  };
};

export const soa = {
  code: 6,
  leastOctets: 22,
  read: (bytes, cursor) => {
    const primary = readName(bytes, cursor);
    const mailbox = readName(bytes, cursor);
    const at = cursor.offset;
    cursor.offset += 20;
    const [serial, refresh, retry] = [uint32At(bytes, at), uint32At(bytes, at + 4), uint32At(bytes, at + 8)];
    const [expire, minimum] = [uint32At(bytes, at + 12), uint32At(bytes, at + 16)];
    return { kind: 'SOA', primary, mailbox, serial, refresh, retry, expire, minimum };
  },
  write: (writer, data) => {
    writeName(writer, data.primary, true);
    writeName(writer, data.mailbox, true);
    for (const value of [data.serial, data.refresh, data.retry, data.expire, data.minimum])
      writeUint32(writer, value);
  },
  text: ({ primary, mailbox, serial, refresh, retry, expire, minimum }) =>
    `${absolute(primary)} ${absolute(mailbox)} ${serial} ${refresh} ${retry} ${expire} ${minimum}`,
  arm: armForm({ property: 'soaRecord', many: false, record: soaRecord, data: dataOf }),
} as const satisfies RecordType<SoaData>;
