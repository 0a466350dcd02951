/** One query to one server: UDP from a fresh random port, TCP when the answer says it is truncated (RFC 5452, RFC 7766). */

import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { lowerName, MalformedMessage } from '@tombolo/dns-records';
import type { DnsServerAddress } from './dns-state.ts';
import { decodeMessage, encodeQuery, headerOctets, type Message } from './message.ts';
import { type Question, rcodes } from './resource-record.ts';

/** The server did not answer usefully; `message` says how. */
export class UpstreamFailure extends Error {
  /** Nothing came back at all, so the server itself is suspect. */
  readonly unreachable: boolean;
  constructor(message: string, unreachable: boolean) {
    super(message);
    this.unreachable = unreachable;
  }
}

export interface ExchangeOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Uniform in 0..65535; from a cryptographic source. */
  readonly randomUint16: () => number;
  readonly udpPayload: number;
  /**
   * Randomize the case of letters in the question and insist on it in the answer (draft-vixie-dnsext-dns0x20-00). A server that
   * answers in another case is asked once more in plain letters, from another port and with another id: a forger has to
   * guess both, twice.
   */
  readonly mixCase: boolean;
}

export interface Exchanged {
  readonly message: Message;
  readonly octets: Uint8Array;
}

export const serverText = ({ address, port }: DnsServerAddress): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

const mixedCase = (name: string, randomUint16: () => number): string =>
  name.replace(/[a-z]/gi, (letter) => (randomUint16() & 1 ? letter.toUpperCase() : letter.toLowerCase()));

/** The answer in these octets, if it is one to this very question; undefined for anything else (it may be forged). */
const matchingAnswer = (
  octets: Uint8Array,
  id: number,
  question: Question,
  exactCase: boolean,
): Message | undefined => {
  let message: Message;
  try {
    message = decodeMessage(octets);
  } catch (error) {
    if (error instanceof MalformedMessage) return undefined;
    throw error;
  }
  const [echo] = message.questions;
  if (!message.response || message.id !== id || message.opcode !== 0) return undefined;
  // A server that cannot read a query may send its header alone.
  if (echo === undefined)
    return message.rcode === rcodes.FORMERR || message.rcode === rcodes.NOTIMP ? message : undefined;
  const sameName = exactCase
    ? echo.name === question.name
    : lowerName(echo.name) === lowerName(question.name);
  return sameName && echo.type === question.type && echo.class === question.class ? message : undefined;
};

/**
 * The answer with the question's letters as they were asked for: in the question, in what points to it (most owners and the
 * ends of many targets), and in owners that repeat it. Names that the server wrote by itself stay as they are.
 */
const inCaseOf = (asked: Question, octets: Uint8Array): Message => {
  const question = encodeQuery(asked, 0, undefined);
  const plain = Uint8Array.from(octets);
  // Behind the name are two octets of type and two of class.
  plain.set(question.subarray(headerOctets, question.length - 4), headerOctets);
  const message = decodeMessage(plain);
  const own = lowerName(asked.name);
  const restored = (records: Message['answers']): Message['answers'] =>
    records.map((record) => (lowerName(record.name) === own ? { ...record, name: asked.name } : record));
  return { ...message, answers: restored(message.answers), authorities: restored(message.authorities) };
};

type Settle = (outcome: Exchanged | UpstreamFailure) => void;

/** Runs `start` until it settles, the time is over or the signal aborts; always runs the cleanup that it returned. */
const withinTime = (
  server: DnsServerAddress,
  { timeoutMs, signal }: ExchangeOptions,
  start: (settle: Settle) => () => void,
): Promise<Exchanged> =>
  new Promise((resolve, reject) => {
    let settled = false;
    let cleanup: (() => void) | undefined;
    const settle: Settle = (outcome) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
      cleanup?.();
      if (outcome instanceof UpstreamFailure) reject(outcome);
      else resolve(outcome);
    };
    const aborted = (): void => settle(new UpstreamFailure('the forwarder is closing', false));
    const timer = setTimeout(
      () => settle(new UpstreamFailure(`${serverText(server)} did not answer within ${timeoutMs} ms`, true)),
      timeoutMs,
    );
    if (signal.aborted) return aborted();
    signal.addEventListener('abort', aborted, { once: true });
    cleanup = start(settle);
    if (settled) cleanup();
  });

