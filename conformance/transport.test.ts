/** R16: every TLS listener speaks 1.2 or later, with a certificate of the installation's own authority. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connect, type SecureVersion } from 'node:tls';
import { createEndpoint, createNetwork, createScope } from './topology.ts';
import { shareWorld } from './world.ts';

const world = await shareWorld();

const group = await world.createGroup();
const scope = await createScope(world, group);
const { subnet } = await createNetwork(world, group, '127.125');
const endpoint = await createEndpoint(world, group, 'pe', { scopeId: scope.id!, subnetId: subnet.id! });
await world.settled();

const arm = new URL(world.origin);
const port = Number(arm.port);
const listeners = [
  { what: 'the ARM API', host: arm.hostname, servername: arm.hostname },
  {
    what: 'the public services',
    host: world.installation.ready.services.split(':')[0]!,
    servername: 'gbl.his.arc.azure.com',
  },
  ...endpoint.customDnsConfigs!.map(({ fqdn, ipAddresses }) => ({
    what: `the private endpoint's ${fqdn}`,
    host: ipAddresses![0]!,
    servername: fqdn!,
  })),
];

/** The protocol that was agreed on; rejects with OpenSSL's error. */
const handshake = (host: string, servername: string, version: SecureVersion): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port,
      servername,
      ca: world.ca,
      minVersion: version,
      maxVersion: version,
      // Lets OpenSSL offer what it would refuse to offer by itself.
      ciphers: 'DEFAULT:@SECLEVEL=0',
    });
    socket.on('error', reject);
    socket.on('secureConnect', () => {
      resolve(socket.getProtocol() ?? '');
      socket.destroy();
    });
  });

for (const { what, host, servername } of listeners) {
  describe(what, () => {
    for (const version of ['TLSv1', 'TLSv1.1'] as const) {
      test(`R16: refuses ${version} with an alert`, async () => {
        await assert.rejects(handshake(host, servername, version), {
          code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
        });
      });
    }
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      test(`speaks ${version} under its name`, async () => {
        assert.equal(await handshake(host, servername, version), version);
      });
    }
  });
}
