/** DNS messages between octets and values: header, sections, EDNS(0), truncation (RFC 1035 section 4, RFC 6891, RFC 8914). */

import {
  type Cursor,
  MalformedMessage,
  readName,
  readRecordData,
  type Writer,
  writeName,
  writeRecordData,
  writeUint16,
  writeUint32,
} from '@tombolo/dns-records';
import type { Question, ResourceRecord } from './resource-record.ts';
import { typeCodes } from './type-codes.ts';

export interface EdnsOption {
  readonly code: number;
  readonly data: Uint8Array;
}

interface Edns {
  readonly udpPayload: number;
  readonly version: number;
  readonly dnssecOk: boolean;
  readonly options: readonly EdnsOption[];
}

export interface Message {
  readonly id: number;
  readonly response: boolean;
  readonly opcode: number;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly recursionDesired: boolean;
  readonly recursionAvailable: boolean;
  readonly checkingDisabled: boolean;
  /** Twelve bits: with the upper eight of the OPT record. */
  readonly rcode: number;
  readonly questions: readonly Question[];
  readonly answers: readonly ResourceRecord[];
  readonly authorities: readonly ResourceRecord[];
  /** Without the OPT record, which is `edns`. */
  readonly additionals: readonly ResourceRecord[];
  readonly edns?: Edns;
}

export const headerOctets = 12;
const ednsErrorOption = 15;

/** An extended DNS error (RFC 8914) as an EDNS option. */
export const extendedError = (code: number, text: string): EdnsOption => {
  const words = new TextEncoder().encode(text).subarray(0, 200);
  const data = new Uint8Array(2 + words.length);
  data[0] = code >> 8;
  data[1] = code & 0xff;
  data.set(words, 2);
  return { code: ednsErrorOption, data };
};

const readOptions = (octets: Uint8Array): EdnsOption[] => {
  const options: EdnsOption[] = [];
  for (let at = 0; at < octets.length; ) {
    const [a = 0, b = 0, c = 0, d] = octets.subarray(at, at + 4);
    const stop = at + 4 + ((c << 8) | (d ?? 0));
    if (d === undefined || stop > octets.length) throw new MalformedMessage('an EDNS option is cut off');
    options.push({ code: (a << 8) | b, data: octets.slice(at + 4, stop) });
    at = stop;
  }
  return options;
};

/** Decodes a whole message. Throws {@link MalformedMessage}; work is linear in the length, whatever the counts say. */
export const decodeMessage = (octets: Uint8Array): Message => {
  // A Buffer's slice shares memory, a Uint8Array's copies: what we keep must be a copy.
  const bytes = new Uint8Array(octets.buffer, octets.byteOffset, octets.length);
  if (bytes.length < headerOctets)
    throw new MalformedMessage(`a message of ${bytes.length} octets has no header`);
  const cursor: Cursor = { offset: 0 };
  const uint16 = (): number => {
    const [high, low] = [bytes[cursor.offset], bytes[cursor.offset + 1]];
    if (high === undefined || low === undefined) throw new MalformedMessage('the message is cut off');
    cursor.offset += 2;
    return (high << 8) | low;
  };
  const [id, flags] = [uint16(), uint16()];
  const [questionCount, answerCount, authorityCount, additionalCount] = [
    uint16(),
    uint16(),
    uint16(),
    uint16(),
  ];
  let edns: Edns | undefined;
  let rcode = flags & 0xf;

  const questions: Question[] = [];
  for (let n = 0; n < questionCount; n++) {
    questions.push({ name: readName(bytes, cursor), type: uint16(), class: uint16() });
  }
  const records = (count: number, optAllowed: boolean): ResourceRecord[] => {
    const section: ResourceRecord[] = [];
    for (let n = 0; n < count; n++) {
      const name = readName(bytes, cursor);
      const [type, recordClass] = [uint16(), uint16()];
      const [ttlHigh, ttlLow, length] = [uint16(), uint16(), uint16()];
      if (cursor.offset + length > bytes.length) throw new MalformedMessage('record data is cut off');
      const data = readRecordData(bytes, cursor, type, length);
      if (type === typeCodes.OPT && data.kind === 'opaque') {
        if (!optAllowed || edns || name !== '') throw new MalformedMessage('an OPT record where none may be');
        const [version, dnssecOk] = [ttlHigh & 0xff, (ttlLow & 0x8000) !== 0];
        rcode |= (ttlHigh >> 8) << 4;
        edns = { udpPayload: recordClass, version, dnssecOk, options: readOptions(data.octets) };
        continue;
      }
      // A TTL with the top bit set counts as zero (RFC 2181 section 8).
      const ttl = ttlHigh & 0x8000 ? 0 : ttlHigh * 0x10000 + ttlLow;
      section.push({ name, type, class: recordClass, ttl, data });
    }
    return section;
  };
  const answers = records(answerCount, false);
  const authorities = records(authorityCount, false);
  const additionals = records(additionalCount, true);
  if (cursor.offset !== bytes.length) throw new MalformedMessage('octets follow the last record');
  return {
    id,
    response: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 0xf,
    authoritative: (flags & 0x400) !== 0,
    truncated: (flags & 0x200) !== 0,
    recursionDesired: (flags & 0x100) !== 0,
    recursionAvailable: (flags & 0x80) !== 0,
    checkingDisabled: (flags & 0x10) !== 0,
    rcode,
    questions,
    answers,
    authorities,
    additionals,
    ...(edns && { edns }),
  };
};

