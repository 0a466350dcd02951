/** --strict: what is kinder here than in Azure is refused. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refused, refusedRaw } from './expect.ts';
import { createNetwork } from './topology.ts';
import { openWorld } from './world.ts';

const world = await openWorld(['--strict']);

test('a network on loopback is AddressPrefixNotAllowed, any other is made', async () => {
  const group = await world.createGroup();
  await refused(createNetwork(world, group, '127.126'), {
    status: 400,
    code: 'AddressPrefixNotAllowed',
    says: /127\.126/,
  });
  const { network } = await createNetwork(world, group, '10.126');
  assert.equal(network.provisioningState, 'Succeeded');
});

test('a newer api-version is NoRegisteredProviderFound', async () => {
  const path = `/subscriptions/${world.subscriptionId}/providers/Microsoft.HybridCompute/privateLinkScopes`;
  const answer = await world.send({ path: `${path}?api-version=2031-01-01` });
  refusedRaw(answer, { status: 400, code: 'NoRegisteredProviderFound', says: /2025-01-13/ });
});
