/** What is to be known of a record type, for ARM and for DNS: one such object a type, listed in `record-types.ts`. */

import { z } from 'zod';
import { isDomainName } from './domain-name.ts';
import { type Cursor, parseName, type Writer } from './name.ts';

export interface RecordType<Data> {
  /** Its number on the wire (IANA). */
  readonly code: number;
  /** Octets that its data has at least; with fewer it is never asked to read. */
  readonly leastOctets: number;
  /** Reads data that ends at `end` from the cursor, and moves it there: that it did is checked afterwards. */
  readonly read: (bytes: Uint8Array, cursor: Cursor, end: number) => Data;
  /** Compresses names in the types of RFC 1035 only (RFC 3597 section 4). */
  readonly write: (writer: Writer, data: Data) => void;
  /** As master files have it (RFC 1035 section 5), and dig prints it. */
  readonly text: (data: Data) => string;
  /** How a record set of a private zone writes it; a type without is known on the wire only. */
  readonly arm?: ArmForm<Data>;
}

/** One record as ARM has it. */
export type WrittenRecord = Readonly<Record<string, string | number | readonly string[] | undefined>>;

export interface ArmForm<Data> {
  /** The property of a record set that has the records: `aRecords`. */
  readonly property: string;
  /** A list of records, or one. */
  readonly many: boolean;
  /** Fields by which Azure tells records of one set apart, where it is not by all of them. */
  readonly distinctBy?: readonly string[];
  /** One record as it may be written: shape and bounds, for whoever writes and whoever reads. */
  readonly record: z.ZodType<WrittenRecord>;
  /** What a record that was written means. Throws RangeError where it is not as `record` has it. */
  readonly data: (record: unknown) => Data;
}

/** A form whose records are read as what its schema has made of them. */
export const armForm = <Written extends WrittenRecord, Data>(form: {
  readonly property: string;
  readonly many: boolean;
  readonly distinctBy?: readonly string[];
  readonly record: z.ZodType<Written>;
  readonly data: (record: Written) => Data;
}): ArmForm<Data> => ({
  ...form,
  data: (record) => {
    const { success, data, error } = form.record.safeParse(record);
    if (success) return form.data(data);
    const [issue] = error.issues;
    throw new RangeError(`${[form.property, ...(issue?.path ?? [])].join('.')}: ${issue?.message}`);
  },
});

export const uint16 = z.number().int().min(0).max(65_535);
export const domainName = z.string().refine(isDomainName, 'a domain name is needed');

/** What passed {@link domainName}, as it is kept: in lower case, without the final dot. */
export const keptName = (text: string): string => parseName(text) as string;

/** A name in text that stands alone: with its final dot. */
export const absolute = (name: string): string => `${name}.`;
