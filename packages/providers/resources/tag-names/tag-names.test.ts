import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '@tombolo/store/port';
import { createArmWorld, subscriptionId } from '@tombolo/testkit/arm-world';
import { providers } from '../../index.ts';

const subscription = `/subscriptions/${subscriptionId}`;
const names = `${subscription}/tagNames`;

/** `name=count: value×count …` */
const told = (value: readonly JsonObject[]): readonly string[] =>
  value.map(
    ({ tagName, count, values }) =>
      `${tagName}=${(count as JsonObject).value}: ${(values as readonly JsonObject[])
        .map(({ tagValue, count: own }) => `${tagValue}×${(own as JsonObject).value}`)
        .join(' ')}`,
  );

test('az tag list, create, add-value, remove-value and delete: what was predefined, and what resources carry', async () => {
  const world = await createArmWorld({ providers });
  const group = (name: string, tags: JsonObject) =>
    world.put(`${subscription}/resourceGroups/${name}`, { location: 'japaneast', tags });
  await group('a', { Lamp: 'red', keeper: 'x' });
  await group('b', { lamp: 'blue' });
  await group('c', { LAMP: 'red' });
  const list = async () => told(await world.listAll(names));
  assert.deepEqual(await list(), ['keeper=1: x×1', 'Lamp=3: red×2 blue×1']);
  const made = await world.put(`${names}/cost`, {});
  assert.deepEqual([made.status, made.json.id, made.json.count.value], [201, `${names}/cost`, 0]);
  assert.equal((await world.put(`${names}/COST`, {})).status, 200);
  assert.equal((await world.put(`${names}/cost/tagValues/high`, {})).json.tagValue, 'high');
  const early = await world.put(`${names}/none/tagValues/high`, {});
  assert.equal(`${early.status} ${early.json.error.code}`, '404 TagNotFound');
  for (const path of [`${names}/${'n'.repeat(257)}`, `${names}/cost/tagValues/${'v'.repeat(257)}`])
    assert.equal((await world.put(path, {})).json.error.code, 'InvalidRequestContent');
  assert.deepEqual(await list(), ['cost=0: high×0', 'keeper=1: x×1', 'Lamp=3: red×2 blue×1']);
  const refused = async (path: string): Promise<string> => {
    const { status, json } = await world.remove(path);
    return `${status} ${json?.error.code}`;
  };
  assert.equal(await refused(`${names}/cost`), '409 TagHasValues');
  assert.equal(await refused(`${names}/lamp`), '409 TagInUse');
  await world.put(`${names}/lamp`, {});
  await world.put(`${names}/lamp/tagValues/red`, {});
  assert.equal(await refused(`${names}/lamp/tagValues/red`), '409 TagInUse');
  assert.equal((await world.remove(`${names}/cost/tagValues/high`)).status, 200);
  assert.equal((await world.remove(`${names}/cost`)).status, 200);
  assert.equal((await world.remove(`${names}/cost`)).status, 204);
  assert.deepEqual(await list(), ['keeper=1: x×1', 'Lamp=3: red×2 blue×1']);
});

test('checkResourceName is served at the versions of subscriptions, too', async () => {
  const world = await createArmWorld({ providers });
  const body = { name: 'lamp', type: 'Microsoft.HybridCompute/machines' };
  for (const apiVersion of ['2022-12-01', '2021-04-01', '2015-11-01']) {
    const { status, json } = await world.post('/providers/Microsoft.Resources/checkResourceName', body, {
      apiVersion,
    });
    assert.deepEqual([status, json.status], [200, 'Allowed'], apiVersion);
  }
});
