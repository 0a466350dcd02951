import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { realClouds } from '@tombolo/private-link';
import { effectiveConfiguration } from './configuration.ts';
import { AgentFailure } from './failure.ts';
import { openLogFile } from './log-file.ts';
import { readMachineFacts } from './machine-facts.ts';
import { renderShow, type Shown, showLines } from './show.ts';
import {
  type AgentStatus,
  type ConnectedState,
  openStateDirectory,
  readStateDirectory,
} from './state-directory.ts';

const directory = mkdtempSync(join(tmpdir(), 'tombolo-show-'));
after(() => rmSync(directory, { recursive: true }));

const now = Date.UTC(2026, 10, 27);
const machineId = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.HybridCompute/machines/server-1';
const connected = {
  ...{ machineId, subscriptionId: 's', tenantId: 't', resourceGroup: 'rg', resourceName: 'server-1' },
  ...{ location: 'japaneast', correlationId: 'c', vmId: 'v', profile: realClouds.AzureCloud! },
  ...{ certificate: { serial: '1', notAfter: now + 80 * 86_400_000 } },
  connectedAt: new Date(now).toISOString(),
} as ConnectedState;
const machine = { vmUuid: '', manufacturer: '', model: '', cloudProvider: 'N/A', mssqlDetected: false };
const status: AgentStatus = {
  ...{ agentVersion: '1.67', heartbeats: 3, failures: 0, updatedAt: '' },
  status: 'Connected',
  lastHeartbeat: new Date(now - 60_000).toISOString(),
};
const base: Shown = {
  ...{
    connected,
    status,
    machine,
    proxy: 'http://proxy:80',
    running: true,
    logFile: '/state/log/agent.log',
    now,
  },
  configuration: effectiveConfiguration({
    'proxy.bypass': ['Arc', 'AAD'],
    'config.mode': 'monitor',
  }),
};
const json = (shown: Partial<Shown> = {}, ...wanted: readonly string[]) =>
  JSON.parse(renderShow(showLines({ ...base, ...shown }), wanted, true));

test("show has azcmagent 1.39's lines in its order, then its own", () => {
  const labels = showLines(base).map(([label]) => label);
  assert.deepEqual(labels.slice(0, 28), [
    ...['Resource Name', 'Resource Group Name', 'Resource Namespace', 'Resource Id', 'Subscription ID'],
    ...['Tenant ID', 'VM ID', 'Correlation ID', 'VM UUID', 'Location', 'Cloud', 'Agent Version'],
    ...['Agent Logfile', 'Agent Status', 'Agent Last Heartbeat', 'Agent Error Code'],
    ...['Agent Error Details', 'Agent Error Timestamp', 'Using HTTPS Proxy', 'Proxy Bypass List'],
    ...['Cloud Provider', 'Cloud Metadata', 'Manufacturer', 'Model', 'MSSQL Server Detected'],
    ...['Dependent Service Status', 'Portal Page', 'Disabled Features'],
  ]);
  const text = renderShow(showLines(base), [], false);
  assert.match(text, /^Dependent Service Status +:\n {2}GC Service \(gcarcservice\) +: inactive\n/m);
  assert.match(text, /^ {2}Agent Service \(himds\) +: active$/m);
  assert.match(text, /^Proxy Bypass List +: Arc, AAD$/m);
  assert.match(
    text,
    /^Portal Page +: https:\/\/portal\.azure\.com\/#@t\/resource\/subscriptions\/s\/.*overview$/m,
  );
});

