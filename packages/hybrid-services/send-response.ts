/** A service's answer onto the connection: JSON, or a download as it is. */

import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { ServiceResponse } from './request.ts';

/** As long as the onboarding scripts wait for a download: who takes it byte by byte holds a connection no longer. */
const longestDownloadMs = 600_000;

const sendDownload = (
  reply: FastifyReply,
  { type, content }: NonNullable<ServiceResponse['download']>,
): FastifyReply => {
  if (content instanceof Uint8Array)
    return reply.type(type).send(Buffer.from(content.buffer, content.byteOffset, content.byteLength));
  const late = setTimeout(() => reply.raw.destroy(), longestDownloadMs);
  reply.raw.once('close', () => clearTimeout(late));
  return reply.type(type).header('content-length', content.length).send(Readable.from(content.open()));
};

export const sendResponse = (reply: FastifyReply, response: ServiceResponse): FastifyReply => {
  reply.code(response.status).headers(response.headers ?? {});
  if (response.download !== undefined) return sendDownload(reply, response.download);
  return response.body === undefined
    ? reply.send()
    : reply.type('application/json; charset=utf-8').send(JSON.stringify(response.body));
};
