import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isInstallation, realClouds } from './cloud-profile.ts';
import { discoveryCall } from './members.ts';
import { regions, serviceTagSuffix } from './regions.ts';

/** Seed 004, row by row: the clouds' suffixes, ARM and sign-in; AzureUSGovernment has no notification service. */
const rows = [
  ['AzureCloud', 'azure.com', 'https://management.azure.com', 'https://login.microsoftonline.com', true],
  [
    'AzureUSGovernment',
    'azure.us',
    'https://management.usgovcloudapi.net',
    'https://login.microsoftonline.us',
    false,
  ],
  [
    'AzureChinaCloud',
    'azure.cn',
    'https://management.chinacloudapi.cn',
    'https://login.partner.chinacloudapi.cn',
    true,
  ],
] as const;

const relays: Readonly<Record<string, string>> = {
  AzureCloud: 'servicebus.windows.net',
  AzureChinaCloud: 'servicebus.chinacloudapi.cn',
};

test('the real clouds are those of seed 004, on 443 and 53, with the regions of each and no other', () => {
  assert.deepEqual(
    Object.keys(realClouds),
    rows.map(([name]) => name),
  );
  for (const [name, domain, resourceManager, activeDirectory, notified] of rows) {
    const { regions: offered, ...profile } = realClouds[name]!;
    assert.deepEqual(profile, {
      name,
      suffixes: {
        his: `his.arc.${domain}`,
        guestConfiguration: `guestconfiguration.${domain}`,
        kubernetesConfiguration: `dp.kubernetesconfiguration.${domain}`,
        ...(notified ? { notification: `guestnotificationservice.${domain}`, relay: relays[name] } : {}),
      },
      resourceManager,
      activeDirectory,
      ports: { https: 443, dns: 53 },
      certificateAuthorities: [],
    });
    const own = regions.filter(({ cloud }) => cloud === name).map((region) => region.name);
    assert.deepEqual(offered, own);
    assert.ok(own.length > 0 && own.length < regions.length);
  }
});

test('a region’s codes are asked for at the global host', () => {
  const { suffixes } = realClouds.AzureCloud!;
  assert.equal(
    discoveryCall({ name: 'japaneast' }, suffixes),
    'https://gbl.his.arc.azure.com/discovery?location=japaneast&api-version=2.1',
  );
});

test('a profile is of an installation where it says at which addresses the services are public', () => {
  for (const profile of Object.values(realClouds)) assert.equal(isInstallation(profile), false);
  assert.equal(isInstallation({ publicAddresses: [] }), false);
  assert.equal(isInstallation({ publicAddresses: ['127.0.0.2'] }), true);
});

test('the regional part of a service tag is the display name without spaces', () => {
  assert.equal(serviceTagSuffix({ displayName: 'Germany West Central' }), 'GermanyWestCentral');
});
