/** The life of an extension as clients see it; what its machine says comes as the hybrid services write it. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nameOf } from '@tombolo/store/document';
import { heartbeatKey } from '@tombolo/store/heartbeat-fact';
import {
  type MachineReport,
  reportBody,
  reportIdOf,
  reportType,
  workOf,
} from '@tombolo/store/machine-report';
import type { JsonObject } from '@tombolo/store/port';
import { type Answer, type ArmWorld, errorOf } from '@tombolo/testkit/arm-world';
import { machineId, newWorld, putMachine, putScope, scopeId } from '../topology.testkit.ts';

const clientPublicKey = 'the machine’s public key';
const id = `${machineId}/extensions/script`;
const secret = 'the password of the database';

const body = (properties: JsonObject = {}): JsonObject => ({
  location: 'japaneast',
  properties: {
    publisher: 'Microsoft.Azure.Extensions',
    type: 'CustomScript',
    typeHandlerVersion: '2.1',
    settings: { commandToExecute: 'true' },
    ...properties,
  },
});

/** A machine whose agent has been heard of. */
const worldWithMachine = async (options: Parameters<typeof newWorld>[0] = {}): Promise<ArmWorld> => {
  const world = await newWorld(options);
  await putMachine(world, { clientPublicKey });
  await beat(world);
  return world;
};

const beat = (world: ArmWorld): Promise<void> =>
  world.store.recordFacts([
    { key: heartbeatKey(machineId), at: world.now(), value: { status: 'Connected' } },
  ]);

const report = async (world: ArmWorld, said: Partial<MachineReport> = {}, of = id): Promise<void> => {
  const { generation } = workOf((await world.store.get(of))!)!;
  const full = {
    generation,
    phase: 'succeeded',
    code: '0',
    message: 'done',
    time: new Date(world.now()).toISOString(),
  };
  const puts = [
    { id: reportIdOf(of), type: reportType, body: reportBody({ ...full, ...said } as MachineReport) },
  ];
  await world.store.commit({ puts });
};

const operationOf = async (world: ArmWorld, answer: Answer): Promise<Answer['json']> => {
  await world.settle();
  return (await world.get(answer.headers['azure-asyncoperation']!)).json;
};

const shown = async (world: ArmWorld): Promise<Answer['json']> => (await world.get(id)).json.properties;

