/** From the octets of a query to the octets of its answer: protocol checks, who may ask, lookup, forwarding, size. No sockets. */

import { lowerName, MalformedMessage } from '@tombolo/dns-records';
import { clientAllowList, loopbackPrefixes } from './client-allow-list.ts';
import { type DnsServerAddress, type DnsState, type NetworkView, type View, viewKey } from './dns-state.ts';
import type { Forwarder } from './forwarder.ts';
import { type LookupAnswer, lookup } from './lookup.ts';
import { decodeMessage, encodeMessage, extendedError, headerOctets, type Message } from './message.ts';
import { answerFrom, findPrepared, keepPrepared, preparedAnswers } from './prepared-answers.ts';
import { completeResolution, type Resolution } from './resolution.ts';
import { opcodes, type Question, rcodes } from './resource-record.ts';
import { typeCodes } from './type-codes.ts';

export interface Client {
  readonly address: string;
  readonly transport: 'udp' | 'tcp';
  /** Of the listener that it asks. */
  readonly view: View;
}

export interface ResponderOptions {
  /** Read at each query: replace the state as a whole when it changes. */
  readonly state: () => DnsState;
  /** Absent: only local data is answered. */
  readonly forwarder?: Forwarder;
  /** For names of no zone and no rule. */
  readonly upstreams?: readonly DnsServerAddress[];
  /** Prefixes served in every view, beside each network's own clients in its own; default {@link loopbackPrefixes}. RangeError for what is none. */
  readonly clients?: readonly string[];
  /** Largest UDP answer, and what we advertise: 512 to 4096, default 1232. */
  readonly maxUdpPayload?: number;
}

/** Undefined: no answer is due (a response, or too short to have an id). */
type Answered = Uint8Array | undefined;
export type Responder = (query: Uint8Array, client: Client) => Answered | Promise<Uint8Array>;

const minUdpPayload = 512;
const capUdpPayload = 4096;
/** Extended error codes (RFC 8914). */
const prohibited = 18;
const notAuthoritative = 20;

const refusal = (code: number, text: string): Resolution => ({
  rcode: rcodes.REFUSED,
  authoritative: false,
  answer: [],
  authority: [],
  extendedError: { code, text },
});

/** An answer that needs the header of the query only: id, opcode and RD are echoed, no section is. */
const headerAnswer = (query: Uint8Array, rcode: number): Uint8Array => {
  const bytes = new Uint8Array(headerOctets);
  bytes[0] = query[0] as number;
  bytes[1] = query[1] as number;
  bytes[2] = 0x80 | ((query[2] as number) & 0x79);
  bytes[3] = rcode;
  return bytes;
};

