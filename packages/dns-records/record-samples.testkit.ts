/** A record set of each type as ARM is sent it, what a DNS client prints of it, and what is refused: one a type, or it does not compile. */

import { type ArmRecordName, armFormOf, type WrittenRecord } from './index.ts';

export interface RecordSample {
  /** As in the published contract, with its property. */
  readonly properties: Readonly<Record<string, WrittenRecord | readonly WrittenRecord[]>>;
  /** What `dig +short` prints, a line a record; written by hand. */
  readonly texts: readonly string[];
  /** Records of which none is one. */
  readonly wrong: readonly Readonly<Record<string, WrittenRecord[string] | null>>[];
}

export const recordSamples: { readonly [Name in ArmRecordName]: RecordSample } = {
  A: {
    properties: { aRecords: [{ ipv4Address: '10.0.0.9' }, { ipv4Address: '192.0.2.255' }] },
    texts: ['10.0.0.9', '192.0.2.255'],
    wrong: [{ ipv4Address: '10.0.0.256' }, { ipv4Address: 'fd00::1' }, { ipv4Address: null }, {}],
  },
  AAAA: {
    properties: { aaaaRecords: [{ ipv6Address: 'fd00::1' }] },
    texts: ['fd00::1'],
    wrong: [{ ipv6Address: '10.0.0.1' }, { ipv6Address: 'fe80::1%eth0' }],
  },
  CNAME: {
    properties: { cnameRecord: { cname: 'target.example' } },
    texts: ['target.example.'],
    wrong: [{ cname: 'a..b' }, { cname: `${`${'x'.repeat(63)}.`.repeat(3)}${'y'.repeat(62)}` }],
  },
  MX: {
    properties: { mxRecords: [{ preference: 10, exchange: 'mail.example.' }] },
    texts: ['10 mail.example.'],
    wrong: [
      { preference: 'ten', exchange: 'mail.example' },
      { preference: 65_536, exchange: 'mail.example' },
      { preference: 1.5, exchange: 'mail.example' },
    ],
  },
  PTR: {
    properties: { ptrRecords: [{ ptrdname: 'host.example' }] },
    texts: ['host.example.'],
    wrong: [{ ptrdname: '' }],
  },
  SOA: {
    // What is not said stays as Azure gave it; every write counts the serial up.
    properties: { soaRecord: { email: 'first.last@corp.example', minimumTtl: 60 } },
    texts: ['azureprivatedns.net. first\\.last.corp.example. 2 3600 300 2419200 60'],
    wrong: [
      { email: 'a..b' },
      { email: 'x'.repeat(254) },
      { refreshTime: 2 ** 31 },
      { minimumTtl: -1 },
      { host: 'a..b' },
    ],
  },
  SRV: {
    properties: { srvRecords: [{ priority: 1, weight: 2, port: 443, target: 'host.example' }] },
    texts: ['1 2 443 host.example.'],
    wrong: [
      { priority: 1, weight: 2, port: 65_536, target: 'host.example' },
      { priority: 1, weight: 2, port: 443 },
    ],
  },
  TXT: {
    properties: { txtRecords: [{ value: ['v=spf1', ' -all'] }, { value: ['a "é" \\ b'] }] },
    texts: ['"v=spf1" " -all"', '"a \\"\\195\\169\\" \\\\ b"'],
    wrong: [{ value: ['x'.repeat(1025)] }, { value: [] }, { value: Array<string>(1025).fill('') }],
  },
};

/** The samples by name. */
export const recordSampleList = Object.entries(recordSamples) as readonly (readonly [
  ArmRecordName,
  RecordSample,
])[];

/** A record set of one such record. */
export const setOf = (name: ArmRecordName, record: unknown): Readonly<Record<string, unknown>> => {
  const { property, many } = armFormOf(name);
  return { [property]: many ? [record] : record };
};
