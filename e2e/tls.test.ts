import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { childOfFile, directoryOfFile } from '@tombolo/testkit/ends-with-file';
import { signIn } from './arm.ts';
import { startServer } from './server.ts';
import { applyTopology } from './topology.ts';

const absent = spawnSync('openssl', ['version']).status === 0 ? false : 'openssl is absent';

/** What s_client ends with; it offers exactly this version, with the old ciphers that its default would withhold. */
const handshake = (
  address: string,
  version: string,
  name: string,
): Promise<{ code: number | null; output: string }> =>
  new Promise((resolve) => {
    const args = [
      's_client',
      '-connect',
      address,
      `-${version}`,
      '-cipher',
      'DEFAULT:@SECLEVEL=0',
      '-servername',
      name,
    ];
    const child = childOfFile(spawn('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] }));
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.on('close', (code) => resolve({ code, output }));
  });

describe('R16: every TLS listener', { skip: absent }, async () => {
  if (absent) return;
  const server = await startServer(join(directoryOfFile(), 'state'));
  const arm = await signIn(server.state, server.ready.resourceManager);
  const { members } = await applyTopology(server, arm);
  const port = new URL(server.ready.resourceManager).port;

  const listeners: readonly (readonly [string, string, string])[] = [
    ['ARM and sign-in', `127.0.0.1:${port}`, 'management.azure.com'],
    ['the public services', server.ready.services, 'gbl.his.arc.azure.com'],
    ['the notification service', server.ready.services, 'guestnotificationservice.azure.com'],
    ...members.map(
      ({ fqdn, address }) => [`the private endpoint at ${address}`, `${address}:${port}`, fqdn] as const,
    ),
  ];
  test('there are private endpoints among them', () => assert.equal(listeners.length, 3 + 6));

  for (const [what, address, name] of listeners) {
    for (const version of ['tls1', 'tls1_1']) {
      test(`${what} refuses ${version}`, async () => {
        const { code, output } = await handshake(address, version, name);
        assert.notEqual(code, 0, output);
        // It was offered and refused there, not withheld here, nor was nobody listening.
        assert.match(output, /alert protocol version/);
        assert.match(output, /CONNECTED/);
      });
    }
    for (const [version, shown] of [
      ['tls1_2', 'TLSv1.2'],
      ['tls1_3', 'TLSv1.3'],
    ] as const) {
      test(`${what} accepts ${version}`, async () => {
        const { code, output } = await handshake(address, version, name);
        assert.equal(code, 0, output);
        assert.match(output, new RegExp(`New, ${shown}|Protocol *: ${shown}`));
      });
    }
  }
});
