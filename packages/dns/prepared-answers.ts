/** Encoded local answers by view, name and type, so that the same question costs a copy; they die with their state. */

import type { DnsState } from './dns-state.ts';
import { headerOctets } from './message.ts';

/** Of one generation; two live. */
const maxPrepared = 16_384;

/** Prepared answers of one view in one state: key → message without OPT, id, RD, RA and CD. */
export interface PreparedAnswers {
  recent: Map<string, Uint8Array>;
  older: Map<string, Uint8Array>;
}

const byState = new WeakMap<DnsState, Map<string, PreparedAnswers>>();

export const preparedAnswers = (state: DnsState, viewKey: string): PreparedAnswers => {
  const views = byState.get(state) ?? new Map<string, PreparedAnswers>();
  byState.set(state, views);
  const prepared = views.get(viewKey) ?? { recent: new Map(), older: new Map() };
  views.set(viewKey, prepared);
  return prepared;
};

/** A full generation becomes the older one: whoever asks at random pushes out only what nobody else asks for. */
export const keepPrepared = (prepared: PreparedAnswers, key: string, octets: Uint8Array): void => {
  if (prepared.recent.size >= maxPrepared) {
    prepared.older = prepared.recent;
    prepared.recent = new Map();
  }
  prepared.recent.set(key, octets);
};

export const findPrepared = (prepared: PreparedAnswers, key: string): Uint8Array | undefined => {
  const recent = prepared.recent.get(key);
  if (recent !== undefined) return recent;
  const older = prepared.older.get(key);
  if (older !== undefined) keepPrepared(prepared, key, older);
  return older;
};

export interface PreparedFor {
  /** The question section starts behind the header and has the same length in both. */
  readonly query: Uint8Array;
  readonly questionOctets: number;
  readonly recursionAvailable: boolean;
  /** Present: appended as OPT. */
  readonly edns?: { readonly udpPayload: number; readonly dnssecOk: boolean };
}

const optOctets = 11;

/**
 * The prepared message as the answer to this query: its id, RD and CD, its question in its own case (the owner names
 * point to it). Undefined where it does not fit into `limit` and has to be encoded anew.
 */
export const answerFrom = (prepared: Uint8Array, to: PreparedFor, limit: number): Uint8Array | undefined => {
  const length = prepared.length + (to.edns ? optOctets : 0);
  if (length > limit) return undefined;
  // From the pool: an allocation of its own for each answer costs more than filling it.
  const bytes = Buffer.allocUnsafe(length);
  bytes.set(prepared);
  bytes.set(to.query.subarray(headerOctets, headerOctets + to.questionOctets), headerOctets);
  bytes[0] = to.query[0] as number;
  bytes[1] = to.query[1] as number;
  bytes[2] = (prepared[2] as number) | ((to.query[2] as number) & 0x01);
  bytes[3] = (prepared[3] as number) | (to.recursionAvailable ? 0x80 : 0) | ((to.query[3] as number) & 0x10);
  if (to.edns) {
    const at = prepared.length;
    bytes.fill(0, at);
    bytes[at + 2] = 41;
    bytes[at + 3] = to.edns.udpPayload >> 8;
    bytes[at + 4] = to.edns.udpPayload & 0xff;
    if (to.edns.dnssecOk) bytes[at + 7] = 0x80;
    bytes[11] = (prepared[11] as number) + 1;
  }
  return bytes;
};
