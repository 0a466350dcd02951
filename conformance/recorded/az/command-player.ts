/** Sends what az sent for a command, and follows the operations that the answers lead to. */

import { isObject } from '@tombolo/store/document';
import type { Json } from '@tombolo/store/port';
import { Unaccepted } from '../answers.ts';
import { headerOf, type Wire, type WireAnswer } from '../wire.ts';
import type { RecordedCommand, RecordedRequest } from './command-file.ts';

export interface CommandPlayer {
  /** Throws where an answer is another than the recorded one. */
  readonly play: (command: RecordedCommand) => Promise<void>;
}

export interface CommandPlayerOptions {
  readonly wire: Wire;
  readonly token: string;
  /** By the name in braces. */
  readonly values: Readonly<Record<string, string>>;
}

const mostLooks = 20_000;
const running = (answer: WireAnswer): boolean =>
  answer.status === 202 || ['Running', 'InProgress', 'Accepted'].includes(String(answer.json.status ?? ''));

/** The text at a place of an answer; of an id its last name. */
const textAt = (answer: WireAnswer, place: readonly string[]): string | undefined => {
  let value: Json | undefined = answer.json;
  for (const step of place) {
    if (Array.isArray(value)) value = value[Number(step)] as Json | undefined;
    else value = isObject(value) ? value[step] : undefined;
  }
  return typeof value === 'string' ? value.split('/').at(-1) : undefined;
};

/** az reads ARM's form, and that of private DNS, which has no `error` around it. */
const codeOf = ({ json }: WireAnswer): string | undefined => {
  const error = isObject(json.error) ? json.error : json;
  return typeof error.code === 'string' && typeof error.message === 'string' ? error.code : undefined;
};

export const openCommandPlayer = ({ wire, token, values }: CommandPlayerOptions): CommandPlayer => {
  const known = new Map(Object.entries(values));
  const fill = (text: string): string =>
    text.replace(/\{(\w+)\}/g, (whole, name: string) => known.get(name) ?? whole);
  const headers = {
    'User-Agent': 'AZURECLI/2.74.0 azsdk-python-core',
    'Accept-Encoding': 'gzip, deflate',
    Accept: 'application/json',
    Authorization: `Bearer ${token}`,
  };
  const follow = async (address: string): Promise<void> => {
    const { pathname, search } = new URL(address);
    for (let looks = 0; looks < mostLooks; looks += 1)
      if (!running(await wire.send({ method: 'GET', path: `${pathname}${search}`, headers }))) return;
    throw new Unaccepted(`${address} does not end`);
  };

  const send = async ({ method, path, body, refused, tells }: RecordedRequest): Promise<void> => {
    const text = body === undefined ? undefined : fill(body);
    const type: Record<string, string> = text === undefined ? {} : { 'Content-Type': 'application/json' };
    const answer = await wire.send({
      method,
      path: fill(path),
      headers: { ...headers, ...type },
      ...(text === undefined ? {} : { body: text }),
    });
    const ended = answer.status < 400 ? undefined : { status: answer.status, code: codeOf(answer) };
    if (ended?.status !== refused?.status || ended?.code !== refused?.code)
      throw new Unaccepted(
        `${method} ${path} was ${refused ? `${refused.status} ${refused.code}` : 'served'}, and is ${answer.status} ${answer.text.slice(0, 600)}`,
      );
    for (const { name, at } of tells) {
      const found = textAt(answer, at);
      if (found === undefined) throw new Unaccepted(`${method} ${path} has no ${at.join('.')}`);
      known.set(name, found);
    }
    const operation = headerOf(answer, 'azure-asyncoperation');
    const location = answer.status === 202 ? headerOf(answer, 'location') : undefined;
    const address = operation ?? location;
    if (method !== 'GET' && address !== undefined) await follow(address);
  };

  return {
    play: async ({ line, requests }) => {
      try {
        for (const request of requests) await send(request);
      } catch (error) {
        if (error instanceof Unaccepted)
          throw new Unaccepted(
            `az ${line}\n${error.message}\nIf that is meant, write it into conformance/recorded/az/commands.txt and run "npm run coverage".`,
          );
        throw error;
      }
    },
  };
};
