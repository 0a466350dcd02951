/** A client whose way out can be changed under those who use it: what is under way ends by the former one. */

import type { HttpsClient } from './https-client.ts';

export interface ExchangeableClient extends HttpsClient {
  exchange(next: HttpsClient): void;
}

export const exchangeableClient = (first: HttpsClient): ExchangeableClient => {
  let current = first;
  return {
    send: (ask) => current.send(ask),
    download: (what) => current.download(what),
    serviceUrl: (host, path) => current.serviceUrl(host, path),
    agentFor: (url) => current.agentFor(url),
    proxyFor: (host) => current.proxyFor(host),
    resolve: (name) => current.resolve(name),
    lookup: (...given) => current.lookup(...given),
    release: () => current.release(),
    exchange: (next) => {
      const former = current;
      current = next;
      former.release();
    },
  };
};
