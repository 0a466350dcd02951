/** azurerm 5.2 at its wire: the headers of go-azure-sdk, and how it waits for writes and removals. */

import type { Json, JsonObject } from '@tombolo/store/port';
import { Unaccepted } from '../answers.ts';
import { headerOf, type Wire, type WireAnswer } from '../wire.ts';

/** A client of the SDK: `virtualnetworks/2025-01-01`. */
export interface Family {
  readonly client: string;
  readonly version: string;
  /** Methods that take options in that client, and so carry the headers of OData. */
  readonly options?: readonly string[];
  /** Private DNS: conditions are sent without a value. */
  readonly conditions?: true;
}

/** Time as the client would spend it; nothing here waits by a clock. */
export interface Clock {
  readonly now: () => number;
  readonly wait: (seconds: number) => void;
}

export const openClock = (start = 0): Clock => {
  let now = start;
  return {
    now: () => now,
    wait: (seconds) => {
      now += seconds;
    },
  };
};

export interface Asked {
  readonly method: string;
  readonly family: Family;
  /** With the subscription. */
  readonly path: string;
  /** Before the api-version, as it is encoded. */
  readonly query?: string;
  readonly body?: Json;
  /** A look of its pollers at a resource, which takes options whatever the client does. */
  readonly look?: true;
}

export interface Session {
  /** `/subscriptions/…` */
  readonly subscription: string;
  /** The object id in its token. */
  readonly principal: string;
  readonly ask: (asked: Asked) => Promise<WireAnswer>;
  /** As `ask`; throws where the client does not take that status. */
  readonly expect: (asked: Asked, statuses: readonly number[]) => Promise<WireAnswer>;
  /** After a write: its operation, or the resource itself, until it is done. */
  readonly settle: (written: WireAnswer, asked: Asked, clock: Clock) => Promise<void>;
  /** After a removal: the resource, until it is not there. */
  readonly gone: (asked: Asked, clock: Clock) => Promise<void>;
}

export interface SessionOptions {
  readonly wire: Wire;
  readonly token: string;
  readonly subscription: string;
  /** Whose answers to writes lead to an operation, as the client is to see them; default: all that do. */
  readonly sees?: (path: string) => boolean;
}

/** Seconds: the SDK's own, where nothing tells it another. */
const ownWait = 10;
/** A wait of the client's is time for the server: it may be asked so often until it is done. */
const looksInAWait = 2_000;

const odata = {
  Accept: 'application/json; charset=utf-8; IEEE754Compatible=false',
  'Odata-Maxversion': '4.0',
  'Odata-Version': '4.0',
};

export const openSession = ({ wire, token, subscription, sees }: SessionOptions): Session => {
  const common = { 'Accept-Encoding': 'gzip', Authorization: `Bearer ${token}` };
  const headersOf = ({ method, family, look }: Asked): Record<string, string> => ({
    ...common,
    'User-Agent': `go-azure-sdk ${family.client}/${family.version}`,
    ...(look || family.options?.includes(method) ? odata : {}),
    ...(family.conditions && method !== 'GET' ? { 'If-Match': '' } : {}),
    ...(family.conditions && method === 'PUT' ? { 'If-None-Match': '' } : {}),
    'Content-Type': 'application/json; charset=utf-8',
  });

  const ask: Session['ask'] = (asked) => {
    const { method, family, path, query, body } = asked;
    const search = `${query === undefined ? '' : `${query}&`}api-version=${family.version}`;
    return wire.send({
      method,
      path: `${encodeURI(path)}?${search}`,
      headers: headersOf(asked),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  };

  const expect: Session['expect'] = async (asked, statuses) => {
    const answer = await ask(asked);
    if (statuses.includes(answer.status)) return answer;
    throw new Unaccepted(
      `${asked.method} ${asked.path}: azurerm takes ${statuses.join(', ')}, not ${answer.status} ${answer.text.slice(0, 300)}`,
    );
  };

  /** What the server says once the client has waited so long. */
  const afterWaiting = async (
    clock: Clock,
    seconds: number,
    look: () => Promise<WireAnswer>,
    ended: (answer: WireAnswer) => boolean,
  ): Promise<WireAnswer> => {
    clock.wait(seconds);
    for (let left = looksInAWait; ; left -= 1) {
      const answer = await look();
      if (ended(answer) || left === 0) return answer;
    }
  };

  const lookAt = (asked: Asked) => (): Promise<WireAnswer> =>
    ask({ method: 'GET', family: asked.family, path: asked.path, look: true });

  const settle: Session['settle'] = async (written, asked, clock) => {
    const seen = sees === undefined || sees(asked.path);
    const address = seen ? operationOf(written, asked.path) : undefined;
    if (address === undefined) {
      const ended = ({ json }: WireAnswer): boolean => ['Succeeded', undefined].includes(stateOf(json));
      const answer = await afterWaiting(clock, ownWait, lookAt(asked), ended);
      if (answer.status !== 200 || !ended(answer))
        throw new Unaccepted(`GET ${asked.path}: ${answer.status} ${stateOf(answer.json)} after the write`);
      return;
    }
    const { pathname, search } = new URL(address);
    const headers = {
      ...common,
      'User-Agent': `go-azure-sdk ${asked.family.client}/${asked.family.version}`,
      'Content-Type': 'application/json; charset=utf-8',
    };
    const poll = (): Promise<WireAnswer> =>
      wire.send({ method: 'GET', path: `${pathname}${search}`, headers });
    const ended = (answer: WireAnswer): boolean =>
      answer.status !== 202 && answer.status !== 404 && pollStateOf(answer) !== 'InProgress';
    const answer = await afterWaiting(clock, waitOf(written), poll, ended);
    const state = pollStateOf(answer);
    if (answer.status !== 200 || (answer.text !== '' && state !== 'Succeeded'))
      throw new Unaccepted(`GET ${pathname}: ${answer.status} ${state} ${answer.text.slice(0, 300)}`);
    if (answer.text !== '' && !/^application\/json\b/.test(headerOf(answer, 'content-type') ?? ''))
      throw new Unaccepted(`GET ${pathname}: azurerm reads the state of JSON only`);
  };

  const gone: Session['gone'] = async (asked, clock) => {
    const answer = await afterWaiting(clock, ownWait, lookAt(asked), ({ status }) => status !== 200);
    if (answer.status !== 404)
      throw new Unaccepted(`GET ${asked.path}: azurerm waits for 404, not ${answer.status}`);
  };

  return { subscription, principal: principalOf(token), ask, expect, settle, gone };
};

/** azurerm reads its own token: `oid` is what it assigns roles to. */
const principalOf = (token: string): string => {
  const claims = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString('utf8')) as {
    oid?: string;
  };
  if (claims.oid === undefined) throw new Unaccepted('the token has no oid');
  return claims.oid;
};

/** An absolute address that is not the resource's own. */
const operationOf = (written: WireAnswer, path: string): string | undefined => {
  const address = headerOf(written, 'azure-asyncoperation') ?? headerOf(written, 'location');
  if (address === undefined || !URL.canParse(address)) return undefined;
  return new URL(address).pathname === path ? undefined : address;
};

const waitOf = (answer: WireAnswer): number => {
  const text = headerOf(answer, 'retry-after');
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : ownWait;
};

const stateOf = (json: JsonObject): string | undefined => {
  const { status, properties } = json as { status?: string; properties?: { provisioningState?: string } };
  return properties?.provisioningState ?? status;
};

const pollStateOf = ({ json }: WireAnswer): string | undefined => {
  const { status, properties } = json as { status?: string; properties?: { provisioningState?: string } };
  return status ?? properties?.provisioningState;
};
