/** Run commands as clients see them; what the machine says comes as the hybrid services write it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heartbeatKey } from '@tombolo/store/heartbeat-fact';
import {
  type MachineReport,
  reportBody,
  reportIdOf,
  reportType,
  workOf,
} from '@tombolo/store/machine-report';
import type { JsonObject } from '@tombolo/store/port';
import { type ArmWorld, errorOf } from '@tombolo/testkit/arm-world';
import { machineId, newWorld, putMachine } from '../topology.testkit.ts';

const id = `${machineId}/runCommands/who`;
const body = (properties: JsonObject = {}): JsonObject => ({
  location: 'japaneast',
  properties: { source: { script: 'id' }, ...properties },
});

const worldWithMachine = async (): Promise<ArmWorld> => {
  const world = await newWorld();
  await putMachine(world, { clientPublicKey: 'the machine’s public key' });
  await world.store.recordFacts([
    { key: heartbeatKey(machineId), at: world.now(), value: { status: 'Connected' } },
  ]);
  return world;
};

const report = async (world: ArmWorld, said: Partial<MachineReport>): Promise<void> => {
  const { generation } = workOf((await world.store.get(id))!)!;
  const full = { generation, code: '0', message: 'said', time: new Date(world.now()).toISOString(), ...said };
  const puts = [{ id: reportIdOf(id), type: reportType, body: reportBody(full as MachineReport) }];
  await world.store.commit({ puts });
};

test('a script that ran and failed is a run command that succeeded; its instance view says what came of it', async () => {
  const world = await worldWithMachine();
  const secret = 'the password of the database';
  const made = await world.put(id, body({ protectedParameters: [{ name: 'KEY', value: secret }] }));
  assert.equal(made.status, 201);
  assert.deepEqual(made.json.properties.instanceView, { executionState: 'Pending' });
  await report(world, {
    phase: 'failed',
    executionState: 'Failed',
    exitCode: 3,
    output: 'out',
    error: 'err',
  });
  await world.settle();
  assert.equal((await world.get(made.headers['azure-asyncoperation']!)).json.status, 'Succeeded');
  const { properties } = (await world.get(id)).json;
  assert.equal(properties.provisioningState, 'Succeeded');
  assert.deepEqual(properties.instanceView, {
    executionState: 'Failed',
    executionMessage: 'said',
    exitCode: 3,
    output: 'out',
    error: 'err',
    statuses: [],
  });
  assert.equal(properties.protectedParameters, undefined);
  assert.doesNotMatch(JSON.stringify((await world.store.snapshot()).documents), new RegExp(secret));
});

test('one that is asynchronous is done when it has begun, and one that could not be run has failed', async () => {
  const world = await worldWithMachine();
  const made = await world.put(id, body({ asyncExecution: true }));
  await report(world, { phase: 'running', executionState: 'Running' });
  await world.settle();
  assert.equal((await world.get(made.headers['azure-asyncoperation']!)).json.status, 'Succeeded');
  const running = (await world.get(id)).json.properties;
  assert.deepEqual(
    [running.provisioningState, running.instanceView.executionState],
    ['Succeeded', 'Running'],
  );
  const again = await world.put(id, body());
  await report(world, {
    phase: 'failed',
    executionState: 'Failed',
    code: 'ExtensionBlocked',
    message: 'blocked',
  });
  await world.settle();
  const ended = (await world.get(again.headers['azure-asyncoperation']!)).json;
  assert.deepEqual([ended.status, ended.error.code], ['Failed', 'ExtensionBlocked']);
});

test('what is not served is refused by name', async () => {
  const world = await worldWithMachine();
  for (const [properties, code] of [
    [{ source: {} }, 'RunCommandWithoutScript'],
    [{ source: { script: 'id', scriptUri: 'https://files.test/id' } }, 'RunCommandWithoutScript'],
    [{ source: { commandId: 'RunShellScript' } }, 'RunCommandNotServed'],
    [{ outputBlobUri: 'https://files.test/out' }, 'RunCommandNotServed'],
    [{ timeoutInSeconds: 0 }, 'InvalidRequestContent'],
  ] as const)
    assert.equal(errorOf(await world.put(id, body(properties))).code, code);
  assert.equal(errorOf(await world.get(id)).code, 'HCRP404');
});
