/** The physical limit of an HTTPS answer here: the same framework, the same certificate, the same bytes, no ARM. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Fastify from 'fastify';

const state = process.env.BARE_STATE ?? '';
const pem = readFileSync(join(state, 'hybrid', 'server.pem'), 'utf8');

process.once('message', async ({ one, page }: { one: string; page: string }) => {
  const app = Fastify({ https: { key: pem, cert: pem } });
  app.get('/one', (_request, reply) => reply.type('application/json').send(one));
  app.put('/one', (_request, reply) => reply.type('application/json').send(one));
  app.get('/page', (_request, reply) => reply.type('application/json').send(page));
  await app.listen({ host: '127.0.0.1', port: 0 });
  process.send?.({ port: (app.server.address() as { port: number }).port });
});
