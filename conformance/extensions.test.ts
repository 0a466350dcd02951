/** Extensions with @azure/arm-hybridcompute 3.0.0, and run commands as az sends them, on a real machine: agent, script and all. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { archiveOf } from '@tombolo/agent/extensions/package/package.testkit';
import { directoryOfFile } from '@tombolo/testkit/ends-with-file';
import { isAlive } from '@tombolo/testkit/processes';
import { startAgent } from './agent.ts';
import { poll } from './clients.ts';
import { openWorld } from './world.ts';

const world = await openWorld();
const group = await world.createGroup();
const scratch = directoryOfFile();
const agent = await startAgent(world, group, 'server');
const { machineExtensions, machines } = world.hybridCompute;
const handler = {
  location: 'westeurope',
  properties: {
    publisher: 'Microsoft.Azure.Extensions',
    type: 'CustomScript',
    typeHandlerVersion: '2.1',
  },
};

const extension = (properties: Record<string, unknown>) => ({
  ...handler,
  properties: { ...handler.properties, ...properties },
});

test('a script runs on the machine, with what is secret, and says what came of it', async () => {
  const file = join(scratch, 'written');
  const made = await machineExtensions.beginCreateOrUpdateAndWait(
    group,
    'server',
    'script',
    extension({
      settings: {},
      protectedSettings: {
        commandToExecute: `echo said; echo wrong >&2; umask 077; echo "$0 secret" > ${file}`,
      },
    }),
    poll,
  );
  assert.equal(made.properties?.provisioningState, 'Succeeded');
  assert.match(
    made.properties?.instanceView?.status?.message ?? '',
    /\[stdout\]\nsaid\n\n\[stderr\]\nwrong\n/,
  );
  assert.match(readFileSync(file, 'utf8'), /secret/);
  assert.doesNotMatch(JSON.stringify(made), /commandToExecute/);
  assert.doesNotMatch(agent.state('work/extensions.script.json'), /commandToExecute|secret/);
  const shown = await machines.get(group, 'server', { expand: 'instanceView' });
  assert.deepEqual(
    shown.properties?.extensions?.map(({ name, status }) => [name, status?.code]),
    [['script', '0']],
  );
});

test('a script that fails fails the operation with its output', async () => {
  const failing = machineExtensions.beginUpdateAndWait(
    group,
    'server',
    'script',
    { properties: { protectedSettings: { commandToExecute: 'echo half; exit 7' } } },
    poll,
  );
  await assert.rejects(failing, /exit status=7[\s\S]*half/);
  assert.equal(
    (await machineExtensions.get(group, 'server', 'script')).properties?.provisioningState,
    'Failed',
  );
});

test('a run command of az answers with its exit code and output', async () => {
  const id = `/subscriptions/${world.subscriptionId}/resourceGroups/${group}/providers/Microsoft.HybridCompute/machines/server/runCommands/who`;
  const path = `${id}?api-version=2026-06-16-preview`;
  const asked = {
    location: 'westeurope',
    properties: {
      asyncExecution: false,
      parameters: [{ name: 'LAMP', value: 'on' }],
      protectedParameters: [{ name: 'KEY', value: 'hidden' }],
      source: { script: 'echo "$LAMP $(printf %s "$KEY" | wc -c)"; exit 3' },
      timeoutInSeconds: 60,
    },
  };
  const sent = await world.send({ method: 'PUT', path, body: JSON.stringify(asked) });
  assert.equal(sent.status, 201, sent.text);
  const finished = await agent.operation(sent);
  assert.equal(finished.status, 'Succeeded');
  const { properties = {} } = (await world.send({ path })).json;
  const { executionState, exitCode, output } = properties.instanceView as Record<string, unknown>;
  assert.deepEqual([executionState, exitCode, output], ['Failed', 3, 'on 6\n']);
  assert.doesNotMatch(JSON.stringify(properties), /hidden/);
  const removed = await world.send({ method: 'DELETE', path });
  assert.equal((await agent.operation(removed)).status, 'Succeeded');
});

test('what is deleted ends, with all that it has started', async () => {
  const pids = join(scratch, 'pids');
  const started = await machineExtensions.beginCreateOrUpdate(
    group,
    'server',
    'script',
    extension({
      settings: { commandToExecute: `setsid sh -c 'echo $$ > ${pids}; exec sleep 600' & sleep 600` },
    }),
    poll,
  );
  // Nothing is sent before.
  await started.poll();
  await agent.until('the script runs', () => existsSync(pids) && readFileSync(pids, 'utf8').trim());
  const child = readFileSync(pids, 'utf8').trim();
  await machineExtensions.beginDeleteAndWait(group, 'server', 'script', poll);
  assert.ok(!isAlive(Number(child)), 'its child in another session ended too');
  assert.ok(!existsSync(join(agent.directory, 'work', 'extensions.script.d')));
  await assert.rejects(started.pollUntilDone(), /deleted|changed/);
  writeFileSync(pids, '');
});

test('a package that the operator adds is installed, shown by ARM, upgraded, and refused where its file was changed', async () => {
  const add = async (version: string) => {
    const file = join(scratch, `${version}.zip`);
    writeFileSync(file, archiveOf({ version }));
    return world.installation.tombolo('extension', 'add', file);
  };
  const trace = join(scratch, 'trace');
  const handlerName = { publisher: 'Lamp.Makers', type: 'Lamp' };
  const lamp = (typeHandlerVersion: string, more: object = {}) => ({
    location: 'westeurope',
    properties: { ...handlerName, typeHandlerVersion, settings: { trace }, ...more },
  });
  const installed = async () => {
    const { properties } = await machineExtensions.get(group, 'server', 'lamp');
    return properties?.provisioningState === 'Succeeded' && properties.instanceView?.typeHandlerVersion;
  };
  const upgrade = (targetVersion: string) =>
    world.hybridCompute.beginUpgradeExtensionsAndWait(
      group,
      'server',
      { extensionTargets: { 'Lamp.Makers.Lamp': { targetVersion } } },
      poll,
    );
  await add('1.2.0');
  await machineExtensions.beginCreateOrUpdateAndWait(group, 'server', 'lamp', lamp('1.2.0'), poll);
  assert.equal(await installed(), '1.2.0');
  assert.equal((await add('1.3.0')).upgrading, 0);
  await upgrade('1.3.0');
  assert.equal(await installed(), '1.3.0');
  assert.match(readFileSync(trace, 'utf8'), /1\.2\.0 enable [\s\S]*1\.2\.0 uninstall[\s\S]*1\.3\.0 enable /);

  const at = '/providers/Microsoft.HybridCompute/locations/westeurope/publishers';
  const read = async (path: string) => (await world.send({ path: `${path}?api-version=2025-01-13` })).json;
  const names = async (path: string) => (await read(path)).value?.map(({ name }) => name);
  for (const scope of ['', `/subscriptions/${world.subscriptionId}`]) {
    assert.deepEqual(await names(`${scope}${at}`), ['Lamp.Makers', 'Microsoft.Azure.Extensions']);
    const types = `${scope}${at}/lamp.makers/extensionTypes`;
    assert.deepEqual(await names(types), ['Lamp']);
    assert.deepEqual(await names(`${types}/lamp/versions`), ['1.3.0', '1.2.0']);
    const { properties } = await read(`${types}/lamp/versions/1.3.0`);
    assert.deepEqual(properties, { version: '1.3.0', extensionType: 'Lamp', publisher: 'Lamp.Makers' });
  }

  const { sha256 } = await add('1.4.0');
  const file = join(world.installation.state, 'extensions', String(sha256));
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(file, bytes);
  await assert.rejects(upgrade('1.4.0'), /SHA-256[\s\S]*Nothing of it was run/);
  await world.installation.tombolo('extension', 'remove', 'Lamp.Makers/Lamp/1.4.0');
  assert.ok(!existsSync(file));

  // @azure/arm-hybridcompute 3.0.0 does not know enableAutomaticUpgrade of an extension.
  const id = `/subscriptions/${world.subscriptionId}/resourceGroups/${group}/providers/Microsoft.HybridCompute/machines/server/extensions/lamp`;
  const body = JSON.stringify(lamp('1.3', { enableAutomaticUpgrade: true }));
  const put = await world.send({ method: 'PUT', path: `${id}?api-version=2025-01-13`, body });
  assert.equal((await agent.operation(put)).status, 'Succeeded');
  assert.equal((await add('1.10.0')).upgrading, 1);
  await agent.until('it is upgraded by itself', async () => (await installed()) === '1.10.0');
});
