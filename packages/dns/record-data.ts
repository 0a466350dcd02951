/** Record data of the types that we serve, between octets and values; every other type passes through as octets (RFC 3597). */

import { type Address, addressOfBytes, bytesOf, formatAddress, readAddress } from '@tombolo/ip/address';
import { type Cursor, MalformedMessage, readName, type Writer, writeName } from './name.ts';

/** Type codes (IANA); `OPT` to `ANY` never are data of ours. */
export const recordTypes = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  OPT: 41,
  IXFR: 251,
  AXFR: 252,
  ANY: 255,
} as const;

export type RecordTypeName = keyof typeof recordTypes;

/** `28` → `AAAA`, unknown ones `TYPE65` (RFC 3597 section 5). */
export const recordTypeName = (type: number): string =>
  Object.entries(recordTypes).find(([, code]) => code === type)?.[0] ?? `TYPE${type}`;

export type RecordData =
  | { readonly kind: 'A' | 'AAAA'; readonly address: string }
  | { readonly kind: 'CNAME' | 'NS' | 'PTR'; readonly target: string }
  | { readonly kind: 'TXT'; readonly strings: readonly Uint8Array[] }
  | { readonly kind: 'MX'; readonly preference: number; readonly exchange: string }
  | {
      readonly kind: 'SRV';
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly target: string;
    }
  | SoaData
  | { readonly kind: 'opaque'; readonly octets: Uint8Array };

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

const uint16 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
const uint32 = (bytes: Uint8Array, at: number): number => uint16(bytes, at) * 0x10000 + uint16(bytes, at + 2);

const addressText = (octets: Uint8Array): string => formatAddress(addressOfBytes(octets));

/** Throws RangeError for a text that is none: what is stored was parsed. */
const addressOf = (text: string): Address => {
  const address = readAddress(text);
  if (address === undefined) throw new RangeError(`"${text}" is no IP address`);
  return address;
};

const readStrings = (bytes: Uint8Array, from: number, end: number): Uint8Array[] => {
  const strings: Uint8Array[] = [];
  for (let at = from; at < end; ) {
    const stop = at + 1 + (bytes[at] as number);
    if (stop > end) throw new MalformedMessage(`text at octet ${at} is cut off`);
    strings.push(bytes.slice(at + 1, stop));
    at = stop;
  }
  if (strings.length === 0) throw new MalformedMessage(`text record at octet ${from} is empty`);
  return strings;
};

/** Reads data of `length` octets at the cursor; the caller has checked that they are there. Leaves the cursor behind them. */
export const readRecordData = (
  bytes: Uint8Array,
  cursor: Cursor,
  type: number,
  length: number,
): RecordData => {
  const start = cursor.offset;
  const end = start + length;
  const atLeast = (octets: number): void => {
    if (length < octets)
      throw new MalformedMessage(`${recordTypeName(type)} data at octet ${start} is too short`);
  };
  const done = (data: RecordData): RecordData => {
    if (cursor.offset !== end)
      throw new MalformedMessage(`${recordTypeName(type)} data at octet ${start} has another length`);
    return data;
  };
  switch (type) {
    case recordTypes.A:
    case recordTypes.AAAA:
      cursor.offset += type === recordTypes.A ? 4 : 16;
      atLeast(cursor.offset - start);
      return done({
        kind: type === recordTypes.A ? 'A' : 'AAAA',
        address: addressText(bytes.subarray(start, cursor.offset)),
      });
    case recordTypes.CNAME:
      return done({ kind: 'CNAME', target: readName(bytes, cursor) });
    case recordTypes.NS:
      return done({ kind: 'NS', target: readName(bytes, cursor) });
    case recordTypes.PTR:
      return done({ kind: 'PTR', target: readName(bytes, cursor) });
    case recordTypes.TXT: {
      const strings = readStrings(bytes, start, end);
      cursor.offset = end;
      return { kind: 'TXT', strings };
    }
    case recordTypes.MX: {
      atLeast(3);
      cursor.offset += 2;
      return done({ kind: 'MX', preference: uint16(bytes, start), exchange: readName(bytes, cursor) });
    }
    case recordTypes.SRV: {
      atLeast(7);
      cursor.offset += 6;
      const [priority, weight, port] = [
        uint16(bytes, start),
        uint16(bytes, start + 2),
        uint16(bytes, start + 4),
      ];
      return done({ kind: 'SRV', priority, weight, port, target: readName(bytes, cursor) });
    }
    case recordTypes.SOA: {
      const primary = readName(bytes, cursor);
      const mailbox = readName(bytes, cursor);
      const at = cursor.offset;
      cursor.offset += 20;
      if (cursor.offset !== end) throw new MalformedMessage(`SOA data at octet ${start} has another length`);
      const [serial, refresh, retry] = [uint32(bytes, at), uint32(bytes, at + 4), uint32(bytes, at + 8)];
      const [expire, minimum] = [uint32(bytes, at + 12), uint32(bytes, at + 16)];
      return { kind: 'SOA', primary, mailbox, serial, refresh, retry, expire, minimum };
    }
    default:
      cursor.offset = end;
      return { kind: 'opaque', octets: bytes.slice(start, end) };
  }
};

export const writeUint16 = (writer: Writer, value: number): void => {
  writer.bytes[writer.offset++] = value >>> 8;
  writer.bytes[writer.offset++] = value;
};

export const writeUint32 = (writer: Writer, value: number): void => {
  writeUint16(writer, value >>> 16);
  writeUint16(writer, value & 0xffff);
};

const writeOctets = (writer: Writer, octets: ArrayLike<number>): void => {
  writer.bytes.set(octets, writer.offset);
  writer.offset += octets.length;
};

/** Dotted decimal only: the one form that is read or taken from a record set; by hand, for it is in nearly every answer. */
const writeIpv4 = (writer: Writer, address: string): void => {
  let octet = 0;
  for (let index = 0; index < address.length; index++) {
    const code = address.charCodeAt(index);
    if (code !== 0x2e) octet = octet * 10 + code - 0x30;
    else {
      writer.bytes[writer.offset++] = octet;
      octet = 0;
    }
  }
  writer.bytes[writer.offset++] = octet;
};

/** Names are compressed in the types of RFC 1035 only (RFC 3597 section 4; for SRV RFC 2782). */
export const writeRecordData = (writer: Writer, data: RecordData): void => {
  switch (data.kind) {
    case 'A':
      writeIpv4(writer, data.address);
      break;
    case 'AAAA':
      writeOctets(writer, bytesOf(addressOf(data.address)));
      break;
    case 'CNAME':
    case 'NS':
    case 'PTR':
      writeName(writer, data.target, true);
      break;
    case 'TXT':
      for (const string of data.strings) {
        writer.bytes[writer.offset++] = string.length;
        writeOctets(writer, string);
      }
      break;
    case 'MX':
      writeUint16(writer, data.preference);
      writeName(writer, data.exchange, true);
      break;
    case 'SRV':
      writeUint16(writer, data.priority);
      writeUint16(writer, data.weight);
      writeUint16(writer, data.port);
      writeName(writer, data.target, false);
      break;
    case 'SOA':
      writeName(writer, data.primary, true);
      writeName(writer, data.mailbox, true);
      for (const value of [data.serial, data.refresh, data.retry, data.expire, data.minimum]) {
        writeUint32(writer, value);
      }
      break;
    case 'opaque':
      writeOctets(writer, data.octets);
      break;
  }
};