const maxMessageOctets = 65_535;
/** Room beyond the limit for the one record that turns out not to fit: name, fixed part, data. */
const scratch = new Uint8Array(2 * maxMessageOctets + 1024);

const writeOpt = (writer: Writer, edns: Edns, rcode: number): void => {
  writer.bytes[writer.offset++] = 0;
  writeUint16(writer, typeCodes.OPT);
  writeUint16(writer, edns.udpPayload);
  writer.bytes[writer.offset++] = rcode >> 4;
  writer.bytes[writer.offset++] = edns.version;
  writeUint16(writer, edns.dnssecOk ? 0x8000 : 0);
  writeUint16(
    writer,
    edns.options.reduce((sum, option) => sum + 4 + option.data.length, 0),
  );
  for (const option of edns.options) {
    writeUint16(writer, option.code);
    writeUint16(writer, option.data.length);
    writer.bytes.set(option.data, writer.offset);
    writer.offset += option.data.length;
  }
};

/**
 * Encodes into at most `limit` octets. What does not fit is left out from the first such record on; TC is set when
 * that lost answers or authorities, not for additionals (RFC 2181 section 9). The OPT record always stays. The octets
 * are part of a larger buffer: copy what is kept for long.
 */
export const encodeMessage = (message: Message, limit = maxMessageOctets): Uint8Array => {
  const writer: Writer = { bytes: scratch, offset: headerOctets, names: new Map() };
  for (const question of message.questions) {
    writeName(writer, question.name, true);
    writeUint16(writer, question.type);
    writeUint16(writer, question.class);
  }
  const { edns } = message;
  const optOctets = edns ? 11 + edns.options.reduce((sum, option) => sum + 4 + option.data.length, 0) : 0;
  const room = limit - optOctets;
  let full = false;
  const write = (records: readonly ResourceRecord[]): number => {
    let written = 0;
    for (const record of records) {
      if (full) break;
      const start = writer.offset;
      writeName(writer, record.name, true);
      writeUint16(writer, record.type);
      writeUint16(writer, record.class);
      writeUint32(writer, record.ttl);
      writer.offset += 2;
      const dataStart = writer.offset;
      writeRecordData(writer, record.data);
      const length = writer.offset - dataStart;
      scratch[dataStart - 2] = length >> 8;
      scratch[dataStart - 1] = length & 0xff;
      if (writer.offset > room) {
        writer.offset = start;
        full = true;
      } else written++;
    }
    return written;
  };
  const answerCount = write(message.answers);
  const authorityCount = write(message.authorities);
  const lost = full;
  const additionalCount = write(message.additionals);
  if (edns) writeOpt(writer, edns, message.rcode);
  const end = writer.offset;
  writer.offset = 0;
  writeUint16(writer, message.id);
  writeUint16(
    writer,
    (message.response ? 0x8000 : 0) |
      (message.opcode << 11) |
      (message.authoritative ? 0x400 : 0) |
      (message.truncated || lost ? 0x200 : 0) |
      (message.recursionDesired ? 0x100 : 0) |
      (message.recursionAvailable ? 0x80 : 0) |
      (message.checkingDisabled ? 0x10 : 0) |
      (message.rcode & 0xf),
  );
  writeUint16(writer, message.questions.length);
  writeUint16(writer, answerCount);
  writeUint16(writer, authorityCount);
  writeUint16(writer, additionalCount + (edns ? 1 : 0));
  // From the pool, which is much cheaper than memory of its own for each message.
  return Buffer.from(scratch.subarray(0, end));
};

/** One question to a server that is to find the answer. `udpPayload`: what may come back over UDP; absent or 0: no OPT record. */
export const encodeQuery = (question: Question, id: number, udpPayload?: number): Uint8Array =>
  encodeMessage({
    id,
    response: false,
    opcode: 0,
    authoritative: false,
    truncated: false,
    recursionDesired: true,
    recursionAvailable: false,
    checkingDisabled: false,
    rcode: 0,
    questions: [question],
    answers: [],
    authorities: [],
    additionals: [],
    ...(udpPayload && { edns: { udpPayload, version: 0, dnssecOk: false, options: [] } }),
  });
