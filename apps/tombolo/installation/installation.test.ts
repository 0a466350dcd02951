import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { regionsOf } from '@tombolo/private-link';
import { readConfiguration } from './configuration.ts';
import { httpsOrigin, localOrigin, prepareInstallation, servedRegions } from './installation.ts';
import { openStateDirectory } from './state-directory.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tombolo-installation-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

describe('the regions of an installation', () => {
  test('that version 0.1 offered of other clouds are served on, start after start, and not offered', async () => {
    const configured = readConfiguration(undefined, { httpsPort: 0, dnsPort: 0 }, {});
    const state = openStateDirectory(join(scratch, 'before'));
    const before = await prepareInstallation(state, configured);
    assert.deepEqual(servedRegions(before), before.regions);
    const old = { ...before, regions: ['japaneast', 'usgovvirginia', 'chinaeast2'] };
    writeFileSync(state.file('installation.json'), JSON.stringify(old), { mode: 0o600 });
    for (const start of ['first', 'second']) {
      const installation = await prepareInstallation(state, configured);
      assert.deepEqual(
        installation.regions,
        regionsOf('AzureCloud').map(({ name }) => name),
        start,
      );
      assert.deepEqual(installation.formerRegions, ['usgovvirginia', 'chinaeast2'], start);
      assert.ok(servedRegions(installation).includes('chinaeast2'));
      assert.equal(installation.subscriptionId, before.subscriptionId);
    }
  });
});

const at = (arm: string, https: number) => ({
  addresses: { arm, services: '127.0.0.2', dns: '127.0.0.1' },
  ports: { https, dns: 53 },
});

describe('the origin of an installation', () => {
  test('is what a URL library makes of it: no default port, IPv6 in brackets', () => {
    assert.equal(localOrigin(at('127.0.0.1', 8443)), 'https://localhost:8443');
    assert.equal(localOrigin(at('127.0.0.1', 443)), 'https://localhost');
    assert.equal(localOrigin(at('10.0.0.4', 443)), 'https://10.0.0.4');
    assert.equal(localOrigin(at('::1', 8443)), 'https://[::1]:8443');
    for (const port of [443, 8443]) {
      const origin = httpsOrigin(at('127.0.0.1', port), 'management.azure.com');
      assert.equal(new URL(`${origin}/`).origin, origin);
    }
  });
});
