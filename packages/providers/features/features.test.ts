import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createArmWorld, subscriptionId } from '@tombolo/testkit/arm-world';
import { providers } from '../index.ts';

const features = `/subscriptions/${subscriptionId}/providers/Microsoft.Features`;

test('az feature list, show and register: there are no preview features, of whatever namespace', async () => {
  const world = await createArmWorld({ providers });
  const apiVersion = '2021-07-01';
  for (const path of [
    `${features}/features`,
    `${features}/providers/Microsoft.HybridCompute/features`,
    `${features}/providers/Microsoft.Lamps/features`,
  ])
    assert.deepEqual((await world.get(path, { apiVersion })).json, { value: [] }, path);
  const one = `${features}/providers/Microsoft.HybridCompute/features/Lamp`;
  assert.equal((await world.get(one, { apiVersion })).status, 404);
  assert.equal((await world.post(`${one}/register`, undefined, { apiVersion })).status, 404);
});

test('paths with two providers for what is not here answer 404 in ARM’s words', async () => {
  const world = await createArmWorld({ providers });
  const code = async (path: string, method: 'GET' | 'PUT' | 'POST' = 'GET'): Promise<string> => {
    const { status, json } = await world.send(method, path, method === 'GET' ? undefined : {}, {
      apiVersion: '2021-07-01',
    });
    return `${status} ${json.error.code}`;
  };
  const subscription = `/subscriptions/${subscriptionId}`;
  const machine = `${subscription}/resourceGroups/g/providers/Microsoft.HybridCompute/machines/m`;
  for (const [path, expected] of [
    [
      `${subscription}/providers/Microsoft.Lamps/providers/Microsoft.HybridCompute/lamps`,
      '404 InvalidResourceNamespace',
    ],
    [
      `${subscription}/providers/Microsoft.Network/providers/Microsoft.HybridCompute/lamps`,
      '404 InvalidResourceType',
    ],
    [
      `${subscription}/providers/Microsoft.Network/providers/Microsoft.HybridCompute/lamps/x`,
      '404 InvalidResourceType',
    ],
    [`${machine}/providers/Microsoft.Lamps/lamps`, '404 InvalidResourceNamespace'],
    [`${machine}/providers/Microsoft.Lamps/lamps/x`, '404 InvalidResourceNamespace'],
    [`${machine}/providers/Microsoft.Network/lamps/x`, '404 InvalidResourceType'],
    ['/providers/Microsoft.Lamps/providers/Microsoft.Authorization/lamps', '404 InvalidResourceNamespace'],
  ] as const)
    assert.equal(await code(path), expected, path);
  assert.equal(
    await code(`${subscription}/providers/Microsoft.Lamps/providers/Microsoft.X/lamps/x/register`, 'POST'),
    '404 InvalidResourceNamespace',
  );
});
