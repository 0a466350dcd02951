import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import https from 'node:https';
import { after, describe, test } from 'node:test';
import { decodeJwt } from 'jose';
import { appId, listen, makeWorld, tenantId } from './identity.testkit.ts';

const world = await makeWorld();
const server = await listen(world);
after(() => server.close());
const armScope = 'https://management.azure.com/.default';

/** POSTs as it is told, over real TLS. */
const post = (
  path: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<{ readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string }> =>
  new Promise((resolve, reject) => {
    const request = https.request(
      {
        host: '127.0.0.1',
        port: server.port,
        servername: 'localhost',
        // As written: a URL would be normalized before it is sent.
        path,
        method: 'POST',
        agent: new https.Agent({ ca: server.authority.chain[0]!, keepAlive: false }),
        headers: {
          host: `localhost:${server.port}`,
          'content-type': 'application/x-www-form-urlencoded',
          ...headers,
        },
      },
      (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });

describe('the routes', () => {
  const form = (): string =>
    new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: appId,
      client_secret: world.secret,
      scope: armScope,
    }).toString();

  test('a Host that is not ours does not get into the issuer', async () => {
    const answer = await post(`/${tenantId}/oauth2/v2.0/token`, form(), { host: 'evil.example' });
    assert.equal(answer.status, 200);
    assert.equal(decodeJwt(JSON.parse(answer.body).access_token).iss, `${server.origin}/${tenantId}/`);
  });

  test('correlation ids come back if they are GUIDs, and answers are not cached', async () => {
    const id = randomUUID();
    const answer = await post(`/${tenantId}/oauth2/v2.0/token`, 'x=1', { 'client-request-id': id });
    assert.deepEqual([answer.headers['client-request-id'], JSON.parse(answer.body).correlation_id], [id, id]);
    assert.equal(answer.headers['cache-control'], 'no-store, no-cache');
    const odd = await post(`/${tenantId}/oauth2/v2.0/token`, 'x=1', { 'client-request-id': 'no guid' });
    assert.match(String(odd.headers['client-request-id']), /^[0-9a-f-]{36}$/);
  });

  test('bodies that are too large, of another type or no form are refused and nothing breaks', async () => {
    const path = `/${tenantId}/oauth2/v2.0/token`;
    assert.equal((await post(path, `client_id=${'x'.repeat(70_000)}`)).status, 413);
    assert.equal((await post(path, '<xml/>', { 'content-type': 'application/xml' })).status, 415);
    assert.deepEqual(JSON.parse((await post(path, '%%%\0=&&&=')).body).error_codes, [900144]);
    assert.deepEqual(JSON.parse((await post(path, '')).body).error_codes, [900144]);
    assert.deepEqual(JSON.parse((await post('/%2e%2e/oauth2/token', form())).body).error_codes, [90002]);
    assert.equal((await post(path, form())).status, 200);
  });
});
