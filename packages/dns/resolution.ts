/** A whole resolution: the local lookup, what it leaves to other servers, and the two joined into one answer. */

import { lowerName } from '@tombolo/dns-records';
import type { DnsServerAddress, DnsState, View } from './dns-state.ts';
import type { ForwardAnswer } from './forward-cache.ts';
import { isPrivateName, type LookupForward, lookup, maxChainLength } from './lookup.ts';
import { type Question, type ResourceRecord, rcodes } from './resource-record.ts';
import { typeCodes } from './type-codes.ts';

export interface Resolution {
  readonly rcode: number;
  readonly authoritative: boolean;
  readonly answer: readonly ResourceRecord[];
  readonly authority: readonly ResourceRecord[];
  readonly additional?: readonly ResourceRecord[];
  readonly extendedError?: { readonly code: number; readonly text: string };
}

export type Ask = (
  question: Question,
  servers: readonly DnsServerAddress[] | 'upstreams',
) => Promise<ForwardAnswer>;

interface Chain {
  readonly records: readonly ResourceRecord[];
  /** Where the CNAMEs lead. */
  readonly end: string;
  /** Records of the asked type were found at the end. */
  readonly complete: boolean;
}

/** The CNAME chain from the question through the records, stopping before names for which `stop` holds; other records are dropped. */
const chainOf = (
  records: readonly ResourceRecord[],
  question: Question,
  stop: (name: string) => boolean,
): Chain => {
  const chain: ResourceRecord[] = [];
  let end = question.name;
  for (let hops = 0; hops <= maxChainLength; hops++) {
    const here = records.filter((record) => lowerName(record.name) === lowerName(end));
    const wanted = here.filter(({ type }) => type === question.type || question.type === typeCodes.ANY);
    if (wanted.length > 0) return { records: [...chain, ...wanted], end, complete: true };
    const alias = here.find((record) => record.data.kind === 'CNAME');
    if (alias?.data.kind !== 'CNAME') break;
    chain.push(alias);
    end = alias.data.target;
    if (stop(end)) break;
  }
  return { records: chain, end, complete: false };
};

/**
 * Completes a lookup that led out of the local data. A forwarded CNAME that leads into a linked private zone is cut
 * there and followed locally, as Azure's resolver does, whatever the other server says of the target.
 */
export const completeResolution = async (
  state: DnsState,
  view: View,
  start: LookupForward,
  ask: Ask,
): Promise<Resolution> => {
  const answer: ResourceRecord[] = [...start.answer];
  const { authoritative } = start;
  let forward = start;
  while (answer.length <= maxChainLength) {
    const { question } = forward;
    const reply = await ask(question, forward.servers);
    if (reply.rcode !== rcodes.NOERROR && reply.rcode !== rcodes.NXDOMAIN) {
      const { rcode, extendedError } = reply;
      const told = extendedError && { extendedError };
      // Nobody serves the end of the chain; the chain is an answer of its own (RFC 1034 section 4.3.2, steps 3a and 4).
      if (rcode === rcodes.REFUSED && answer.length > 0)
        return { rcode: rcodes.NOERROR, authoritative, answer, authority: [], ...told };
      return {
        rcode,
        authoritative: false,
        answer: [],
        authority: [],
        ...told,
      };
    }
    const isPrivate = (name: string): boolean => isPrivateName(state, view, name);
    const chain = chainOf(reply.answers, question, isPrivate);
    answer.push(...chain.records);
    if (chain.complete) return { rcode: rcodes.NOERROR, authoritative, answer, authority: [] };
    const soa = reply.authorities.filter((record) => record.data.kind === 'SOA');
    const moved = chain.records.length > 0;
    if (!moved || (!isPrivate(chain.end) && (soa.length > 0 || reply.rcode === rcodes.NXDOMAIN))) {
      return { rcode: reply.rcode, authoritative, answer, authority: soa };
    }
    const next = lookup(state, view, { ...question, name: chain.end }, undefined, answer.length);
    if (next.kind === 'answer') {
      if (next.rcode === rcodes.SERVFAIL) break;
      answer.push(...next.answer);
      return { rcode: next.rcode, authoritative, answer, authority: next.authority };
    }
    answer.push(...next.answer);
    forward = next;
  }
  const extendedError = { code: 0, text: 'the CNAME chain is too long' };
  return { rcode: rcodes.SERVFAIL, authoritative: false, answer: [], authority: [], extendedError };
};
