/** Names of Microsoft Entra ID that the catalogue has, or had: an installation serves each, for older agents ask for them. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { publicZones } from '@tombolo/dns';
import { currentCatalogue, seedCatalogue } from '@tombolo/requirements';
import { armServerNames, cloudProfile, type Installation, publicHosts } from './installation.ts';

const installation = {
  tenantId: 'e0000000-0000-4000-8000-000000000001',
  addresses: { arm: '127.0.0.8', services: '127.0.0.9', dns: '127.0.0.1' },
  ports: { https: 443, dns: 53 },
  regions: ['japaneast'],
} as unknown as Installation;

/** Of servers in AzureCloud, withdrawn ones too; patterns have names that nobody lists. */
const listed = new Set(
  [seedCatalogue, currentCatalogue]
    .flatMap(({ requirements }) => requirements)
    .filter(({ product, cloud }) => product === 'servers' && cloud === 'AzureCloud')
    .filter(({ serviceTag, host }) => serviceTag === 'AzureActiveDirectory' && !host.includes('*'))
    .map(({ host }) => host),
);

test('each sign-in name that the tables of servers ever had resolves, and is in the certificate', () => {
  assert.deepEqual([...listed].sort(), ['login.microsoftonline.com', 'login.windows.net', 'pas.windows.net']);
  const zones = publicZones(cloudProfile(installation, '', []), publicHosts(installation));
  for (const name of listed) {
    assert.ok(zones.has(name), name);
    assert.ok(armServerNames(installation).includes(name), name);
  }
  const withdrawn = currentCatalogue.requirements.find(
    ({ id }) => id === 'servers/AzureCloud/page/login.windows.net',
  );
  assert.equal(withdrawn?.page?.withdrawn, '2024-11-05');
});
