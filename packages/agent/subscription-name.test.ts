import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AgentFailure } from './failure.ts';
import type { HttpAsk } from './https-client.ts';
import { subscriptionNamed } from './subscription-name.ts';

const resourceManager = 'https://management.test';
const pages: Readonly<Record<string, object>> = {
  '/subscriptions?api-version=2022-12-01': {
    value: [
      { subscriptionId: 'ID-1', displayName: 'Production' },
      { subscriptionId: 'id-2', displayName: 'Twice' },
    ],
    nextLink: `${resourceManager}/more`,
  },
  '/more': {
    value: [{ subscriptionId: 'id-3', displayName: 'twice' }, { subscriptionId: 'id-4' }],
    nextLink: 'https://elsewhere.test/more',
  },
};

test('a subscription is found by its name in all pages; none and several are AZCM0068, and the token goes nowhere else', async () => {
  const asked: HttpAsk[] = [];
  const client = {
    send: async (ask: HttpAsk) => {
      asked.push(ask);
      const body = pages[ask.url.slice(resourceManager.length)];
      return { status: body ? 200 : 404, headers: {}, body, text: '', remoteAddress: '' };
    },
  };
  const id = (name: string) => subscriptionNamed(name, { client, resourceManager, accessToken: 'token' });
  assert.equal(await id('production'), 'id-1');
  for (const [name, says] of [
    ['Staging', /No subscription/],
    ['TWICE', /Several .*id-2, id-3/],
  ] as const)
    await assert.rejects(
      id(name),
      (error) => error instanceof AgentFailure && error.number === 68 && says.test(error.message),
    );
  assert.ok(asked.every(({ url }) => url.startsWith(resourceManager)));
});
