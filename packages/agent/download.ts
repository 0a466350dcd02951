/** Files over https, bounded, written as they come. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import { pipeline } from 'node:stream/promises';

export interface Download {
  /** `https://…`. */
  readonly url: string;
  /** Made anew, 0600. */
  readonly file: string;
  /** Bytes. */
  readonly longest: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

const longestDownloadMs = 30 * 60_000;

/** @throws Error: refused, too long, no answer in time; the file is gone then */
export const downloadBy = async (
  open: (url: string, options: RequestOptions) => ClientRequest,
  { url, file, longest, headers, signal }: Download,
): Promise<void> => {
  const either = AbortSignal.any([signal, AbortSignal.timeout(longestDownloadMs)]);
  const outgoing = open(url, { headers: { ...headers }, signal: either }).end();
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  if (incoming.statusCode !== 200) {
    incoming.destroy();
    throw new Error(`the answer is ${incoming.statusCode}`);
  }
  let size = 0;
  const bounded = async function* (source: AsyncIterable<Buffer>) {
    for await (const chunk of source) {
      size += chunk.length;
      if (size > longest) throw new Error(`it is longer than ${longest} bytes`);
      yield chunk;
    }
  };
  try {
    await pipeline(incoming, bounded, createWriteStream(file, { mode: 0o600 }), { signal: either });
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
};
