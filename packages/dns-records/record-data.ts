/** Record data between octets, values and text; types that are not in the table pass through as octets (RFC 3597). */

import { type Cursor, MalformedMessage, type Writer } from './name.ts';
import { writeOctets } from './octets.ts';
import { type RecordDataOf, type RecordName, recordNames, recordTypes } from './record-types.ts';

interface OpaqueData {
  readonly kind: 'opaque';
  readonly octets: Uint8Array;
}

export type RecordData = RecordDataOf<RecordName> | OpaqueData;

const byCode: ReadonlyMap<number, RecordName> = new Map(
  recordNames.map((name) => [recordTypes[name].code, name]),
);

/** `28` → `AAAA`, unknown ones `TYPE65` (RFC 3597 section 5). */
export const recordNameOf = (code: number): string => byCode.get(code) ?? `TYPE${code}`;

/** Reads data of `length` octets at the cursor; the caller has checked that they are there. Leaves the cursor behind them. */
export const readRecordData = (
  bytes: Uint8Array,
  cursor: Cursor,
  code: number,
  length: number,
): RecordData => {
  const start = cursor.offset;
  const end = start + length;
  const name = byCode.get(code);
  if (name === undefined) {
    cursor.offset = end;
    return { kind: 'opaque', octets: bytes.slice(start, end) };
  }
  const type = recordTypes[name];
  if (length < type.leastOctets) throw new MalformedMessage(`${name} data at octet ${start} is too short`);
  const data = type.read(bytes, cursor, end);
  if (cursor.offset !== end) throw new MalformedMessage(`${name} data at octet ${start} has another length`);
  return data;
};

const write = <Name extends RecordName>(writer: Writer, data: RecordDataOf<Name>): void =>
  recordTypes[data.kind as Name].write(writer, data);

export const writeRecordData = (writer: Writer, data: RecordData): void =>
  data.kind === 'opaque' ? writeOctets(writer, data.octets) : write(writer, data);

const text = <Name extends RecordName>(data: RecordDataOf<Name>): string =>
  recordTypes[data.kind as Name].text(data);

/** As master files have it (RFC 1035 section 5.1; RFC 3597 section 5 for types that are not in the table). */
export const recordText = (data: RecordData): string =>
  data.kind === 'opaque'
    ? `\\# ${data.octets.length} ${Array.from(data.octets, (octet) => octet.toString(16).padStart(2, '0')).join('')}`.trim()
    : text(data);
