import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secretTextOf } from '@tombolo/identity/secret-text';
import { openMemoryStore } from '@tombolo/store/memory/memory-store';
import { fastify } from 'fastify';
import { principalRoutes } from './principal-routes.ts';

test('who is not the operator has no body read, and the operator’s is judged', async () => {
  const app = fastify();
  const isOperator = ({ headers }: { headers: { authorization?: string } }) =>
    headers.authorization === 'Bearer operator';
  const operator = { appId: 'none', deliver: () => {} };
  await app.register(principalRoutes({ store: openMemoryStore(), now: () => 0, isOperator, operator }));
  const post = (authorization: string, payload: string) =>
    app.inject({
      method: 'POST',
      url: '/principals',
      headers: { authorization, 'content-type': 'application/json' },
      payload,
    });
  // No JSON: whoever parsed it would answer 400.
  assert.equal((await post('Bearer dns', '{')).statusCode, 401);
  assert.equal((await post('Bearer operator', '{')).statusCode, 400);
  assert.equal((await post('Bearer operator', '{"displayName":"x"}')).statusCode, 200);
  const brought = Buffer.alloc(32, 7);
  const made = await post(
    'Bearer operator',
    JSON.stringify({ displayName: 'y', random: brought.toString('base64url') }),
  );
  assert.equal(made.json().clientSecret, secretTextOf(brought));
  for (const random of ['short', 'A'.repeat(44), `${'A'.repeat(42)}=`])
    assert.equal(
      (await post('Bearer operator', JSON.stringify({ displayName: 'z', random }))).statusCode,
      400,
    );
  await app.close();
});
