/** MX: where the mail of a name goes (RFC 1035 section 3.3.9). */

import { z } from 'zod';
import { readName, writeName } from '../name.ts';
import { uint16At, writeUint16 } from '../octets.ts';
import { absolute, armForm, domainName, keptName, type RecordType, uint16 } from '../record-type.ts';

interface MxData {
  readonly kind: 'MX';
  readonly preference: number;
  readonly exchange: string;
}

export const mx = {
  code: 15,
  leastOctets: 3,
  read: (bytes, cursor) => {
    const preference = uint16At(bytes, cursor.offset);
    cursor.offset += 2;
    return { kind: 'MX', preference, exchange: readName(bytes, cursor) };
  },
  write: (writer, data) => {
    writeUint16(writer, data.preference);
    writeName(writer, data.exchange, true);
  },
  text: (data) => `${data.preference} ${absolute(data.exchange)}`,
  arm: armForm({
    property: 'mxRecords',
    many: true,
    record: z.object({ preference: uint16, exchange: domainName }),
    data: ({ preference, exchange }) => ({ kind: 'MX', preference, exchange: keptName(exchange) }),
  }),
} as const satisfies RecordType<MxData>;
