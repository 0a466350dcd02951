/** Numbers and octets in wire order (RFC 1035 section 2.3.2), and texts as octets. */

import type { Writer } from './name.ts';

export const uint16At = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) << 8) | (bytes[at + 1] as number);

export const uint32At = (bytes: Uint8Array, at: number): number =>
  uint16At(bytes, at) * 0x10000 + uint16At(bytes, at + 2);

export const writeUint16 = (writer: Writer, value: number): void => {
  writer.bytes[writer.offset++] = value >>> 8;
  writer.bytes[writer.offset++] = value;
};

export const writeUint32 = (writer: Writer, value: number): void => {
  writeUint16(writer, value >>> 16);
  writeUint16(writer, value & 0xffff);
};

export const writeOctets = (writer: Writer, octets: ArrayLike<number>): void => {
  writer.bytes.set(octets, writer.offset);
  writer.offset += octets.length;
};

/** UTF-8. Pure code has no TextEncoder. */
export const octetsOf = (text: string): Uint8Array =>
  Uint8Array.from(encodeURIComponent(text.toWellFormed()).match(/%..|./g) ?? [], (unit) =>
    unit.length === 1 ? unit.charCodeAt(0) : Number.parseInt(unit.slice(1), 16),
  );
