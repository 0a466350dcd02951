/** What `--verbose` says of each request: where it went, what came of it; no header, and no body, has a word in it. */

import { NetworkFault } from './failure.ts';
import type { HttpsClient } from './https-client.ts';

export const tracedClient = (
  client: HttpsClient,
  debug: ((line: string) => void) | undefined,
): HttpsClient =>
  debug === undefined
    ? client
    : {
        ...client,
        send: async (ask) => {
          const what = `${ask.method} ${ask.url}`;
          try {
            const answer = await client.send(ask);
            debug(`${what}: ${answer.status} from ${answer.remoteAddress}`);
            return answer;
          } catch (error) {
            debug(`${what}: ${error instanceof NetworkFault ? error.reason : (error as Error).message}`);
            throw error;
          }
        },
        resolve: async (name) => {
          const found = await client.resolve(name);
          debug(`${name} resolves to ${found.addresses.join(', ') || 'nothing'}`);
          return found;
        },
      };
