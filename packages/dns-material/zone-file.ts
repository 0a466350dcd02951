/** Zone files in master file format (RFC 1035 section 5), read alike by BIND, NSD and Knot. */

import { type RecordDataOf, type RecordName, recordText } from '@tombolo/dns-records';
import { commentLines } from './comment.ts';
import type { MaterialZone } from './zone.ts';

export interface ZoneFileOptions {
  /** SOA serial, 0 to 2^32−1; has to grow for secondary servers to notice (RFC 1982). */
  readonly serial: number;
  /** Seconds. */
  readonly ttl: number;
  /** Host name of the server for NS and SOA; not below a zone that it serves. */
  readonly nameServer: string;
  readonly remarks: readonly string[];
}

const soa = {
  kind: 'SOA',
  /** The responsible mailbox of a zone that is for local use only is nobody's (as in RFC 6303 section 3). */
  mailbox: 'nobody.invalid',
  refresh: 3600,
  retry: 600,
  expire: 604_800,
  /** How long "no such name" is remembered: short, because a record that is missing is soon added. */
  minimum: 60,
} as const;

export const zoneFile = (zone: MaterialZone, options: ZoneFileOptions): string => {
  const { serial, ttl, nameServer, remarks } = options;
  const width = Math.max(...zone.addresses.map(({ name }) => name.length), 1);
  const line = (name: string, data: RecordDataOf<RecordName>): string =>
    `${name} IN ${data.kind} ${recordText(data)}`;
  return [
    ...commentLines(';', remarks),
    `$ORIGIN ${zone.origin}.`,
    `$TTL ${ttl}`,
    line('@', { ...soa, primary: nameServer, serial }),
    line('@', { kind: 'NS', target: nameServer }),
    ...zone.addresses.map(({ name, data }) => line(name.padEnd(width), data)),
    '',
  ].join('\n');
};
