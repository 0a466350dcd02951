/** A and AAAA: addresses (RFC 1035 section 3.4.1, RFC 3596). */

import { type Address, addressOfBytes, bytesOf, formatAddress, readAddress } from '@tombolo/ip/address';
import { z } from 'zod';
import type { Writer } from '../name.ts';
import { writeOctets } from '../octets.ts';
import { armForm, type RecordType } from '../record-type.ts';

interface AddressData<Kind extends string> {
  readonly kind: Kind;
  readonly address: string;
}

const addressText = z.string().max(64);
const address = (family: 4 | 6) =>
  addressText.refine((text) => readAddress(text)?.family === family, `an IPv${family} address is needed`);

/** Throws RangeError for a text that is none: what is stored was parsed. */
const addressOf = (text: string): Address => {
  const read = readAddress(text);
  if (read === undefined) throw new RangeError(`"${text}" is no IP address`);
  return read;
};

/** Dotted decimal only: the one form that is read or taken from a record set; by hand, for it is in nearly every answer. */
const writeIpv4 = (writer: Writer, text: string): void => {
  let octet = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code !== 0x2e) octet = octet * 10 + code - 0x30;
    else {
      writer.bytes[writer.offset++] = octet;
      octet = 0;
    }
  }
  writer.bytes[writer.offset++] = octet;
};

const addressAt = (bytes: Uint8Array, start: number, end: number): string =>
  formatAddress(addressOfBytes(bytes.subarray(start, end)));

export const a = {
  code: 1,
  leastOctets: 4,
  read: (bytes, cursor) => {
    const start = cursor.offset;
    cursor.offset += 4;
    return { kind: 'A', address: addressAt(bytes, start, cursor.offset) };
  },
  write: (writer, data) => writeIpv4(writer, data.address),
  text: (data) => data.address,
  arm: armForm({
    property: 'aRecords',
    many: true,
    record: z.object({ ipv4Address: address(4) }),
    data: ({ ipv4Address }) => ({ kind: 'A', address: ipv4Address }),
  }),
} as const satisfies RecordType<AddressData<'A'>>;

export const aaaa = {
  code: 28,
  leastOctets: 16,
  read: (bytes, cursor) => {
    const start = cursor.offset;
    cursor.offset += 16;
    return { kind: 'AAAA', address: addressAt(bytes, start, cursor.offset) };
  },
  write: (writer, data) => writeOctets(writer, bytesOf(addressOf(data.address))),
  text: (data) => data.address,
  arm: armForm({
    property: 'aaaaRecords',
    many: true,
    record: z.object({ ipv6Address: address(6) }),
    data: ({ ipv6Address }) => ({ kind: 'AAAA', address: ipv6Address }),
  }),
} as const satisfies RecordType<AddressData<'AAAA'>>;
