import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ArmError } from './arm-error.ts';
import type { Method } from './message.ts';
import { createRegistry } from './registry.ts';
import { defineResourceType } from './resource-type.ts';
import { route } from './route.ts';

const define = (type: string, actions = {}) =>
  defineResourceType<never>({ type, apiVersions: ['2024-01-01'], placement: 'proxy', lists: [], actions });
const registry = createRegistry([
  {
    namespace: 'Microsoft.Resources',
    types: [
      define('Microsoft.Resources/subscriptions'),
      define('Microsoft.Resources/providers'),
      define('Microsoft.Resources/subscriptions/providers', {
        register: { run: async () => ({ status: 200, headers: {} }) },
      }),
      define('Microsoft.Resources/subscriptions/resourceGroups'),
      define('Microsoft.Resources/subscriptions/resourceGroups/resources'),
      define('Microsoft.Resources/subscriptions/operationresults'),
      define('Microsoft.Resources/tags'),
    ],
  },
  {
    namespace: 'Microsoft.X',
    types: [
      define('Microsoft.X/ys', { poke: { run: async () => ({ status: 200, headers: {} }) } }),
      define('Microsoft.X/ys/zs'),
      define('Microsoft.X/locations/ops'),
    ],
  },
]);

describe('routes', () => {
  const table: readonly (readonly [Method, string, string, string])[] = [
    ['GET', '/subscriptions', 'collection', 'Microsoft.Resources/subscriptions'],
    [
      'GET',
      '/SUBSCRIPTIONS/s/RESOURCEGROUPS',
      'collection',
      'Microsoft.Resources/subscriptions/resourceGroups',
    ],
    [
      'GET',
      '/subscriptions/s/resourcegroups/g/resources',
      'collection',
      'Microsoft.Resources/subscriptions/resourceGroups/resources',
    ],
    ['GET', '/providers', 'collection', 'Microsoft.Resources/providers'],
    ['GET', '/providers/Microsoft.X', 'resource', 'Microsoft.Resources/providers'],
    ['GET', '/subscriptions/s/providers', 'collection', 'Microsoft.Resources/subscriptions/providers'],
    [
      'POST',
      '/subscriptions/s/providers/Microsoft.X/register',
      'action',
      'Microsoft.Resources/subscriptions/providers',
    ],
    [
      'GET',
      '/subscriptions/s/operationresults/o',
      'resource',
      'Microsoft.Resources/subscriptions/operationresults',
    ],
    ['GET', '/subscriptions/s/providers/microsoft.x/YS', 'collection', 'Microsoft.X/ys'],
    ['GET', '/subscriptions/s/resourceGroups/g/providers/Microsoft.X/ys', 'collection', 'Microsoft.X/ys'],
    ['PUT', '/subscriptions/s/resourceGroups/g/providers/Microsoft.X/ys/y/', 'resource', 'Microsoft.X/ys'],
    [
      'GET',
      '/subscriptions/s/resourceGroups/g/providers/Microsoft.X/ys/y/zs',
      'collection',
      'Microsoft.X/ys/zs',
    ],
    ['POST', '/subscriptions/s/resourceGroups/g/providers/Microsoft.X/ys/y/POKE', 'action', 'Microsoft.X/ys'],
    ['POST', '/subscriptions', 'collection', 'Microsoft.Resources/subscriptions'],
    ['POST', '/subscriptions/s/providers/Microsoft.X/ys', 'collection', 'Microsoft.X/ys'],
    ['POST', '/subscriptions/s/resourceGroups/g/providers/Microsoft.X/ys/y', 'resource', 'Microsoft.X/ys'],
    [
      'GET',
      '/subscriptions/s/providers/Microsoft.X/locations/l/ops/o',
      'resource',
      'Microsoft.X/locations/ops',
    ],
    [
      'PUT',
      '/subscriptions/s/resourceGroups/g/providers/Microsoft.X/ys/y/providers/Microsoft.Resources/tags/default',
      'resource',
      'Microsoft.Resources/tags',
    ],
  ];
  for (const [method, path, kind, type] of table) {
    test(`${method} ${path}`, () => {
      const target = route({ method, path }, registry);
      assert.equal(target.kind, kind);
      assert.equal(target.type.type, type);
    });
  }

  const refused: readonly (readonly [Method, string, string, number])[] = [
    ['GET', '/', 'InvalidResourceId', 400],
    ['GET', '', 'InvalidResourceId', 400],
    ['GET', '/subscriptions/s/../../etc/passwd', 'InvalidResourceId', 400],
    ['GET', '/subscriptions/s//resourceGroups', 'InvalidResourceId', 400],
    ['POST', '/nothing', 'InvalidResourceId', 400],
    ['GET', '/subscriptions/s/providers/Microsoft.None/ys/y', 'InvalidResourceNamespace', 404],
    ['GET', '/subscriptions/s/providers/Microsoft.X/none/y', 'InvalidResourceType', 404],
    ['POST', '/providers/Microsoft.None/explode', 'InvalidResourceNamespace', 404],
    ['POST', '/subscriptions/s/providers/Microsoft.None/explode', 'InvalidResourceNamespace', 404],
    ['POST', '/subscriptions/s/providers/Microsoft.X/ys/y/explode', 'NotImplemented', 501],
  ];
  for (const [method, path, code, status] of refused) {
    test(`${method} ${path} is ${code}`, () =>
      assert.throws(
        () => route({ method, path }, registry),
        (error) => error instanceof ArmError && error.code === code && error.status === status,
      ));
  }

  test('two definitions of one type are a mistake of ours', () => {
    const twice = { namespace: 'A', types: [define('A/b'), define('a/B')] };
    assert.throws(() => createRegistry([twice]), /two definitions/);
  });
});
