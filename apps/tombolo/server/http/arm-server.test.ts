import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { ArmRequest } from '@tombolo/arm';
import { createAuthority, issueServerCertificate, tokenRoutes, undecodablePath } from '@tombolo/identity';
import type { AuditEntry } from '@tombolo/store/port';
import { createArmServer } from './arm-server.ts';
import { answer, prepare } from './conditional-get.ts';

const authority = await createAuthority({ name: 'Test', now: Date.now() });
const issued = await issueServerCertificate(authority, { names: ['localhost'], now: Date.now() });
const received: ArmRequest[] = [];
const told: AuditEntry[] = [];
const app = createArmServer({
  tls: { key: issued.privateKey, cert: issued.certificate },
  pipeline: async (armRequest) => {
    received.push(armRequest);
    return { status: 200, headers: {}, body: {} };
  },
  authenticate: async () => ({ objectId: 'o', tenantId: 't', kind: 'ServicePrincipal' }),
  undecodablePath: undecodablePath({
    now: () => 0,
    newGuid: () => 'an id',
    onRefusal: (line) => told.push(line),
  }),
  originOf: (host) => `https://${host}`,
  metadataEndpoints: (_origin, apiVersion) => ({ apiVersion }),
  onFailure: (_correlationId, error) => assert.fail(String(error)),
  now: () => 0,
  onRefusal: () => {},
  onRefusedConnection: () => {},
  answerHeaders: { 'x-go-azure-sdk-skip-polling-delay': 'true' },
});
await app.register(
  tokenRoutes({
    handle: async ({ operation }) => ({ status: 200, headers: {}, body: { kind: operation.kind } }),
  }),
);
const prepared = prepare('a document', 0, 'text/plain');
app.get('/document', async (asked, reply) => answer(asked, reply, prepared));
before(() => app.listen({ host: '127.0.0.1', port: 0 }));
after(() => app.close());

/** Path and headers go out as they are written; a `fetch` would tidy both. */
const send = (
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
): Promise<{ readonly status: number; readonly text: string; readonly headers: IncomingHttpHeaders }> =>
  new Promise((resolve, reject) => {
    const { port } = app.server.address() as AddressInfo;
    const options = { host: '127.0.0.1', port, servername: 'localhost', ca: authority.chain.join('\n') };
    const sent = request({ ...options, method, path, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode!, text, headers: response.headers }));
    });
    sent.on('error', reject);
    sent.end(body);
  });

const zone = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/privateDnsZones/a.example';

test('what every answer of the pipeline carries is beside its own headers', async () => {
  const { headers } = await send('GET', zone, {});
  assert.equal(headers['x-go-azure-sdk-skip-polling-delay'], 'true');
});

test('a body that is no JSON comes to the pipeline as such', async () => {
  const headers = { 'content-type': 'application/json' };
  // As az writes a deployment: the template stands in it as it is in its file.
  assert.equal((await send('PUT', zone, headers, '{"properties":{template:{}}}')).status, 200);
  const { body, unreadable } = received.at(-1)!;
  assert.deepEqual([body, unreadable?.code], [undefined, 'InvalidRequestContent']);
  await send('PUT', zone, headers, '{"code":"none"}');
  assert.deepEqual(received.at(-1)!.body, { code: 'none' });
  assert.equal(received.at(-1)!.unreadable, undefined);
});

test('a body is JSON by its type, and nothing else is taken', async () => {
  const refused = async (type: string | undefined, body = '{}') => {
    const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
    const { status, text } = await send('PUT', zone, headers, body);
    const { code, message } = JSON.parse(text).error;
    return `${status} ${code}: ${message}`;
  };
  const said = (type: string) =>
    `415 UnsupportedMediaType: The content media type '${type}' is not supported. Only 'application/json' is supported.`;
  for (const type of ['text/plain', 'text/json', 'application/x-www-form-urlencoded', 'application/xml'])
    assert.equal(await refused(type), said(type));
  assert.equal(await refused('text/plain; charset=utf-8'), said('text/plain'));
  assert.equal(await refused(undefined), said('<null>'));
  assert.equal(await refused('text/plain', ''), said('text/plain'), 'also where nothing follows');
  for (const type of [
    'application/json',
    'Application/JSON; charset="utf-8"',
    'application/json;odata=verbose',
  ])
    assert.equal((await send('PUT', zone, { 'content-type': type }, '{}')).status, 200, type);
});

describe('an empty header is none', () => {
  test('conditions as azurerm sends them do not reach the pipeline', async () => {
    const headers = {
      'If-Match': '',
      'If-None-Match': '',
      'Content-Type': 'application/json; charset=utf-8',
    };
    assert.equal((await send('PUT', zone, headers, '{"location":"global"}')).status, 200);
    const last = received.at(-1)!;
    assert.deepEqual(last.body, { location: 'global' });
    assert.deepEqual(
      [...last.headers].filter(([name, value]) => name.startsWith('if-') || value === ''),
      [],
    );
  });

  test('nor does an empty content type need a parser', async () => {
    for (const method of ['GET', 'DELETE', 'POST']) {
      const { status, text } = await send(method, zone, { 'Content-Type': '', 'Content-Length': '0' });
      assert.equal(status, 200, `${method}: ${text}`);
    }
    assert.equal(received.at(-1)!.body, undefined);
  });

  test('and a public document is compared by its date', async () => {
    const headers = { 'If-None-Match': '', 'If-Modified-Since': prepared.lastModified };
    assert.equal((await send('GET', '/document', headers)).status, 304);
    assert.equal((await send('GET', '/document', { 'If-None-Match': '' })).status, 200);
  });
});

test('doubled slashes lead to the same routes', async () => {
  const { text } = await send('GET', '//metadata//endpoints?api-version=2022-09-01', {});
  assert.deepEqual(JSON.parse(text), { apiVersion: '2022-09-01' });
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  for (const path of ['//t/oauth2/v2.0/token', '//adfs//oauth2/token'])
    assert.deepEqual(JSON.parse((await send('POST', path, form, 'a=b')).text), { kind: 'token' });
  await send('GET', zone.replaceAll('/', '//'), {});
  assert.equal(received.at(-1)!.path, zone.replaceAll('/', '//'), 'the pipeline overlooks them');
});

test('a path that cannot be decoded is refused in the form of whose it is', async () => {
  const graph = await send('GET', '/v1.0/%zz', {});
  assert.equal(graph.status, 400);
  assert.deepEqual(JSON.parse(graph.text).error, {
    code: 'BadRequest',
    message: 'The path cannot be decoded.',
    innerError: { date: '1970-01-01T00:00:00', 'request-id': 'an id', 'client-request-id': 'an id' },
  });
  assert.equal(graph.headers['request-id'], 'an id');
  assert.deepEqual(
    told.map(({ caller, action, status }) => [caller, action, status]),
    [['anonymous', 'Microsoft.Graph/GET /v1.0/%zz', 400]],
  );
  for (const path of ['/%zz', '/v1.05/%zz', '/subscriptions/%zz'])
    assert.equal(JSON.parse((await send('GET', path, {})).text).error.code, 'InvalidResourceId', path);
  assert.equal(told.length, 1);
});
