/** TXT: strings of octets (RFC 1035 section 3.3.14). */

import { z } from 'zod';
import { MalformedMessage } from '../name.ts';
import { octetsOf, writeOctets } from '../octets.ts';
import { armForm, type RecordType } from '../record-type.ts';

interface TxtData {
  readonly kind: 'TXT';
  readonly strings: readonly Uint8Array[];
}

/** A string on the wire has its length in one octet. */
const mostOctets = 255;

/** Longer ones than the wire's are split. */
const stringsOf = (text: string): readonly Uint8Array[] => {
  const octets = octetsOf(text);
  return Array.from({ length: Math.max(1, Math.ceil(octets.length / mostOctets)) }, (_, index) =>
    octets.subarray(index * mostOctets, (index + 1) * mostOctets),
  );
};

/** RFC 1035 section 5.1: quotes and backslashes are escaped, and what is not printable ASCII is `\DDD`. */
const quoted = (octets: Uint8Array): string =>
  `"${Array.from(octets, (octet) => {
    if (octet === 0x22 || octet === 0x5c) return `\\${String.fromCharCode(octet)}`;
    return octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : `\\${String(octet).padStart(3, '0')}`;
  }).join('')}"`;

export const txt = {
  code: 16,
  leastOctets: 1,
  read: (bytes, cursor, end) => {
    const strings: Uint8Array[] = [];
    while (cursor.offset < end) {
      const at = cursor.offset;
      cursor.offset += 1 + (bytes[at] as number);
      if (cursor.offset > end) throw new MalformedMessage(`text at octet ${at} is cut off`);
      strings.push(bytes.slice(at + 1, cursor.offset));
    }
    return { kind: 'TXT', strings };
  },
  write: (writer, data) => {
    for (const string of data.strings) {
      writer.bytes[writer.offset++] = string.length;
      writeOctets(writer, string);
    }
  },
  text: (data) => data.strings.map(quoted).join(' '),
  arm: armForm({
    property: 'txtRecords',
    many: true,
    record: z.object({
      value: z
        .array(z.string())
        .min(1)
        .max(1024)
        .refine((texts) => texts.join('').length <= 1024, 'a TXT record has at most 1024 characters'),
    }),
    data: ({ value }) => ({ kind: 'TXT', strings: value.flatMap(stringsOf) }),
  }),
} as const satisfies RecordType<TxtData>;
