/** Asks other servers: in order, past those that fail, within a deadline, once for many equal questions at a time. */

import { randomInt } from 'node:crypto';
import { lowerName } from '@tombolo/dns-records';
import type { DnsServerAddress } from './dns-state.ts';
import { type ForwardAnswer, forwardCache } from './forward-cache.ts';
import { type Question, rcodes } from './resource-record.ts';
import { createShares } from './shares.ts';
import { typeName } from './type-codes.ts';
import { exchange, serverText, UpstreamFailure } from './upstream-exchange.ts';

export interface ForwarderOptions {
  /** Epoch milliseconds. */
  readonly now?: () => number;
  readonly randomUint16?: () => number;
  /** One attempt at one server. Default 1500. */
  readonly timeoutMs?: number;
  /** All attempts for one question. Default 4500: below the 5 s after which clients ask again. */
  readonly deadlineMs?: number;
  /**
   * Questions under way at once; more are refused with SERVFAIL, and so are those beyond a quarter of it that one client asks or that
   * wait for the same servers. Default 512.
   */
  readonly maxInFlight?: number;
  readonly cacheEntries?: number;
  readonly mixCase?: boolean;
}

export interface Forwarder {
  /** Never rejects: what cannot be answered is SERVFAIL with an extended error. */
  resolve(
    question: Question,
    servers: readonly DnsServerAddress[],
    /** The address of who asks. */
    client?: string,
  ): Promise<ForwardAnswer>;
  clearCache(): void;
  /** Ends what is under way; its questions answer SERVFAIL. */
  close(): void;
  readonly counters: { readonly asked: number; readonly cached: number; readonly failed: number };
}

/** Extended error codes (RFC 8914 section 4). */
const notReady = 14;
const noReachableAuthority = 22;
const networkError = 23;

/** A server that did not answer is asked last for a while: twice as long each time, from one second to one minute. */
const firstHoldMs = 1000;
const longestHoldMs = 60_000;
/** Large answers are passed on but not kept, so that the cache's memory stays bounded. */
const maxCachedOctets = 4096;
/** Common path MTUs pass it unfragmented. */
const udpPayload = 1232;
const rounds = 2;

const failure = (code: number, text: string): ForwardAnswer => ({
  rcode: rcodes.SERVFAIL,
  answers: [],
  authorities: [],
  extendedError: { code, text },
});

export const createForwarder = (options: ForwarderOptions = {}): Forwarder => {
  const {
    now = Date.now,
    randomUint16 = () => randomInt(0x1_0000),
    timeoutMs = 1500,
    deadlineMs = 4500,
  } = options;
  const { maxInFlight = 512, cacheEntries = 4096, mixCase = true } = options;
  const cache = forwardCache(cacheEntries, now);
  const inFlight = new Map<string, Promise<ForwardAnswer>>();
  const shares = createShares(maxInFlight);
  /** Servers that did not answer lately. */
  const held = new Map<string, { failures: number; until: number }>();
  const closing = new AbortController();
  const counters = { asked: 0, cached: 0, failed: 0 };

  const hold = (server: string): void => {
    const failures = Math.min((held.get(server)?.failures ?? 0) + 1, 16);
    held.delete(server);
    held.set(server, { failures, until: now() + Math.min(longestHoldMs, firstHoldMs * 2 ** (failures - 1)) });
    if (held.size > 1024) held.delete(held.keys().next().value as string);
  };

  /** In the configured order, held ones last: they are still asked when nobody else answers. */
  const inOrder = (servers: readonly DnsServerAddress[]): readonly DnsServerAddress[] => {
    const isHeld = (server: DnsServerAddress): boolean => (held.get(serverText(server))?.until ?? 0) > now();
    return [...servers.filter((server) => !isHeld(server)), ...servers.filter(isHeld)];
  };

  const ask = async (
    question: Question,
    servers: readonly DnsServerAddress[],
    key: string,
  ): Promise<ForwardAnswer> => {
    const deadline = now() + deadlineMs;
    let reached = false;
    let last = 'no server is configured';
    for (let round = 0; round < rounds; round++) {
      for (const server of inOrder(servers)) {
        const left = deadline - now();
        if (left <= 0 || closing.signal.aborted) break;
        try {
          const { message, octets } = await exchange(server, question, {
            timeoutMs: Math.min(timeoutMs, left),
            signal: closing.signal,
            randomUint16,
            udpPayload,
            mixCase,
          });
          held.delete(serverText(server));
          reached = true;
          if (message.rcode === rcodes.NOERROR || message.rcode === rcodes.NXDOMAIN) {
            const { rcode, answers, authorities } = message;
            const answer = { rcode, answers, authorities };
            if (octets.length <= maxCachedOctets) cache.put(key, answer);
            return answer;
          }
          last = `${serverText(server)} answered with code ${message.rcode}`;
        } catch (error) {
          if (!(error instanceof UpstreamFailure)) throw error;
          if (error.unreachable) hold(serverText(server));
          last = error.message;
        }
      }
      // Servers that answered, be it with an error, are not asked the same again.
      if (reached) break;
    }
    counters.failed++;
    return failure(reached ? networkError : noReachableAuthority, last);
  };

  return {
    counters,
    clearCache: () => cache.clear(),
    close: () => closing.abort(),
    async resolve(question, servers, client = '') {
      const { name, type } = question;
      const asks = servers.map(serverText).join(' ');
      const key = `${asks} ${type} ${question.class} ${lowerName(name)}`;
      const cached = cache.get(key);
      if (cached) {
        counters.cached++;
        return cached;
      }
      const pending = inFlight.get(key);
      if (pending) return pending;
      const giveBack = shares.take([`client ${client}`, `servers ${asks}`]);
      if (giveBack === undefined) {
        counters.failed++;
        return failure(notReady, `too many questions under way to ask for ${name} ${typeName(type)}`);
      }
      counters.asked++;
      const asked = ask(question, servers, key)
        .catch((error: unknown) => failure(networkError, error instanceof Error ? error.message : 'failed'))
        .finally(() => {
          giveBack();
          inFlight.delete(key);
        });
      inFlight.set(key, asked);
      return asked;
    },
  };
};
