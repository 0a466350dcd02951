/** What Terraform and az send first, byte for byte: libraries that tidy a request would hide it. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { connect } from 'node:tls';
import { armScope } from './clients.ts';
import { openWorld } from './world.ts';

const world = await openWorld();
const group = `/subscriptions/${world.subscriptionId}/resourceGroups/${await world.createGroup()}`;
const arm = new URL(world.origin);
const { token } = (await world.credential.getToken(armScope))!;

interface Wire {
  readonly status: number;
  readonly head: string;
  readonly json: Record<string, never>;
}

/** Sends these lines, then `body`; the answer as soon as it is whole, though the request may not be. */
const wire = async (
  lines: readonly string[],
  body = '',
  claimed = Buffer.byteLength(body),
): Promise<Wire> => {
  const socket = connect({
    host: arm.hostname,
    port: Number(arm.port || 443),
    ca: world.ca,
    servername: arm.hostname,
  });
  await once(socket, 'secureConnect');
  socket.write(
    `${[lines[0], `host: ${arm.host}`, ...lines.slice(1), `content-length: ${claimed}`].join('\r\n')}\r\n\r\n${body}`,
  );
  let text = '';
  for await (const chunk of socket) {
    text += String(chunk);
    const [head, rest] = text.split('\r\n\r\n');
    const length = Number(/^content-length: (\d+)/im.exec(head ?? '')?.[1] ?? Number.NaN);
    if (rest !== undefined && (Buffer.byteLength(rest) >= length || /^HTTP\/1.1 204/.test(text))) break;
  }
  socket.destroy();
  const end = text.indexOf('\r\n\r\n');
  const rest = text.slice(end + 4);
  return {
    status: Number(text.slice(9, 12)),
    head: text.slice(0, end),
    json: rest === '' ? {} : JSON.parse(rest),
  };
};
const json = ['content-type: application/json', `authorization: Bearer ${token}`];

describe('the first requests', () => {
  test('azurerm takes the cloud for Azure only where discovery says identity provider AAD and tenant common', async () => {
    const { status, json: about } = await wire(['GET /metadata/endpoints?api-version=2022-09-01 HTTP/1.1']);
    assert.equal(status, 200);
    const { authentication } = about as unknown as { authentication: Record<string, string> };
    assert.deepEqual([authentication.identityProvider, authentication.tenant], ['AAD', 'common']);
  });

  test('azurerm sends both conditions, empty, with every write of a zone', async () => {
    const path = `${group}/providers/Microsoft.Network/privateDnsZones/empty.example?api-version=2024-06-01`;
    const conditions = ['If-Match:', 'If-None-Match: '];
    for (const wanted of [200, 201, 202]) {
      const { status } = await wire(
        [`PUT ${path} HTTP/1.1`, ...json, ...conditions],
        JSON.stringify({ location: 'global' }),
      );
      assert.ok([200, 201, 202].includes(status), `${wanted}: ${status}`);
    }
    assert.ok(
      [200, 202, 204].includes((await wire([`DELETE ${path} HTTP/1.1`, ...json, ...conditions])).status),
    );
  });

  test('az resource joins an empty parent path: //', async () => {
    const path = `${group}/providers/Microsoft.HybridCompute//privateLinkScopes/doubled?api-version=2022-11-10`;
    const made = await wire([`PUT /${path} HTTP/1.1`, ...json], JSON.stringify({ location: 'japaneast' }));
    assert.ok([200, 201].includes(made.status), JSON.stringify(made.json));
    const read = await wire([`GET ${path} HTTP/1.1`, ...json]);
    assert.equal(read.status, 200);
    assert.equal(
      String((read.json as { id?: string }).id).toLowerCase(),
      `${group}/providers/microsoft.hybridcompute/privatelinkscopes/doubled`.toLowerCase(),
    );
  });

  test('who has no token is answered before a byte of the body has come', async () => {
    for (const authorization of [[], ['authorization:'], ['authorization: Bearer x.y.z']]) {
      const path = `${group}/providers/Microsoft.HybridCompute/privateLinkScopes/s?api-version=2022-11-10`;
      const answer = await wire(
        [`PUT ${path} HTTP/1.1`, 'content-type: application/json', ...authorization],
        '',
        4_000_000,
      );
      assert.equal(answer.status, 401);
    }
  });

  test('what no route takes is answered before its body, too', async () => {
    const path = `${group}/providers/Microsoft.HybridCompute/privateLinkScopes/s?api-version=2022-11-10`;
    const { status } = await wire(
      [`OPTIONS ${path} HTTP/1.1`, 'content-type: application/json'],
      '',
      4_000_000,
    );
    assert.equal(status, 404);
  });

  test('of the members that a newer api-version has the first are named, whatever letters they are of', async () => {
    const path = `${group}/providers/Microsoft.HybridCompute/privateLinkScopes/newer?api-version=2099-01-01`;
    const unknown = Array.from({ length: 5_000 }, (_, index) => [`größe→${index}\r\n`, 1]);
    const { status, head } = await wire(
      [`PUT ${path} HTTP/1.1`, ...json],
      JSON.stringify({ location: 'japaneast', properties: Object.fromEntries(unknown) }),
    );
    assert.ok([200, 201].includes(status), head.slice(0, 300));
    const named = /^x-tombolo-ignored-properties: (.*)$/im.exec(head)?.[1] ?? '';
    assert.match(named, /^properties\.gr\?\?e\?0\?\?, .*, and 4980 more\r?$/);
  });

  for (const [name, body] of [
    ['an array of 300,000 levels', `{"properties":${'['.repeat(300_000)}${']'.repeat(300_000)}}`],
    ['an object of 300,000 levels', `${'{"identity":'.repeat(300_000)}1${'}'.repeat(300_000)}`],
    ['a member’s name of 3 MB', `{"properties":{"${'n'.repeat(3_000_000)}":1}}`],
    ['a million members', `{"tags":[${'1,'.repeat(1_000_000)}1]}`],
  ] as const)
    for (const method of ['PUT', 'PATCH'])
      test(`${method} of ${name} is one clear refusal`, async () => {
        const path = `${group}?api-version=2021-04-01`;
        const { status, json: answer } = await wire([`${method} ${path} HTTP/1.1`, ...json], body);
        const { error } = answer as unknown as { error: { code: string; message: string } };
        assert.deepEqual([status, error.code], [400, 'InvalidRequestContent']);
        assert.ok(error.message.length < 500, error.message.slice(0, 200));
      });
});
