import assert from 'node:assert/strict';
import { test } from 'node:test';
import { realClouds } from '@tombolo/private-link';
import { currentCatalogue } from '@tombolo/requirements';
import { type CheckQuestion, checkList } from './question.ts';

const asked = (cloud: string, more: Partial<CheckQuestion> = {}) =>
  checkList(
    {
      ...{ profile: realClouds[cloud]!, privateLink: false, includeAll: false, operatingSystem: 'linux' },
      ...more,
    },
    currentCatalogue,
  );
const hosts = (
  list: ReturnType<typeof asked>,
  what: (entry: (typeof list.endpoints)[number]) => boolean | undefined,
) => list.endpoints.filter(what).map(({ host }) => host);

test('with a region its names are tried, with a private link scope they have to be private', () => {
  const publicly = asked('AzureCloud', { location: 'Japan East' });
  for (const host of ['gbl.his.arc.azure.com', 'je.his.arc.azure.com', 'login.microsoftonline.com'])
    assert.ok(hosts(publicly, ({ pattern, required }) => !pattern && required).includes(host), host);
  assert.deepEqual(
    hosts(publicly, (entry) => entry.private),
    [],
  );
  const privately = asked('AzureCloud', { location: 'japaneast', privateLink: true });
  assert.deepEqual(
    hosts(privately, (entry) => entry.private),
    [
      'agentserviceapi.guestconfiguration.azure.com',
      'gbl.his.arc.azure.com',
      'japan-ats.his.arc.azure.com',
      'japaneast-gas.guestconfiguration.azure.com',
      'je.his.arc.azure.com',
    ],
  );
});

test('the names that every machine asks for are tried in each cloud, before what cannot be tried', () => {
  for (const [cloud, names] of [
    ['AzureUSGovernment', ['agentserviceapi.guestconfiguration.azure.us', 'gbl.his.arc.azure.us']],
    ['AzureChinaCloud', ['agentserviceapi.guestconfiguration.azure.cn', 'gbl.his.arc.azure.cn']],
  ] as const) {
    const { endpoints } = asked(cloud);
    assert.deepEqual(
      endpoints.filter(({ host }) => (names as readonly string[]).includes(host)).map(({ host }) => host),
      names,
    );
    const patterns = endpoints.map(({ pattern }) => pattern);
    assert.deepEqual(
      patterns,
      patterns.toSorted((a, b) => Number(a) - Number(b)),
    );
  }
});

test('extensions add what they need; what a cloud has no table of is named', () => {
  const sql = hosts(asked('AzureCloud', { location: 'japaneast', extensions: 'sql' }), () => true);
  assert.ok(
    sql.some((host) => host.endsWith('arcdataservices.com')),
    String(sql),
  );
  const all = hosts(asked('AzureCloud', { location: 'japaneast', extensions: 'all' }), () => true);
  assert.ok(sql.every((host) => all.includes(host)));
  assert.ok(all.includes('global.handler.control.monitor.azure.com'));
  assert.match(
    asked('AzureChinaCloud', { extensions: 'sql' }).notes.join(),
    /sql-server need in AzureChinaCloud is not stated/,
  );
});

test('what the machine works without is left out, until it is asked for', () => {
  const optional = ({ required }: { readonly required: boolean }) => !required;
  assert.deepEqual(hosts(asked('AzureCloud'), optional), []);
  assert.deepEqual(hosts(asked('AzureCloud', { includeAll: true }), optional), [
    'dc.services.visualstudio.com',
  ]);
});

test('of an installation what it serves, at its ports', () => {
  const profile = {
    ...realClouds.AzureCloud!,
    resourceManager: 'https://management.azure.com:8443',
    activeDirectory: 'https://login.microsoftonline.com:8443',
    ports: { https: 8443, dns: 5300 },
    publicAddresses: ['127.0.0.1'],
  };
  const { endpoints } = asked('AzureCloud', { profile, location: 'japaneast' });
  const relay = 'azgn-japaneast-public-1p-tombolo-001.servicebus.windows.net';
  for (const host of ['gbl.his.arc.azure.com', 'management.azure.com', relay])
    assert.equal(endpoints.find((endpoint) => endpoint.host === host)?.port, 8443, host);
  assert.deepEqual(
    endpoints.filter(({ port }) => port !== 8443),
    [],
  );
  assert.deepEqual(
    endpoints.filter(({ host }) => /packages\.microsoft|pas\.windows/.test(host)),
    [],
  );
});

test('a region that the cloud does not have is refused', () => {
  assert.throws(
    () => asked('AzureUSGovernment', { location: 'japaneast' }),
    /of AzureCloud, not of AzureUSGovernment/,
  );
});
