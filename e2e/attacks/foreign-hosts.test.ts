/** Where the links of an answer lead that was asked for with a `Host` of the client's choice. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { test } from 'node:test';
import { directoryOfFile } from '@tombolo/testkit/ends-with-file';
import { signIn } from '../arm.ts';
import { startServer } from '../server.ts';

const scratch = directoryOfFile();

test('no link, header or document leads to a Host that is none of the installation’s, and a mapped port stays', async () => {
  const server = await startServer(join(scratch, 'state'));
  const own = server.ready.resourceManager;
  const { port } = new URL(own);
  const arm = await signIn(server.state, own);
  const ca = readFileSync(join(server.state, 'ca.pem'), 'utf8');

  const ask = (
    host: string,
    path: string,
    method = 'GET',
    { body = '', type = 'application/json', headers = arm.authorization as Record<string, string> } = {},
  ): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> =>
    new Promise((resolve, reject) => {
      const sent = request(
        {
          ...{ host: 'localhost', family: 4, port, servername: 'localhost', ca, agent: false, method, path },
          headers: { host, ...headers, ...(body === '' ? {} : { 'content-type': type }) },
        },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (part) => {
            text += part;
          });
          answer.on('end', () => resolve({ status: answer.statusCode!, headers: answer.headers, text }));
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });

  const group = `${arm.subscription}/resourceGroups/hosts`;
  const zones = `${group}/providers/Microsoft.Network/privateDnsZones`;
  await arm.done('PUT', `${group}?api-version=2025-04-01`, { location: 'japaneast' });
  const { tenantId, clientId, clientSecret } = JSON.parse(
    readFileSync(join(server.state, 'credentials.json'), 'utf8'),
  ) as Record<'tenantId' | 'clientId' | 'clientSecret', string>;
  const form = new URLSearchParams({
    ...{ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret },
    scope: 'https://graph.microsoft.com/.default',
  });
  const signedIn = await ask('evil.example', `/${tenantId}/oauth2/v2.0/token`, 'POST', {
    ...{ body: form.toString(), type: 'application/x-www-form-urlencoded', headers: {} },
  });
  const { access_token } = JSON.parse(signedIn.text) as { access_token: string };
  const { iss } = JSON.parse(Buffer.from(access_token.split('.')[1]!, 'base64url').toString());
  assert.ok(iss.startsWith(`${own}/`), iss);
  const graph = { headers: { authorization: `Bearer ${access_token}` } };
  for (const name of ['one', 'two'])
    assert.equal((await server.tombolo('principal', 'create', name, '--role', 'Reader')).code, 0);
  for (const name of ['a', 'b'])
    await arm.done('PUT', `${zones}/${name}.example?api-version=2020-06-01`, { location: 'global' });
  let made = 0;

  /** Everything that has an address in it. */
  const answers = async (host: string) => {
    made += 1;
    const path = `${zones}/n${made}.example?api-version=2020-06-01`;
    const written = await ask(host, path, 'PUT', { body: '{"location":"global"}' });
    assert.equal(written.status, 201, written.text);
    const empty = `${arm.subscription}/resourceGroups/empty${made}?api-version=2025-04-01`;
    await arm.done('PUT', empty, { location: 'japaneast' });
    const deleted = await ask(host, empty, 'DELETE');
    assert.equal(deleted.status, 202, deleted.text);
    const resources = await ask(host, `${arm.subscription}/resources?api-version=2021-04-01&$top=1`);
    const principals = await ask(host, '/v1.0/servicePrincipals?$top=1', 'GET', graph);
    const metadata = await ask(host, '/metadata/endpoints?api-version=2022-09-01');
    return {
      all: [
        ...[written, deleted, resources, principals, metadata],
        await ask(host, `/${tenantId}/v2.0/.well-known/openid-configuration`),
        await ask(host, '/v1.0/nothing', 'GET', graph),
        await ask(host, '/nothing'),
      ],
      links: [
        deleted.headers.location,
        written.headers['azure-asyncoperation'] as string,
        JSON.parse(resources.text).nextLink,
        JSON.parse(principals.text)['@odata.context'],
        JSON.parse(principals.text)['@odata.nextLink'],
        JSON.parse(metadata.text).resourceManager,
      ] as readonly (string | undefined)[],
    };
  };

  const foreign = [
    'evil.example',
    `evil.example:${port}`,
    'localhost.evil.example',
    '127.6.6.6',
    'evil@localhost',
  ];
  for (const host of foreign) {
    const { all, links } = await answers(host);
    for (const { headers, text } of all)
      assert.doesNotMatch(`${JSON.stringify(headers)}${text}`, /evil|127\.6\.6\.6/);
    assert.deepEqual(
      links.map((link) => new URL(link!).origin),
      links.map(() => own),
      host,
    );
  }
  for (const host of ['localhost:9443', `127.0.0.1:${port}`, 'management.azure.com']) {
    const { links } = await answers(host);
    const { origin } = new URL(`https://${host}`);
    assert.deepEqual(
      links.map((link) => new URL(link!).origin),
      links.map(() => origin),
      host,
    );
  }
  assert.equal(await server.stop(), 0);
});
