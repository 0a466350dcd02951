import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createPlacedWorld, endpointBody, inGroup } from '../../network.testkit.ts';

const pe = inGroup('privateEndpoints', 'pe');

describe('provisioning', () => {
  test('waits until every live follower has applied it', async () => {
    const world = await createPlacedWorld();
    await world.acknowledge('gateway');
    const created = await world.put(pe, endpointBody());
    const operation = created.headers['azure-asyncoperation']!;
    const { operationKinds } = (await import('../../manifest.ts')).networkProvider;
    const stored = await world.store.operation(new URL(operation).pathname.split('/').at(-1)!);
    const step = () =>
      operationKinds![stored!.kind]!.step({
        operation: stored!,
        store: world.store,
        now: world.now(),
        newGuid: world.newGuid,
        settings: world.settings,
        registry: world.registry,
      });
    assert.equal((await step()).status, 'InProgress');
    assert.equal((await world.get(operation)).json.status, 'InProgress');
    await world.acknowledge('gateway');
    assert.equal((await step()).status, 'Succeeded');
  });

  test('a follower that never applies it delays it by ten seconds at most, with a warning', async () => {
    const world = await createPlacedWorld();
    await world.acknowledge('dns');
    const began = world.now();
    await world.put(pe, endpointBody());
    await world.settle();
    assert.equal(world.now() - began, 10_000);
    const stored = await world.store.get(pe);
    assert.match(String(stored!.body.warning), /dns/);
    assert.equal((await world.get(pe)).json.warning, undefined);
    assert.equal((await world.get(pe)).json.properties.provisioningState, 'Succeeded');
  });

  test('a follower that has been silent for a minute is not waited for', async () => {
    const world = await createPlacedWorld();
    await world.acknowledge('old');
    world.advance(60_001);
    const began = world.now();
    await world.put(pe, endpointBody());
    await world.settle();
    assert.equal(world.now(), began);
  });

  test('an endpoint deleted before it was ready ends its operation as Failed', async () => {
    const world = await createPlacedWorld();
    const created = await world.put(pe, endpointBody());
    await world.remove(pe);
    await world.settle();
    assert.equal((await world.get(created.headers['azure-asyncoperation']!)).json.status, 'Failed');
    assert.deepEqual(world.failures, []);
  });
});
