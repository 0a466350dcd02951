/** What the scenarios assert of clients' errors and iterators. */

import assert from 'node:assert/strict';
import type { RawAnswer } from './world.ts';

export interface ExpectedError {
  readonly status: number;
  readonly code: string;
  /** What the message has to say. */
  readonly says?: RegExp;
}

interface ClientError {
  readonly statusCode?: number;
  readonly code?: string;
  readonly message: string;
}

/** The call fails with this status and ARM code, as the client reports them. */
export const refused = async (call: PromiseLike<unknown>, wanted: ExpectedError): Promise<void> => {
  let error: ClientError;
  try {
    await call;
  } catch (caught) {
    error = caught as ClientError;
    const told = `${error.statusCode} ${error.code}: ${error.message}`;
    assert.equal(error.statusCode, wanted.status, told);
    assert.equal(error.code, wanted.code, told);
    if (wanted.says) assert.match(error.message, wanted.says);
    return;
  }
  assert.fail(`Expected ${wanted.status} ${wanted.code}, but the call succeeded.`);
};

/** A raw answer is an error with this status and code: in ARM's envelope or, of some services, without it. */
export const refusedRaw = (answer: RawAnswer, wanted: ExpectedError): void => {
  const told = `${answer.status} ${answer.text.slice(0, 300)}`;
  assert.equal(answer.status, wanted.status, told);
  const error = (answer.json.error ?? answer.json) as NonNullable<typeof answer.json.error>;
  assert.equal(error?.code, wanted.code, told);
  assert.ok(error.message.length > 0, told);
  if (wanted.says) assert.match(error.message, wanted.says);
  assert.ok(answer.headers['x-ms-request-id'], 'every answer names its request');
};

/** All items of a client's paged iterator. */
export const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
};

export const names = async (items: AsyncIterable<{ readonly name?: string }>): Promise<string[]> =>
  (await all(items)).map((item) => item.name ?? '').sort();
