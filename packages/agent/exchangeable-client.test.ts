import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exchangeableClient } from './exchangeable-client.ts';
import type { HttpAnswer, HttpsClient } from './https-client.ts';

test('what is under way ends by the former way, what comes goes by the new one, and nobody holds the former', async () => {
  const released: string[] = [];
  const answers = Promise.withResolvers<void>();
  const by = (name: string): HttpsClient => ({
    send: async () => {
      await answers.promise;
      return { text: name } as HttpAnswer;
    },
    download: async () => {},
    serviceUrl: () => name,
    agentFor: () => assert.fail('nothing else is spoken'),
    proxyFor: () => name,
    resolve: async () => ({ name, addresses: [], aliases: [] }),
    lookup: () => {},
    release: () => released.push(name),
  });
  const client = exchangeableClient(by('directly'));
  const ask = { method: 'GET', url: 'https://a.test/' };
  const underWay = client.send(ask);
  client.exchange(by('by the proxy'));
  const after = client.send(ask);
  answers.resolve();
  assert.deepEqual([(await underWay).text, (await after).text], ['directly', 'by the proxy']);
  client.release();
  assert.deepEqual([released, client.proxyFor('a.test')], [['directly', 'by the proxy'], 'by the proxy']);
});
