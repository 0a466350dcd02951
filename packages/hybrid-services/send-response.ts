/** A service's answer onto the connection: JSON, or a download as it is. */

import type { FastifyReply } from 'fastify';
import type { ServiceResponse } from './request.ts';

export const sendResponse = (reply: FastifyReply, response: ServiceResponse): FastifyReply => {
  reply.code(response.status).headers(response.headers ?? {});
  if (response.download !== undefined)
    return reply.type(response.download.type).send(Buffer.from(response.download.bytes));
  return response.body === undefined
    ? reply.send()
    : reply.type('application/json; charset=utf-8').send(JSON.stringify(response.body));
};
