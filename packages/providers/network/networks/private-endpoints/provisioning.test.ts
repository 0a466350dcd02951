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
        progress: world.progress,
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

  test('one that takes in a long round is alive as long as it takes it in, and is waited for', async () => {
    const world = await createPlacedWorld();
    await world.acknowledge('dns');
    world.advance(600_000);
    const began = world.now();
    world.progress.set('dns', { takenAt: began - 59_000, round: { sent: 1, of: 2, since: began - 300_000 } });
    await world.put(pe, endpointBody());
    await world.settle();
    assert.equal(world.now() - began, 1_200, 'until it has taken in nothing for a minute');
    world.progress.set('dns', { takenAt: world.now() });
    await world.put(`${pe}2`, endpointBody());
    await world.settle();
    assert.equal(world.now() - began, 11_200);
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
