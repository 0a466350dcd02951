/** Every operation of every type × who asks: the answer is what the roles' published actions say, and nothing else. */

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Method, Principal } from '@tombolo/arm';
import { resourceMethods } from '@tombolo/arm';
import { createAuthorizationMemory, createAuthorizer } from '@tombolo/identity';
import { StoreFault } from '@tombolo/store/port';
import { type ArmWorld, createArmWorld, errorOf, owner, tenantId } from '@tombolo/testkit/arm-world';
import { examples, idOf } from './every-type.testkit.ts';
import { type Example, group, subscription } from './example.testkit.ts';
import { providers } from './index.ts';

/** As on Microsoft Learn, "Azure built-in roles", written down here a second time: what is judged does not say what is right. */
const roles = {
  owner: { id: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635', actions: [/./], not: [] },
  contributor: {
    id: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
    actions: [/./],
    not: [
      /^microsoft\.authorization\/.*\/(delete|write)$/,
      /^microsoft\.authorization\/elevateaccess\/action$/,
    ],
  },
  reader: { id: 'acdd72a7-3385-48ef-bd42-f606fba81ae7', actions: [/\/read$/], not: [] },
  onboarding: {
    id: 'b64e21ea-ac4e-4cdf-9dc9-5b892992bee7',
    actions: [
      /^microsoft\.hybridcompute\/machines\/(read|write)$/,
      /^microsoft\.hybridcompute\/privatelinkscopes\/read$/,
      /^microsoft\.guestconfiguration\/guestconfigurationassignments\/read$/,
    ],
    not: [],
  },
  network: {
    id: '4d97b98b-1d4f-4787-a291-c67834d212e7',
    actions: [
      /^microsoft\.network\//,
      /^microsoft\.authorization\/.*\/?read$/,
      /^microsoft\.resources\/deployments\//,
      /^microsoft\.resources\/subscriptions\/resourcegroups\/read$/,
    ],
    not: [],
  },
} as const;

interface Somebody {
  readonly role?: keyof typeof roles;
  readonly scope?: string;
}

const machine = `${group}/providers/Microsoft.HybridCompute/machines/machine`;
const somebodies: Readonly<Record<string, Somebody>> = {
  nobody: {},
  'owner of the subscription': { role: 'owner', scope: subscription },
  'reader of the group': { role: 'reader', scope: group },
  'contributor of the group': { role: 'contributor', scope: group },
  'contributor of a sibling group': { role: 'contributor', scope: `${subscription}/resourceGroups/sibling` },
  'contributor of a group whose name begins alike': {
    role: 'contributor',
    scope: `${subscription}/resourceGroups/ever`,
  },
  'onboarding of the group': { role: 'onboarding', scope: group },
  'network contributor of the group': { role: 'network', scope: group },
  'owner of one machine': { role: 'owner', scope: machine },
};

/** The second is who the world asks as where nobody is named. */
const principalOf = (index: number): Principal =>
  index === 1
    ? owner
    : {
        objectId: `90000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
        tenantId,
        kind: 'ServicePrincipal',
      };

/** Whether the role's actions have it and the scope is at or above. */
const may = ({ role, scope }: Somebody, action: string, at: string): boolean => {
  if (role === undefined || scope === undefined) return false;
  const [asked, below] = [action.toLowerCase(), at.toLowerCase()];
  const reaches = below === scope.toLowerCase() || below.startsWith(`${scope.toLowerCase()}/`);
  const { actions, not } = roles[role];
  return (
    reaches &&
    actions.some((pattern) => pattern.test(asked)) &&
    !(not as readonly RegExp[]).some((pattern) => pattern.test(asked))
  );
};

const verbs = { GET: 'read', HEAD: 'read', PUT: 'write', PATCH: 'write', DELETE: 'delete' } as const;

const zone = `${group}/providers/Microsoft.Network/privateDnsZones/privatelink.his.arc.azure.com`;
const region = `${subscription}/providers/Microsoft.Network/locations/japaneast`;

/** What is only listed or computed, and so has no example: path, action and scope as Microsoft Learn's permissions have them. */
const lists: readonly (readonly [path: string, action: string, scope: string])[] = [
  [`${subscription}/resources`, 'Microsoft.Resources/subscriptions/resources/read', subscription],
  [`${group}/resources`, 'Microsoft.Resources/subscriptions/resourceGroups/resources/read', group],
  [`${zone}/ALL`, 'Microsoft.Network/privateDnsZones/ALL/read', zone],
  [`${zone}/recordsets`, 'Microsoft.Network/privateDnsZones/ALL/read', zone],
  [`${machine}/networkProfile`, 'Microsoft.HybridCompute/machines/read', machine],
  [`${subscription}/providers/Microsoft.Features/features`, 'Microsoft.Features/features/read', subscription],
  [
    `${group}/providers/Microsoft.Network/virtualNetworks/hub/CheckIPAddressAvailability?ipAddress=10.0.0.4`,
    'Microsoft.Network/virtualNetworks/checkIpAddressAvailability/read',
    `${group}/providers/Microsoft.Network/virtualNetworks/hub`,
  ],
  [
    `${subscription}/providers/Microsoft.Authorization/classicAdministrators`,
    'Microsoft.Authorization/classicAdministrators/read',
    subscription,
  ],
  ...[
    'roleAssignmentSchedules',
    'roleAssignmentScheduleInstances',
    'roleEligibilitySchedules',
    'roleEligibilityScheduleInstances',
  ].map(
    (name) =>
      [
        `${subscription}/providers/Microsoft.Authorization/${name}`,
        'Microsoft.Authorization/roleAssignments/read',
        subscription,
      ] as const,
  ),
  ...[
    'serviceTags',
    'serviceTagDetails',
    'availablePrivateEndpointTypes',
    'availableDelegations',
    'virtualNetworkAvailableEndpointServices',
    'availableServiceAliases',
    'usages',
  ].map((name) => [`${region}/${name}`, `Microsoft.Network/locations/${name}/read`, region] as const),
  ...['', '/Microsoft.Azure.Extensions/extensionTypes'].map((below) => {
    const location = `${subscription}/providers/Microsoft.HybridCompute/locations/japaneast`;
    const [, publisher, kind = ''] = below.split('/');
    const scope = publisher === undefined ? location : `${location}/publishers/${publisher}`;
    const action = `Microsoft.HybridCompute/locations/publishers${kind && `/${kind}`}/read`;
    return [`${location}/publishers${below}`, action, scope] as const;
  }),
];

/** Reads that show each caller what concerns it, or what everybody may know; they are judged by the type itself. */
const ownJudges = new Set([
  'Microsoft.Authorization/permissions',
  'Microsoft.Authorization/providerOperations',
  'Microsoft.Resources/providers',
  'Microsoft.Resources/subscriptions',
  'Microsoft.Resources/tenants',
]);

interface Operation {
  readonly name: string;
  readonly method: Method;
  readonly path: string;
  readonly action: string;
  /** Where the action is needed. */
  readonly scope: string;
}

/** The collection that the resource is in, and the scope at which it is listed. */
const collectionOf = (id: string): { readonly path: string; readonly scope: string } => {
  const path = id.slice(0, id.lastIndexOf('/'));
  const inProvider = /^(.*)\/providers\/[^/]+\/[^/]+$/.exec(path);
  return { path, scope: inProvider ? inProvider[1]! : path.slice(0, path.lastIndexOf('/')) };
};

describe('roles', () => {
  let world: ArmWorld;
  let standing = false;
  const operations: Operation[] = [];

  const add = async (example: Example): Promise<void> => {
    const type = world.registry.typeOf(example.type)!;
    const id = await idOf(example, world);
    const actionFor = (method: keyof typeof verbs): string => `${type.type}/${verbs[method]}`;
    for (const method of resourceMethods(type) as readonly (keyof typeof verbs)[]) {
      if (verbs[method] === 'read' && type.authorization === 'own') continue;
      operations.push({ name: `${method} ${id}`, method, path: id, action: actionFor(method), scope: id });
    }
    for (const [action, { action: rbac }] of Object.entries(type.actions ?? {})) {
      if (typeof rbac === 'function') continue;
      const path = `${id}/${action}`;
      operations.push({
        name: `POST ${path}`,
        method: 'POST',
        path,
        action: rbac ?? `${type.type}/${action}/action`,
        scope: id,
      });
    }
    const { path, scope } = collectionOf(id);
    const kind = /^(.*)\/resourceGroups\/[^/]+$/.test(scope)
      ? 'resourceGroup'
      : scope === subscription
        ? 'subscription'
        : 'parent';
    if (type.lists.includes(kind) && type.authorization !== 'own')
      operations.push({ name: `LIST ${path}`, method: 'GET', path, action: actionFor('GET'), scope });
  };

  before(async () => {
    world = await createArmWorld({
      providers,
      isAllowed: createAuthorizer(createAuthorizationMemory()),
      // Once all stands nothing more is written: what is let through ends here, whatever it is.
      around: (store) => ({
        ...store,
        commit: (batch) =>
          standing ? Promise.reject(new StoreFault('full', 'nothing is written')) : store.commit(batch),
      }),
    });
    const assigned = Object.values(somebodies).flatMap(({ role, scope }, index) =>
      role === undefined
        ? []
        : [
            {
              id: `${scope}/providers/Microsoft.Authorization/roleAssignments/90000000-0000-4000-9000-${String(index).padStart(12, '0')}`,
              type: 'Microsoft.Authorization/roleAssignments',
              body: {
                properties: {
                  roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${roles[role].id}`,
                  principalId: principalOf(index).objectId,
                  scope: scope!,
                },
              },
            },
          ],
    );
    await world.store.commit({ puts: assigned });
    const principal = principalOf(1);
    for (const example of examples) {
      if (!example.body || example.madeBy !== undefined) continue;
      const answer = await world.put(await idOf(example, world), example.body, { principal });
      assert.ok([200, 201].includes(answer.status), `${example.type}: ${JSON.stringify(answer.json)}`);
      await world.settle();
    }
    for (const example of examples) await add(example);
    for (const [path, action, scope] of lists)
      operations.push({ name: `LIST ${path}`, method: 'GET', path, action, scope });
    standing = true;
  });

  for (const [index, [name, somebody]] of Object.entries(somebodies).entries()) {
    test(name, async (t) => {
      const wrong: string[] = [];
      let allowed = 0;
      for (const { name: operation, method, path, action, scope } of operations) {
        const answer = await world.send(
          method,
          path,
          method === 'GET' || method === 'DELETE' ? undefined : {},
          {
            principal: principalOf(index),
          },
        );
        const refused = answer.status === 403 && errorOf(answer)?.code === 'AuthorizationFailed';
        const expected = may(somebody, action, scope);
        if (expected) allowed += 1;
        if (refused === expected)
          wrong.push(`${operation}: ${action} at ${scope}: ${answer.status} ${errorOf(answer)?.code ?? ''}`);
      }
      assert.deepEqual(wrong, []);
      t.diagnostic(`${operations.length} operations, ${allowed} of them allowed`);
    });
  }

  test('every type that is served is in the matrix, and those that judge reads themselves are known', () => {
    const types = providers.flatMap((provider) => provider.types);
    const own = types.filter(({ authorization }) => authorization === 'own').map(({ type }) => type);
    assert.deepEqual(new Set(own.filter((type) => !/\/operation(s|results|status)$/i.test(type))), ownJudges);
    const covered = (type: string): boolean =>
      // Of the subscription itself: who has anything below it sees it, and where it may be.
      type === 'Microsoft.Resources/subscriptions/locations' ||
      examples.some((example) => example.type === type) ||
      lists.some(([path]) =>
        path
          .split('?')[0]!
          .toLowerCase()
          .endsWith(`/${type.split('/').at(-1)!.toLowerCase()}`),
      );
    const missing = types.filter(
      ({ type, gap }) => gap === undefined && !own.includes(type) && !covered(type),
    );
    assert.deepEqual(
      missing.map(({ type }) => type),
      [],
    );
  });
});
