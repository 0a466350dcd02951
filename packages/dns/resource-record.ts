/** Questions and resource records as values, and the numbers of their classes, operations and answers (RFC 1035, RFC 6895). */

import type { RecordData } from '@tombolo/dns-records';

export const classes = { IN: 1, ANY: 255 } as const;
export const opcodes = { QUERY: 0 } as const;
export const rcodes = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  BADVERS: 16,
} as const;

export interface Question {
  /** Presentation text in the asker's case, without the final dot. */
  readonly name: string;
  readonly type: number;
  readonly class: number;
}

export interface ResourceRecord {
  readonly name: string;
  readonly type: number;
  readonly class: number;
  /** Seconds. */
  readonly ttl: number;
  readonly data: RecordData;
}
