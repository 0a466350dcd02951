/** The body of a request, read when the operation asks for it: not before its caller is known. */

import type { IncomingMessage } from 'node:http';
import { serviceError } from './errors.ts';

/** @throws ArmError 413 beyond `limit` bytes, 400 where it ends early */
export const readBody = async (request: IncomingMessage, limit: number): Promise<string> => {
  if (Number(request.headers['content-length'] ?? 0) > limit)
    throw serviceError('RequestTooLarge', [String(limit)]);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Not destroyed where it is too long: the refusal goes over the same connection.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) break;
      chunks.push(chunk);
    }
  } catch {
    throw serviceError('InvalidRequest', ['its body ended before it was whole.']);
  }
  if (size > limit) throw serviceError('RequestTooLarge', [String(limit)]);
  return Buffer.concat(chunks).toString('utf8');
};