const failed = (server: DnsServerAddress, error: Error): UpstreamFailure =>
  new UpstreamFailure(
    `${serverText(server)} failed: ${(error as NodeJS.ErrnoException).code ?? error.message}`,
    true,
  );

interface UdpQuery {
  readonly question: Question;
  readonly id: number;
  readonly octets: Uint8Array;
  /** Asked instead where the answer comes in another case. */
  readonly plain?: () => UdpQuery;
}

const overUdp = (
  server: DnsServerAddress,
  { question, id, octets: query, plain }: UdpQuery,
  options: ExchangeOptions,
): Promise<Exchanged> =>
  withinTime(server, options, (settle) => {
    const over = new AbortController();
    let again = plain;
    // A connected socket takes datagrams of this server only, and hears at once when nobody listens there.
    const socket = createSocket(server.address.includes(':') ? 'udp6' : 'udp4');
    socket.on('error', (error) => settle(failed(server, error)));
    socket.on('message', (octets) => {
      const message = matchingAnswer(octets, id, question, plain !== undefined);
      if (message) return settle({ message, octets });
      if (again === undefined || !matchingAnswer(octets, id, question, false)) return;
      const signal = AbortSignal.any([options.signal, over.signal]);
      overUdp(server, again(), { ...options, signal }).then(settle, settle);
      again = undefined;
    });
    // Node hands a failed connect (no route) to this callback, though its type says that there is no argument.
    const connected = (error?: Error): void => {
      if (error) settle(failed(server, error));
      else {
        socket.send(query, (unsent) => {
          if (unsent) settle(failed(server, unsent));
        });
      }
    };
    socket.connect(server.port, server.address, connected);
    return () => {
      over.abort();
      socket.close();
    };
  });

const overTcp = (
  server: DnsServerAddress,
  question: Question,
  id: number,
  query: Uint8Array,
  options: ExchangeOptions,
): Promise<Exchanged> =>
  withinTime(server, options, (settle) => {
    const socket = connect({ host: server.address, port: server.port });
    let received = Buffer.alloc(0);
    socket.on('error', (error) => settle(failed(server, error)));
    socket.on('close', () =>
      settle(new UpstreamFailure(`${serverText(server)} closed without an answer`, true)),
    );
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2) return;
      const end = 2 + received.readUInt16BE(0);
      if (received.length < end) return;
      // Nobody off the path answers on a connection.
      const message = matchingAnswer(received.subarray(2, end), id, question, false);
      if (message) settle({ message, octets: received.subarray(2, end) });
      else settle(new UpstreamFailure(`${serverText(server)} answered something else over TCP`, false));
    });
    socket.write(Buffer.concat([Uint8Array.of(query.length >> 8, query.length & 0xff), query]));
    return () => socket.destroy();
  });

const ednsRefusals: readonly number[] = [rcodes.FORMERR, rcodes.NOTIMP, rcodes.BADVERS];

/** Asks one server. Throws {@link UpstreamFailure}. Repeats without EDNS for a server that does not know it (RFC 6891 section 7). */
export const exchange = async (
  server: DnsServerAddress,
  asked: Question,
  options: ExchangeOptions,
): Promise<Exchanged> => {
  const question = options.mixCase ? { ...asked, name: mixedCase(asked.name, options.randomUint16) } : asked;
  const ask = async (udpPayload: number | undefined): Promise<Exchanged> => {
    const queryOf = (of: Question): UdpQuery => {
      const id = options.randomUint16();
      return { question: of, id, octets: encodeQuery(of, id, udpPayload) };
    };
    const query = queryOf(question);
    const exchanged = await overUdp(
      server,
      options.mixCase ? { ...query, plain: () => queryOf(asked) } : query,
      options,
    );
    return exchanged.message.truncated
      ? overTcp(server, question, query.id, query.octets, options)
      : exchanged;
  };
  const first = await ask(options.udpPayload);
  const last = ednsRefusals.includes(first.message.rcode) ? await ask(undefined) : first;
  if (!options.mixCase || last.message.questions.length === 0) return last;
  return { ...last, message: inCaseOf(asked, last.octets) };
};