/** Builds the responder; it is synchronous wherever local data answers. */
export const createResponder = (options: ResponderOptions): Responder => {
  const { forwarder, upstreams = [], clients = loopbackPrefixes } = options;
  const maxUdpPayload = Math.min(capUdpPayload, Math.max(minUdpPayload, options.maxUdpPayload ?? 1232));
  const configured = clientAllowList(clients);
  const ofNetwork = new WeakMap<NetworkView, (address: string) => boolean>();

  /** A network vouches for its clients in its own view, and nowhere else. */
  const mayRecurse = (state: DnsState, view: View, address: string): boolean => {
    if (configured(address)) return true;
    const network = view.kind === 'network' && state.networks.get(viewKey(view));
    if (!network) return false;
    const allowed = ofNetwork.get(network) ?? clientAllowList(network.clientPrefixes);
    ofNetwork.set(network, allowed);
    return allowed(address);
  };

  const ask = (
    question: Question,
    servers: readonly DnsServerAddress[] | 'upstreams',
    { address }: Pick<Client, 'address'>,
  ) => {
    const list = servers === 'upstreams' ? upstreams : servers;
    if (forwarder && list.length > 0) return forwarder.resolve(question, list, address);
    const text = `${question.name || '.'} is in no zone here and no server to forward to is configured`;
    return Promise.resolve(refusal(notAuthoritative, text)).then((refused) => ({
      ...refused,
      answers: [],
      authorities: [],
    }));
  };

  return (query, client) => {
    if (query.length < headerOctets || (query[2] as number) & 0x80) return undefined;
    if ((((query[2] as number) >> 3) & 0xf) !== opcodes.QUERY) return headerAnswer(query, rcodes.NOTIMP);
    let message: Message;
    try {
      message = decodeMessage(query);
    } catch (error) {
      if (error instanceof MalformedMessage) return headerAnswer(query, rcodes.FORMERR);
      throw error;
    }
    const [question] = message.questions;
    if (
      !question ||
      message.questions.length > 1 ||
      message.answers.length > 0 ||
      question.type === typeCodes.OPT
    ) {
      return headerAnswer(query, rcodes.FORMERR);
    }
    const { edns } = message;
    const requested = edns ? Math.max(minUdpPayload, edns.udpPayload) : minUdpPayload;
    const limit = client.transport === 'tcp' ? 0xffff : Math.min(requested, maxUdpPayload);
    const state = options.state();
    const { view } = client;
    const trusted = mayRecurse(state, view, client.address);
    const recursionAvailable = trusted && forwarder !== undefined;

    const encode = (resolution: Resolution): Uint8Array => {
      const why = resolution.extendedError;
      const answer: Message = {
        ...message,
        response: true,
        truncated: false,
        recursionAvailable,
        authoritative: resolution.authoritative,
        rcode: resolution.rcode,
        answers: resolution.answer,
        authorities: resolution.authority,
        additionals: resolution.additional ?? [],
      };
      const options = why ? [extendedError(why.code, why.text)] : [];
      if (edns) {
        const own = { udpPayload: maxUdpPayload, version: 0, dnssecOk: edns.dnssecOk, options };
        return encodeMessage({ ...answer, edns: own }, limit);
      }
      return encodeMessage(answer, limit);
    };

    if (edns && edns.version > 0) {
      return encode({ rcode: rcodes.BADVERS, authoritative: false, answer: [], authority: [] });
    }
    if (!trusted && view.kind === 'network')
      return encode(refusal(prohibited, 'this network serves its own clients only'));

    const prepared = preparedAnswers(state, viewKey(view));
    const key = `${question.class} ${question.type} ${lowerName(question.name)}`;
    const kept = findPrepared(prepared, key);
    // The question behind the header is never compressed: there is nothing before it to point to.
    const octets = questionOctets(query);
    const asked = {
      query,
      questionOctets: octets,
      recursionAvailable,
      ...(edns && { edns: { udpPayload: maxUdpPayload, dnssecOk: edns.dnssecOk } }),
    };
    const ready = kept && answerFrom(kept, asked, limit);
    if (ready) return ready;

    const result = lookup(state, view, question);
    if (result.kind === 'answer') {
      const { rcode } = result;
      // Kept is what exists, so that asking for names at random pushes nothing out; what was kept and is here
      // nevertheless does not fit, and is cut anew each time.
      if (kept || rcode !== rcodes.NOERROR) return encode(result);
      const octets = encodeMessage(unflagged(question, result));
      keepPrepared(prepared, key, new Uint8Array(octets));
      return answerFrom(octets, asked, limit) ?? encode(result);
    }
    if (!trusted || !message.recursionDesired) {
      // What is ours is still said; the rest is for others to find.
      if (result.answer.length > 0) {
        return encode({ rcode: rcodes.NOERROR, authoritative: true, answer: result.answer, authority: [] });
      }
      return encode(
        refusal(prohibited, trusted ? 'recursion was not asked for' : 'recursion is for configured clients'),
      );
    }
    return completeResolution(state, view, result, (asked, servers) => ask(asked, servers, client)).then(
      encode,
    );
  };
};

/** Octets of the question section of a decoded one-question query. */
const questionOctets = (query: Uint8Array): number => {
  let at = headerOctets;
  while (query[at] !== 0) at += 1 + (query[at] as number);
  return at + 5 - headerOctets;
};

/** The answer as it is kept: without what differs from query to query. */
const unflagged = (question: Question, result: LookupAnswer): Message => ({
  id: 0,
  response: true,
  opcode: opcodes.QUERY,
  authoritative: result.authoritative,
  truncated: false,
  recursionDesired: false,
  recursionAvailable: false,
  checkingDisabled: false,
  rcode: result.rcode,
  questions: [question],
  answers: result.answer,
  authorities: result.authority,
  additionals: result.additional,
});
