/** What a client would ask of the public cloud is noticed, and does not get there. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { request } from 'node:https';
import { test } from 'node:test';
import { ClientSecretCredential } from '@azure/identity';
import { childOfFile } from '@tombolo/testkit/ends-with-file';
import { armScope } from './clients.ts';
import { openGuardProxy } from './leak-guard.ts';
import { openWorld } from './world.ts';

const world = await openWorld();
const { guard } = world;
const { AZURE_CLIENT_ID: id = '', AZURE_CLIENT_SECRET: secret = '' } = world.environment;

test('an SDK that is set up for the installation asks nobody else', async () => {
  const { token } = await world
    .signIn(id, secret)
    .getToken(armScope)
    .then((found) => found!);
  assert.ok(token);
  await world.resources.resourceGroups.createOrUpdate('alone', { location: 'westeurope' });
  assert.deepEqual(guard.asked(), []);
});

test('one that is left to look for its authority asks the public cloud, and is cut off', async () => {
  const credential = new ClientSecretCredential(world.tenantId, id, secret, {
    authorityHost: world.environment.AZURE_AUTHORITY_HOST!,
    retryOptions: { maxRetries: 0 },
    tlsOptions: { ca: world.ca },
  });
  await assert.rejects(credential.getToken(armScope));
  assert.deepEqual(guard.asked(), ['login.microsoftonline.com']);
});

test('an address is noticed as a name is', async () => {
  await assert.rejects(
    new Promise((resolve, reject) => {
      request({ host: '192.0.2.1', port: 443 }).on('error', reject).on('response', resolve).end();
    }),
    /192\.0\.2\.1 is not on it/,
  );
  assert.deepEqual(guard.asked(), ['192.0.2.1']);
});

test('a program that is run behind the proxy gets nowhere, and is noticed', async () => {
  const proxy = await openGuardProxy();
  const script = `
    const { hostname, port } = new URL(process.env.HTTPS_PROXY);
    require('node:http').request({ hostname, port, method: 'CONNECT', path: 'graph.microsoft.com:443' })
      .on('connect', (answer) => process.exit(answer.statusCode === 403 ? 0 : 1)).end();`;
  await new Promise<void>((resolve, reject) => {
    const env = { ...process.env, ...proxy.environment };
    childOfFile(
      execFile(process.execPath, ['-e', script], { env }, (error) => (error ? reject(error) : resolve())),
    );
  });
  assert.deepEqual(proxy.asked(), ['graph.microsoft.com:443']);
});