describe('an extension', () => {
  test('is Creating until its machine has reported, and the operation ends with the report', async () => {
    const world = await worldWithMachine();
    const created = await world.put(id, body());
    // `az connectedmachine extension create` knows no 201.
    assert.equal(created.status, 200);
    assert.equal(created.json.properties.provisioningState, 'Creating');
    assert.equal((await world.get(created.headers['azure-asyncoperation']!)).json.status, 'InProgress');
    await report(world, { message: 'Enable succeeded', handlerVersion: '2.1.13' });
    assert.equal((await operationOf(world, created)).status, 'Succeeded');
    const { provisioningState, instanceView, ...rest } = await shown(world);
    assert.equal(provisioningState, 'Succeeded');
    assert.deepEqual(rest, body().properties);
    assert.deepEqual(instanceView, {
      name: 'script',
      type: 'CustomScript',
      typeHandlerVersion: '2.1.13',
      status: {
        code: '0',
        level: 'Info',
        displayStatus: 'Provisioning succeeded',
        message: 'Enable succeeded',
        time: new Date(world.now()).toISOString(),
      },
    });
    const listed = await world.get(`${machineId}/extensions`);
    assert.deepEqual(listed.json.value, [(await world.get(id)).json]);
    const machine = await world.get(`${machineId}?$expand=instanceView`);
    assert.deepEqual(machine.json.properties.extensions, [instanceView]);
    assert.equal((await world.get(machineId)).json.properties.extensions, undefined);
  });

  test('that failed on its machine fails the operation with what the machine said', async () => {
    const world = await worldWithMachine();
    const created = await world.put(id, body());
    await report(world, { phase: 'failed', code: '3', message: 'Enable failed: exit status=3' });
    assert.deepEqual((await operationOf(world, created)).error, {
      code: '3',
      message: 'Enable failed: exit status=3',
    });
    assert.equal((await shown(world)).provisioningState, 'Failed');
    const again = await world.put(id, body());
    assert.ok(again.headers['azure-asyncoperation'], 'what failed is tried again');
    assert.equal((await shown(world)).provisioningState, 'Updating');
  });

  test('of a machine that does not come fails in bounded time, and says so', async () => {
    const world = await worldWithMachine();
    const created = await world.put(id, body());
    const { error } = await operationOf(world, created);
    assert.equal(error.code, 'MachineDidNotReport');
    assert.match(error.message, /within 6 hours.*send the request again/);
    const { provisioningState, instanceView } = await shown(world);
    assert.equal(provisioningState, 'Failed');
    assert.equal(instanceView.status.message, error.message);
    await report(world);
    assert.equal((await shown(world)).provisioningState, 'Succeeded', 'it came later');
  });

  test('that was begun and never ended fails two hours after it began', async () => {
    const world = await worldWithMachine();
    const created = await world.put(id, body());
    await report(world, { phase: 'running' });
    const before = world.now();
    assert.match((await operationOf(world, created)).error.message, /began, and has reported no end/);
    assert.equal(world.now() - before, 2 * 3_600_000);
  });

  test('keeps its protected settings for its machine alone', async () => {
    const given: string[][] = [];
    const seal = async (...asked: [string, string]) => `sealed ${given.push(asked)}`;
    const world = await worldWithMachine({ seal });
    const answers = [await world.put(id, body({ protectedSettings: { password: secret } }))];
    answers.push(await world.get(id), await world.get(`${machineId}/extensions`));
    const { sealed } = workOf((await world.store.get(id))!)!;
    const { documents } = await world.store.snapshot();
    for (const each of [
      ...answers.map(({ json }) => json),
      documents,
      await world.store.audit({ limit: 100 }),
    ])
      assert.doesNotMatch(JSON.stringify(each), new RegExp(secret));
    assert.doesNotMatch(JSON.stringify(answers.map(({ json }) => json)), /sealed|work/);
    assert.deepEqual(given, [[clientPublicKey, JSON.stringify({ password: secret })]]);
    const patched = await world.patch(id, { properties: { forceUpdateTag: '2' } });
    assert.equal(patched.status, 200);
    assert.equal(workOf((await world.store.get(id))!)!.sealed, sealed, 'a patch leaves them');
    await world.put(id, body());
    assert.equal(
      workOf((await world.store.get(id))!)!.sealed,
      undefined,
      'a PUT without them takes them away',
    );
  });

  test('is not taken with protected settings where the machine has no key', async () => {
    const world = await newWorld();
    await putMachine(world);
    const refused = await world.put(id, body({ protectedSettings: { password: secret } }));
    assert.equal(refused.status, 409);
    assert.equal(errorOf(refused).code, 'MachineHasNoKey');
    assert.doesNotMatch(JSON.stringify(refused.json), new RegExp(secret));
  });

  test('asks nothing of its machine again that is done, and asks what is new', async () => {
    const world = await worldWithMachine();
    const generation = async () => workOf((await world.store.get(id))!)!.generation;
    await world.put(id, body({ settings: { a: 1, b: 2 } }));
    await report(world);
    await world.settle();
    const first = await generation();
    const again = await world.put(id, body({ settings: { b: 2, a: 1 } }));
    assert.equal(again.headers['azure-asyncoperation'], undefined);
    assert.equal(again.json.properties.provisioningState, 'Succeeded');
    assert.equal(await generation(), first);
    const forced = await world.patch(id, { properties: { forceUpdateTag: 'again' } });
    assert.notEqual(await generation(), first);
    const later = await world.patch(id, { properties: { settings: { a: 3 } } });
    await report(world);
    assert.equal((await operationOf(world, forced)).error.code, 'OperationPreempted');
    assert.equal((await operationOf(world, later)).status, 'Succeeded');
    assert.deepEqual((await shown(world)).settings, { a: 3, b: 2 });
  });

  test('goes when its machine has removed it', async () => {
    const world = await worldWithMachine();
    await world.put(id, body());
    await report(world);
    await world.settle();
    const deleted = await world.remove(id);
    assert.equal(deleted.status, 202);
    assert.equal((await shown(world)).provisioningState, 'Deleting');
    await report(world, { phase: 'removed' });
    assert.equal((await operationOf(world, deleted)).status, 'Succeeded');
    assert.equal(errorOf(await world.get(id)).code, 'HCRP404');
    assert.equal(await world.store.get(reportIdOf(id)), undefined);
    assert.equal((await world.remove(id)).status, 204);
    const other = await world.put(`${machineId}/extensions/other`, body());
    assert.equal(other.status, 200, 'its handler is free');
  });

  test('of a machine without an agent goes at once, and with its machine without being asked', async () => {
    const world = await newWorld();
    await putMachine(world, { clientPublicKey });
    await world.put(id, body());
    assert.equal((await world.remove(id)).status, 200);
    await world.put(id, body());
    await beat(world);
    await report(world);
    assert.equal((await world.remove(machineId)).status, 200);
    const left = (await world.store.snapshot()).documents.filter((each) => each.id.startsWith(machineId));
    assert.deepEqual(left, []);
  });

  test('of a machine in a scope says what it needs beside Arc, before it is installed (R12)', async () => {
    const world = await newWorld();
    const warned = async (properties: JsonObject = {}): Promise<string> =>
      (await world.put(id, body(properties))).headers['x-tombolo-warning'] ?? '';
    await putMachine(world);
    assert.equal(await warned(), '', 'everything is public to it');
    await putScope(world);
    await putMachine(world, { privateLinkScopeResourceId: scopeId });
    assert.match(
      await warned(),
      /CustomScript uses Azure Blob storage, which .* does not carry.*public network, or by .*storageAccounts, group blob/,
    );
    const service = { serviceExtensionType: 'CustomScript', serviceExtensionPublicNetworkAccess: 'Disabled' };
    await putScope(world, { serviceExtensions: [service] });
    assert.match(await warned(), /keep it from the public network: it needs a private endpoint of its own/);
    const other = await world.put(`${machineId}/extensions/other`, body({ type: 'Other' }));
    assert.equal(other.headers['x-tombolo-warning'], undefined);
  });

  test('is refused by code where it cannot be', async () => {
    const world = await worldWithMachine();
    await world.put(id, body());
    const other = `${machineId}/extensions/other`;
    for (const [path, properties, status, code] of [
      [other, {}, 409, 'ExtensionHandlerInUse'],
      [id, { type: 'AzureMonitorLinuxAgent' }, 409, 'ExtensionHandlerCannotBeChanged'],
      [other, { publisher: null }, 400, 'HCRP400'],
      [other, { typeHandlerVersion: 'latest' }, 400, 'InvalidRequestContent'],
      [other, { settings: { script: 'x'.repeat(262_144) } }, 400, 'InvalidRequestContent'],
      [`${machineId}x/extensions/other`, {}, 404, 'ParentResourceNotFound'],
    ] as const) {
      const refused = await world.put(path, body(properties));
      assert.deepEqual([refused.status, errorOf(refused).code], [status, code], path);
    }
    for (let number = 1; number < 32; number += 1)
      assert.equal(
        (await world.put(`${machineId}/extensions/e${number}`, body({ type: `T${number}` }))).status,
        200,
      );
    const one = await world.put(`${machineId}/extensions/more`, body({ type: 'More' }));
    assert.equal(errorOf(one).code, 'TooManyExtensions');
    assert.equal(nameOf(id), 'script');
  });
});
