/** The local identity endpoint on 127.0.0.1: tokens of the machine's identity and what the machine is, for programs on it. */

import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ChallengeFilesOptions, openChallengeFiles } from './challenge-files.ts';
import { type LocalAnswer, notConnected, refusalAnswer, refusalFor, refused } from './local-answer.ts';
import { boundLocal } from './local-bounds.ts';
import { refusalOf, refusedVersion } from './local-request.ts';
import { createLocalToken, type LocalTokenOptions } from './local-token.ts';

const { createServer } = process.getBuiltinModule('node:http');

export interface LocalIdentityOptions extends ChallengeFilesOptions, Pick<LocalTokenOptions, 'newToken'> {
  /** 0: one that is free. */
  readonly port: number;
  /** `Connected`, or what else the status file says. */
  readonly status: () => string;
  /** Undefined while the machine is not connected. */
  readonly metadata: () => object | undefined;
  readonly newGuid: () => string;
  /** What went wrong that is no caller's doing. */
  readonly onFault: (error: unknown) => void;
}

export interface LocalIdentity {
  readonly address: string;
  /** The machine was disconnected, or connected anew: what was kept is another's. */
  readonly forget: () => void;
  /** Removes challenges that nobody came for. */
  readonly sweep: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const tokenPath = '/metadata/identity/oauth2/token';
const metadataPath = /^\/metadata\/instance(?:\/(compute|network))?$/;

/** Throws the system's error where the port is taken or the directory cannot be used; nothing is left open then. */
export const openLocalIdentity = async (options: LocalIdentityOptions): Promise<LocalIdentity> => {
  const { now, newGuid } = options;
  let answer: (request: IncomingMessage) => Promise<LocalAnswer> = async () => refusal(notConnected);
  const refusal = (why: Parameters<typeof refusalAnswer>[0]): LocalAnswer =>
    refusalAnswer(why, { now: now(), correlationId: newGuid() });

  const server = createServer({
    ...{ maxHeaderSize: 16_384, headersTimeout: 5_000, requestTimeout: 10_000 },
    connectionsCheckingInterval: 2_500,
  });
  boundLocal(server);
  server.on('request', async (request: IncomingMessage, response: ServerResponse) => {
    const done = await answer(request).catch((error: unknown) => {
      const known = refusalFor(error);
      if (known === undefined) options.onFault(error);
      return refusal(known ?? refused(500, 'server_error', 'The log of the agent has the cause'));
    });
    response.writeHead(done.status, {
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': 'no-store',
      Connection: 'close',
      ...done.headers,
    });
    response.end(JSON.stringify(done.body));
  });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  // Only whoever has the port touches the files: with it taken, they are another agent's.
  const challenges = await openChallengeFiles(options).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const tokens = createLocalToken({ ...options, challenges });

  answer = async ({ method = '', url: target = '', headers }) => {
    const why = refusalOf({ method, target, headers }, port);
    if (why) return refusal(why);
    // As a part of a whole address: by itself `//x` would name a host.
    const { pathname, searchParams } = new URL(`http://localhost${target}`);
    const path = pathname.toLowerCase();
    if (path === '/agentstatus') return { status: 200, body: { status: options.status() } };
    const metadata = metadataPath.exec(path);
    if (path !== tokenPath && metadata === null)
      return refusal(refused(404, 'not_found', 'There is nothing at this path'));
    const wrong = refusedVersion(searchParams);
    if (wrong) return refusal(wrong);
    if (metadata !== null) {
      const body = options.metadata() as Readonly<Record<string, object>> | undefined;
      if (body === undefined) return refusal(notConnected);
      return { status: 200, body: metadata[1] === undefined ? body : (body[metadata[1]] ?? {}) };
    }
    const outcome = await tokens.answer(searchParams, headers.authorization);
    if ('body' in outcome) return outcome;
    // Written so: scripts look for the name in these letters, and for nothing in quotation marks.
    const realm = outcome.challenge && { 'Www-Authenticate': `Basic realm=${outcome.challenge}` };
    const answered = refusal(outcome);
    return realm ? { ...answered, headers: realm } : answered;
  };

  return {
    address: `http://127.0.0.1:${port}`,
    forget: tokens.forget,
    sweep: () => challenges.sweep(),
    close: async () => {
      await stop();
      await challenges.close();
    },
  };
};
