/** Type codes that a question or a record may have (IANA): those of the record types, and those that are never data. */

import { type RecordName, recordNameOf, recordNames, recordTypes } from '@tombolo/dns-records';

const notData = { OPT: 41, IXFR: 251, AXFR: 252, ANY: 255 } as const;

export type TypeName = RecordName | keyof typeof notData;

export const typeCodes = {
  ...Object.fromEntries(recordNames.map((name) => [name, recordTypes[name].code])),
  ...notData,
} as Readonly<Record<TypeName, number>>;

/** `28` → `AAAA`, unknown ones `TYPE65` (RFC 3597 section 5). */
export const typeName = (code: number): string =>
  Object.entries(notData).find(([, other]) => other === code)?.[0] ?? recordNameOf(code);
