/**
 * The record types: one line a type, from which ARM has its resource types and schemas and DNS its numbers, readers and
 * writers. What a new one is to have is `RecordType`; the compiler and the samples beside it say what is missing.
 */

import type { ArmForm, RecordType } from './record-type.ts';
import { a, aaaa } from './types/addresses.ts';
import { mx } from './types/mx.ts';
import { cname, ns, ptr } from './types/names.ts';
import { soa } from './types/soa.ts';
import { srv } from './types/srv.ts';
import { txt } from './types/txt.ts';

const table = { A: a, AAAA: aaaa, CNAME: cname, MX: mx, NS: ns, PTR: ptr, SOA: soa, SRV: srv, TXT: txt };

export type RecordName = keyof typeof table;

type DataOf<Name extends RecordName> = ReturnType<(typeof table)[Name]['read']>;

/** Data of the type; never, where its object makes data of another kind. */
export type RecordDataOf<Name extends RecordName> = {
  readonly [N in Name]: Extract<DataOf<N>, { readonly kind: N }>;
}[Name];

export const recordTypes: { readonly [Name in RecordName]: RecordType<RecordDataOf<Name>> } = table;

export const recordNames = Object.keys(recordTypes) as readonly RecordName[];

/** Those that a private zone has record sets of. */
export type ArmRecordName = {
  readonly [Name in RecordName]: (typeof table)[Name] extends { readonly arm: unknown } ? Name : never;
}[RecordName];

export const armRecordNames = recordNames.filter((name) => recordTypes[name].arm) as readonly ArmRecordName[];

export const armFormOf = <Name extends ArmRecordName>(name: Name): ArmForm<RecordDataOf<Name>> =>
  recordTypes[name].arm as ArmForm<RecordDataOf<Name>>;
