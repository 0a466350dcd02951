/** An ARM record set (`privateDnsZones/A/www`) read as a DNS record set. */

import { readAddress } from '@tombolo/ip/address';
import { objectAt, objectsAt, stringAt, stringsAt } from '@tombolo/store/document';
import type { JsonObject } from '@tombolo/store/port';
import { parseName } from './name.ts';
import { type RecordData, recordTypes, type SoaData } from './record-data.ts';
import type { RecordSet } from './zone.ts';

export const recordSetTypes = ['A', 'AAAA', 'CNAME', 'TXT', 'SRV', 'MX', 'PTR', 'SOA'] as const;
export type RecordSetType = (typeof recordSetTypes)[number];

const required = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new RangeError(what);
  return value;
};

const number = (value: JsonObject, key: string, max: number): number => {
  const found = value[key];
  if (typeof found !== 'number' || !Number.isInteger(found) || found < 0 || found > max) {
    throw new RangeError(`${key} is no whole number up to ${max}`);
  }
  return found;
};

const name = (value: JsonObject | undefined, key: string): string =>
  required(parseName(stringAt(value, key) ?? 'a..b'), `${key} is no domain name`);

const address = (value: JsonObject, key: string, kind: 'A' | 'AAAA'): RecordData => {
  const text = stringAt(value, key) ?? '';
  if (readAddress(text)?.family !== (kind === 'A' ? 4 : 6))
    throw new RangeError(`${key} "${text}" is no ${kind === 'A' ? 'IPv4' : 'IPv6'} address`);
  return { kind, address: text };
};

/** The strings of one TXT record; longer ones than 255 octets are split, as a wire string holds no more. */
const textData = (value: JsonObject): RecordData => {
  const strings: Uint8Array[] = [];
  for (const text of stringsAt(value, 'value')) {
    const octets = new TextEncoder().encode(text);
    for (let at = 0; at < Math.max(octets.length, 1); at += 255) strings.push(octets.subarray(at, at + 255));
  }
  if (strings.length === 0) throw new RangeError('a TXT record has no value');
  return { kind: 'TXT', strings };
};

/** `admin@example.com` or `admin.example.com` → the mailbox as a domain name. */
const mailbox = (email: string): string | undefined => {
  const at = email.indexOf('@');
  return parseName(at < 0 ? email : `${email.slice(0, at).replaceAll('.', '\\.')}.${email.slice(at + 1)}`);
};

const maxUint32 = 0xffff_ffff;

/** The SOA that Azure gives a private zone: negative answers live 10 seconds. */
export const azureSoa: { readonly ttl: number; readonly data: SoaData } = {
  ttl: 3600,
  data: {
    kind: 'SOA',
    primary: 'azureprivatedns.net',
    mailbox: 'azureprivatedns-host.microsoft.com',
    serial: 1,
    refresh: 3600,
    retry: 300,
    expire: 2419200,
    minimum: 10,
  },
};

const soaData = (record: JsonObject | undefined): SoaData => {
  const defaults = azureSoa.data;
  const value = (key: string, otherwise: number): number =>
    record?.[key] === undefined ? otherwise : number(record, key, maxUint32);
  return {
    kind: 'SOA',
    primary: parseName(stringAt(record, 'host') ?? '') || defaults.primary,
    mailbox: mailbox(stringAt(record, 'email') ?? '') || defaults.mailbox,
    serial: value('serialNumber', defaults.serial),
    refresh: value('refreshTime', defaults.refresh),
    retry: value('retryTime', defaults.retry),
    expire: value('expireTime', defaults.expire),
    minimum: value('minimumTtl', defaults.minimum),
  };
};

const readData = (type: RecordSetType, properties: JsonObject): readonly RecordData[] => {
  switch (type) {
    case 'A':
      return objectsAt(properties, 'aRecords').map((record) => address(record, 'ipv4Address', 'A'));
    case 'AAAA':
      return objectsAt(properties, 'aaaaRecords').map((record) => address(record, 'ipv6Address', 'AAAA'));
    case 'CNAME':
      return [{ kind: 'CNAME', target: name(objectAt(properties, 'cnameRecord'), 'cname') }];
    case 'TXT':
      return objectsAt(properties, 'txtRecords').map(textData);
    case 'MX':
      return objectsAt(properties, 'mxRecords').map((record) => ({
        kind: 'MX',
        preference: number(record, 'preference', 0xffff),
        exchange: name(record, 'exchange'),
      }));
    case 'PTR':
      return objectsAt(properties, 'ptrRecords').map((record) => ({
        kind: 'PTR',
        target: name(record, 'ptrdname'),
      }));
    case 'SRV':
      return objectsAt(properties, 'srvRecords').map((record) => ({
        kind: 'SRV',
        priority: number(record, 'priority', 0xffff),
        weight: number(record, 'weight', 0xffff),
        port: number(record, 'port', 0xffff),
        target: name(record, 'target'),
      }));
    case 'SOA':
      return [soaData(objectAt(properties, 'soaRecord'))];
  }
};

/** Reads the `properties` of a record set; undefined where it holds no record. Throws RangeError with the reason. */
export const readRecordSet = (type: RecordSetType, properties: JsonObject): RecordSet | undefined => {
  const ttl = properties.ttl === undefined ? 3600 : number(properties, 'ttl', 0x7fff_ffff);
  const data = readData(type, properties);
  return data.length === 0 ? undefined : { type: recordTypes[type], ttl, data };
};
