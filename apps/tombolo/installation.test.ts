import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { httpsOrigin, localOrigin } from './installation.ts';

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