test('the JSON keys that scripts read, of all lines and of single ones', () => {
  const all = json();
  assert.deepEqual(
    [all.status, all.lastHeartbeat, all.agentVersion, all.location, all.httpsProxy, all.proxyBypass],
    [...['Connected', status.lastHeartbeat, '1.67', 'japaneast'], ...['http://proxy:80', ['Arc', 'AAD']]],
  );
  assert.deepEqual([all.agentErrorCode, all.agentErrorDetails], ['', '']);
  assert.deepEqual(all.services[2], {
    ...{ displayName: 'Agent Service', serviceName: 'himds', status: 'active' },
  });
  const off = effectiveConfiguration({ 'extensions.enabled': false });
  for (const [shown, wanted] of [
    [{}, 'active'],
    [{ configuration: off }, 'inactive'],
    [{ running: false }, 'inactive'],
  ] as const)
    assert.equal(json(shown).services[1].status, wanted);
  assert.deepEqual(all.disabledFeatures, ['guestconfiguration', 'incomingconnections']);
  assert.deepEqual(json({}, 'AGENT STATUS', 'httpsproxy'), {
    status: 'Connected',
    httpsProxy: all.httpsProxy,
  });
  assert.throws(
    () => json({}, 'nothing'),
    (error) => error instanceof AgentFailure && error.number === 23,
  );
  assert.equal(json({ operatingSystem: { osName: 'linux' } }, 'OS Name').osName, 'linux');
});

test('a status is as old as its heartbeat, whatever the daemon last wrote', () => {
  const after = (ms: number, more: Partial<Shown> = {}) => json({ now: now + ms, ...more }, 'status').status;
  assert.equal(after(13 * 60_000), 'Connected');
  assert.equal(after(15 * 60_000), 'Disconnected');
  assert.equal(after(46 * 86_400_000), 'Expired');
  assert.equal(after(81 * 86_400_000, { status: undefined }), 'Expired');
  assert.equal(after(0, { status: { ...status, status: 'Disconnected' } }), 'Disconnected');
  assert.equal(after(0, { connected: undefined }), 'Disconnected');
});

test('what only root reads of the machine comes from the daemon', () => {
  const root = join(directory, 'root');
  mkdirSync(join(root, 'sys/class/dmi/id'), { recursive: true });
  for (const [name, content] of [
    ['sys_vendor', 'Amazon EC2\n'],
    ['product_name', 'm5.large\n'],
    ['product_uuid', 'EC2AAAAA-0000\n'],
  ] as const)
    writeFileSync(join(root, 'sys/class/dmi/id', name), content);
  const left = readMachineFacts(root);
  assert.deepEqual(left, {
    ...{ vmUuid: 'ec2aaaaa-0000', manufacturer: 'Amazon EC2', model: 'm5.large' },
    ...{ cloudProvider: 'AWS', mssqlDetected: false },
  });
  const { vmUuid, model } = json({ status: { ...status, machine: left } }, 'vmUuid', 'model');
  assert.deepEqual([vmUuid, model], ['ec2aaaaa-0000', 'm5.large']);
});

describe('the state directory of a reader', () => {
  test('is not made by looking, and tells its daemon', async () => {
    const path = join(directory, 'none');
    const reader = readStateDirectory(path);
    assert.deepEqual(
      [await reader.readConnected(), await reader.readStatus(), await reader.daemon()],
      [undefined, undefined, undefined],
    );
    assert.equal(statSync(path, { throwIfNoEntry: false }), undefined);
    const state = await openStateDirectory(path);
    const release = await state.lock('run');
    assert.equal(await reader.daemon(), process.pid);
    await release();
    assert.equal(await reader.daemon(), undefined);
  });
});

test('the log has a bound: the oldest file goes', () => {
  const path = join(directory, 'log', 'agent.log');
  const log = openLogFile(path, 10);
  for (let number = 0; number < 20; number += 1) log(`line ${number}\n`);
  const files = readdirSync(join(directory, 'log'));
  assert.equal(files.length, 6);
  for (const file of files) assert.equal(statSync(join(directory, 'log', file)).mode & 0o777, 0o600);
  writeFileSync(join(directory, 'file'), '');
  openLogFile(join(directory, 'file', 'agent.log'))('no place to write: no error');
});
