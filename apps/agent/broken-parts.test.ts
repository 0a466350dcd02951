/** `check` against parts that are broken as they break in the field: each has its problem, and nothing that is whole has one. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  brokenPartsAreMissing,
  forbidden,
  inspectionName,
  openBrokenParts,
  proxyPort,
} from './broken-parts.testkit.ts';

interface Shown {
  readonly reachable: boolean | null;
  readonly proxyStatus: string;
  readonly certificate: { readonly issuer: string } | null;
  readonly problem: { readonly code: string; readonly message: string } | null;
}

describe('check, where parts are really broken', { skip: brokenPartsAreMissing }, async () => {
  if (brokenPartsAreMissing) return;
  const inspected = 'guestnotificationservice.azure.com';
  const parts = await openBrokenParts({
    'gbl.his.arc.azure.com': 'whole',
    'je.his.arc.azure.com': 'public',
    'japan-ats.his.arc.azure.com': 'old',
    'japaneast-gas.guestconfiguration.azure.com': 'expired',
    'graph.microsoft.com': 'closed',
    'agentserviceapi.guestconfiguration.azure.com': 'dropped',
    [inspected]: 'inspected',
    'login.test': 'whole',
    'management.test': 'other',
    'pas.windows.net': 'nothing',
    'dc.services.visualstudio.com': 'refusing',
    [forbidden]: 'whole',
    'telemetry.japaneast.arcdataservices.com': 'unanswered',
    'san-af-japaneast-prod.azurewebsites.net': 'whole',
  });
  const run = async (env: Readonly<Record<string, string>> = {}) => {
    const { code, stdout } = await parts.check(
      env,
      '-p',
      ...['--extensions', 'sql', '--include-all', '--timeout', '8'],
    );
    const all = new Map(
      Object.entries(JSON.parse(stdout) as Record<string, Shown>)
        .map(([url, shown]) => [url.replace('https://', ''), shown] as const)
        .filter(([, { reachable }]) => reachable !== null),
    );
    const problems = Object.fromEntries([...all].map(([host, { problem }]) => [host, problem?.code]));
    return { code, all, problems };
  };
  const proxied = (user: string) => ({ HTTPS_PROXY: `http://${user}127.0.0.1:${proxyPort}` });
  // At once: each is as long as the endpoint whose packets vanish.
  const running = Promise.all([
    run(),
    run({ ...proxied('me:secret@'), SSL_CERT_FILE: parts.inspectionFile }),
    run(proxied('')),
  ]);

  test('each has its own problem, beside those that have none', async () => {
    const [{ code, all, problems }] = await running;
    assert.equal(code, 26);
    assert.deepEqual(problems, {
      'gbl.his.arc.azure.com': undefined,
      'je.his.arc.azure.com': 'NotPrivate',
      'japan-ats.his.arc.azure.com': 'TlsTooOld',
      'japaneast-gas.guestconfiguration.azure.com': 'CertificateExpired',
      'graph.microsoft.com': 'Refused',
      'agentserviceapi.guestconfiguration.azure.com': 'NoAnswer',
      [inspected]: 'NotTrusted',
      'login.test': undefined,
      'management.test': 'WrongName',
      'pas.windows.net': 'NameNotFound',
      'dc.services.visualstudio.com': 'TlsFailed',
      [forbidden]: undefined,
      'telemetry.japaneast.arcdataservices.com': 'ResolverFailed',
      'san-af-japaneast-prod.azurewebsites.net': undefined,
    });
    assert.match(all.get(inspected)?.problem?.message ?? '', new RegExp(`issuer ${inspectionName}`));
  });

  test('by a proxy: what it forbids, what it does not reach, and what is broken behind it; an authority in SSL_CERT_FILE is trusted', async () => {
    const [, { all, problems }] = await running;
    assert.deepEqual([...new Set([...all.values()].map(({ proxyStatus }) => proxyStatus))], ['used']);
    assert.equal(all.get(inspected)?.certificate?.issuer, inspectionName);
    assert.deepEqual(problems, {
      'gbl.his.arc.azure.com': undefined,
      'je.his.arc.azure.com': 'NotPrivate',
      'japan-ats.his.arc.azure.com': 'TlsTooOld',
      'japaneast-gas.guestconfiguration.azure.com': 'CertificateExpired',
      'graph.microsoft.com': 'ProxyFailed',
      'agentserviceapi.guestconfiguration.azure.com': 'ProxyFailed',
      [inspected]: undefined,
      'login.test': undefined,
      'management.test': 'WrongName',
      'pas.windows.net': 'ProxyFailed',
      'dc.services.visualstudio.com': 'TlsFailed',
      [forbidden]: 'ProxyRefused',
      'telemetry.japaneast.arcdataservices.com': 'ProxyFailed',
      'san-af-japaneast-prod.azurewebsites.net': undefined,
    });
  });

  test('a proxy that asks for a password', async () => {
    const [, , { code, problems, all }] = await running;
    assert.equal(code, 26);
    assert.deepEqual([...new Set(Object.values(problems))], ['ProxyRefused']);
    assert.match(all.get('gbl.his.arc.azure.com')?.problem?.message ?? '', /HTTP 407/);
  });
});
