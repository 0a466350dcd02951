/** SRV: where a service is (RFC 2782). */

import { z } from 'zod';
import { readName, writeName } from '../name.ts';
import { uint16At, writeUint16 } from '../octets.ts';
import { absolute, armForm, domainName, keptName, type RecordType, uint16 } from '../record-type.ts';

interface SrvData {
  readonly kind: 'SRV';
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: string;
}

export const srv = {
  code: 33,
  leastOctets: 7,
  read: (bytes, cursor) => {
    const start = cursor.offset;
    cursor.offset += 6;
    return {
      kind: 'SRV',
      priority: uint16At(bytes, start),
      weight: uint16At(bytes, start + 2),
      port: uint16At(bytes, start + 4),
      target: readName(bytes, cursor),
    };
  },
  write: (writer, data) => {
    writeUint16(writer, data.priority);
    writeUint16(writer, data.weight);
    writeUint16(writer, data.port);
    // Never compressed: RFC 2782.
    writeName(writer, data.target, false);
  },
  text: ({ priority, weight, port, target }) => `${priority} ${weight} ${port} ${absolute(target)}`,
  arm: armForm({
    property: 'srvRecords',
    many: true,
    // Not by the port (Azure/azure-cli#21716).
    distinctBy: ['priority', 'weight', 'target'],
    record: z.object({ priority: uint16, weight: uint16, port: uint16, target: domainName }),
    data: (record) => ({ kind: 'SRV', ...record, target: keptName(record.target) }),
  }),
} as const satisfies RecordType<SrvData>;
