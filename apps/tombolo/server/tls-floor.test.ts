/** R16: every listener and every client keeps its floor, whatever Node's own default is, and after a new certificate. */

import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { createHttpsClient } from '@tombolo/agent/https-client';
import { fetchJson } from '@tombolo/hybrid-services/allow-list-client';
import { openListener } from '@tombolo/hybrid-services/listener';
import { createAuthority, issueServerCertificate } from '@tombolo/identity';
import {
  lowerDefaults,
  newVersions,
  offer,
  oldVersions,
  refusedForVersion,
  serveUpTo,
} from '@tombolo/private-link/tls-floor.testkit';
import { createArmClient } from '../installation/arm-client.ts';
import { tryConnection } from '../quickstart/live-connection.ts';
import { createArmServer, replaceCertificate } from './http/arm-server.ts';

lowerDefaults();
const authority = await createAuthority({ name: 'Test', now: Date.now() });
const certificateAuthority = authority.chain.join('\n');
const issue = async () => {
  const issued = await issueServerCertificate(authority, {
    names: ['localhost', '127.0.0.1'],
    now: Date.now(),
  });
  return { key: issued.privateKey, cert: issued.certificate };
};

interface Opened {
  readonly port: number;
  replace(pem: { readonly key: string; readonly cert: string }): void;
  close(): Promise<unknown>;
}

const listeners: Readonly<Record<string, () => Promise<Opened>>> = {
  'the ARM API': async () => {
    const unused = () => assert.fail('no request is made');
    const app = createArmServer({
      tls: await issue(),
      pipeline: unused,
      authenticate: unused,
      originOf: (host) => `https://${host}`,
      metadataEndpoints: unused,
      onFailure: unused,
      now: () => 0,
      onRefusal: () => {},
      onRefusedConnection: () => {},
    });
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    return { port, replace: (pem) => replaceCertificate(app, pem), close: () => app.close() };
  },
  'the services': async () => {
    const listener = await openListener({
      credentials: await issue(),
      machineAuthorities: authority.chain,
      publicEntries: [{ address: '127.0.0.1', port: 0 }],
      handler: () => assert.fail('no request is made'),
    });
    const { port } = listener.publicAddresses[0]!;
    return { port, replace: listener.replaceCredentials, close: () => listener.close(0) };
  },
};

for (const [what, open] of Object.entries(listeners)) {
  describe(`R16: ${what}`, () => {
    let opened: Opened;
    before(async () => {
      opened = await open();
    });
    after(() => opened.close());
    const everyVersion = async (): Promise<void> => {
      const where = { host: '127.0.0.1', port: opened.port, servername: 'localhost' };
      for (const version of oldVersions)
        assert.equal(await offer(where, version), refusedForVersion, version);
      for (const version of newVersions) assert.equal(await offer(where, version), version);
    };

    test('speaks TLS 1.2 and 1.3 only', everyVersion);
    test('and so with its next certificate', async () => {
      opened.replace(await issue());
      await everyVersion();
    });
  });
}

const clients: Readonly<Record<string, (port: number) => Promise<unknown>>> = {
  'the command line': async (port) => {
    const client = createArmClient({
      origin: `https://localhost:${port}`,
      tenantId: 't',
      clientId: 'c',
      clientSecret: 's',
      certificateAuthority,
    });
    // It answers no token: what comes after TLS is not looked at here.
    await client
      .send('GET', '/subscriptions')
      .catch((error: Error) => {
        if (!/Sign-in was refused/.test(error.message)) throw error;
      })
      .finally(client.close);
  },
  'the probe of a live connection': async (port) => {
    const outcome = await tryConnection({
      address: '127.0.0.1',
      port,
      serverName: 'localhost',
      certificateAuthority,
    });
    if (outcome !== 'connected') throw new Error(outcome);
  },
  'the client of the allow-list service': (port) =>
    fetchJson(`https://localhost:${port}/`, { origin: '', certificateAuthorities: authority.chain }),
  'the agent': async (port) => {
    const client = createHttpsClient({
      ports: { https: port, dns: 53 },
      certificateAuthorities: authority.chain,
    });
    await client.send({ method: 'GET', url: `https://localhost:${port}/` }).finally(client.release);
  },
};

for (const [what, connect] of Object.entries(clients)) {
  test(`R16: ${what} speaks to no server of TLS 1.1, and to one of TLS 1.2`, async () => {
    const pem = await issue();
    const against = async (version: 'TLSv1.1' | 'TLSv1.2'): Promise<void> => {
      const server = await serveUpTo(version, pem);
      await connect(server.port).finally(server.close);
    };
    await assert.rejects(against('TLSv1.1'), /alert protocol version|ALERT_PROTOCOL_VERSION/i);
    await against('TLSv1.2');
  });
}
