/** CNAME, NS and PTR: another name (RFC 1035 sections 3.3.1, 3.3.11, 3.3.12). */

import { z } from 'zod';
import { readName, writeName } from '../name.ts';
import { absolute, armForm, domainName, keptName, type RecordType } from '../record-type.ts';

interface NameData<Kind extends string> {
  readonly kind: Kind;
  readonly target: string;
}

const nameType = <Kind extends string>(kind: Kind, code: number) =>
  ({
    code,
    leastOctets: 1,
    read: (bytes, cursor) => ({ kind, target: readName(bytes, cursor) }),
    write: (writer, data) => writeName(writer, data.target, true),
    text: (data) => absolute(data.target),
  }) satisfies RecordType<NameData<Kind>>;

export const cname = {
  ...nameType('CNAME', 5),
  arm: armForm({
    property: 'cnameRecord',
    many: false,
    record: z.object({ cname: domainName }),
    data: (record): NameData<'CNAME'> => ({ kind: 'CNAME', target: keptName(record.cname) }),
  }),
} as const satisfies RecordType<NameData<'CNAME'>>;

/** Private zones have none: delegation is not theirs. */
export const ns = nameType('NS', 2);

export const ptr = {
  ...nameType('PTR', 12),
  arm: armForm({
    property: 'ptrRecords',
    many: true,
    record: z.object({ ptrdname: domainName }),
    data: (record): NameData<'PTR'> => ({ kind: 'PTR', target: keptName(record.ptrdname) }),
  }),
} as const satisfies RecordType<NameData<'PTR'>>;
