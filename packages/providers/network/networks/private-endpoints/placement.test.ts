import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ArmWorld } from '@tombolo/testkit/arm-world';
import {
  codeOf,
  createNetworkWorld,
  createPlacedWorld,
  endpointBody,
  inGroup,
  networkBody,
  networkId,
  otherScopeId,
  scopeId,
  subnetBody,
  subnetId,
} from '../../network.testkit.ts';

const pe = inGroup('privateEndpoints', 'pe');
const pe2 = inGroup('privateEndpoints', 'pe2');
const manual = 'manualPrivateLinkServiceConnections';

const connections = (world: ArmWorld) =>
  world.store.list({ type: 'Microsoft.HybridCompute/privateLinkScopes/privateEndpointConnections' });

describe('placement', () => {
  test('R1: a network has endpoints to one scope, several to the same one', async () => {
    const world = await createPlacedWorld();
    assert.equal((await world.put(pe, endpointBody())).status, 201);
    assert.equal((await world.put(pe2, endpointBody())).status, 201);
    const third = inGroup('privateEndpoints', 'third');
    const other = endpointBody({}, 'privateLinkServiceConnections', otherScopeId);
    assert.equal(codeOf(await world.put(third, other)), '409 NetworkHasAnotherPrivateLinkScope');
    await world.remove(pe);
    assert.equal(codeOf(await world.put(third, other)), '409 NetworkHasAnotherPrivateLinkScope');
    await world.remove(pe2);
    assert.equal((await world.put(third, other)).status, 201);
  });

  test('R1: of two endpoints to two scopes at the same time one is refused', async () => {
    const world = await createPlacedWorld();
    const answers = await Promise.all([
      world.put(pe, endpointBody()),
      world.put(pe2, endpointBody({}, 'privateLinkServiceConnections', otherScopeId)),
    ]);
    assert.deepEqual(answers.map(codeOf).sort(), ['201', '409 NetworkHasAnotherPrivateLinkScope']);
  });

  test('R1: a rejected endpoint counts until it is deleted', async () => {
    const world = await createPlacedWorld();
    await world.put(pe, endpointBody());
    const [connection] = await connections(world);
    const properties = connection!.body.properties as object;
    const rejected = { status: 'Rejected', description: 'no', actionsRequired: 'None' };
    const body = { properties: { ...properties, privateLinkServiceConnectionState: rejected } };
    await world.store.commit({ puts: [{ id: connection!.id, type: connection!.type, body }] });
    const other = endpointBody({}, 'privateLinkServiceConnections', otherScopeId);
    assert.equal(codeOf(await world.put(pe2, other)), '409 NetworkHasAnotherPrivateLinkScope');
  });

  test('R4: endpoint and network are in one region; the scope may be elsewhere', async () => {
    const world = await createNetworkWorld();
    await world.put(networkId, {
      ...networkBody('10.0.0.0/16', [{ name: 'default', ...subnetBody('10.0.1.0/24') }]),
      location: 'westeurope',
    });
    assert.equal(codeOf(await world.put(pe, endpointBody())), '400 InvalidResourceReference');
    const created = await world.put(pe, { ...endpointBody(), location: 'West Europe' });
    assert.equal(created.status, 201);
    await world.settle();
    const names = (await world.get(pe)).json.properties.customDnsConfigs.map(
      (config: { fqdn: string }) => config.fqdn,
    );
    assert.equal(names[1], 'je.his.arc.azure.com');
  });

  test('R4: endpoint and network are in one subscription', async () => {
    const world = await createPlacedWorld();
    const elsewhere = '99999999-9999-4999-8999-999999999999';
    await world.store.commit({
      puts: [
        { id: `/subscriptions/${elsewhere}`, type: 'Microsoft.Resources/subscriptions', body: {} },
        {
          id: `/subscriptions/${elsewhere}/resourceGroups/rg`,
          type: 'Microsoft.Resources/subscriptions/resourceGroups',
          body: { location: 'japaneast', properties: {} },
        },
      ],
    });
    const there = `/subscriptions/${elsewhere}/resourceGroups/rg/providers/Microsoft.Network/privateEndpoints/pe`;
    assert.equal(codeOf(await world.put(there, endpointBody())), '400 InvalidResourceReference');
  });

  const wrong: readonly [string, () => object, string][] = [
    [
      'a service of another type',
      () => endpointBody({}, manual, networkId),
      '400 InvalidPrivateLinkServiceIdType',
    ],
    ['an unknown scope', () => endpointBody({}, manual, `${scopeId}x`), '400 InvalidResourceReference'],
    [
      'an unknown subnet',
      () => endpointBody({ subnet: { id: `${subnetId}x` } }),
      '400 InvalidResourceReference',
    ],
    [
      'no connection',
      () => endpointBody({ privateLinkServiceConnections: [] }),
      '400 InvalidPrivateEndpoint',
    ],
    [
      'two connections',
      () => ({
        ...endpointBody(),
        properties: { ...endpointBody().properties, ...endpointBody({}, manual).properties },
      }),
      '400 InvalidPrivateEndpoint',
    ],
    ['no subnet', () => endpointBody({ subnet: null }), '400 InvalidRequestFormat'],
  ];
  for (const [what, body, code] of wrong) {
    test(`${what} is refused`, async () => {
      const world = await createPlacedWorld();
      assert.equal(codeOf(await world.put(pe, body() as never)), code);
      assert.equal((await connections(world)).length, 0);
    });
  }

  test('another group than hybridcompute is refused, and none in the words that azurerm looks for', async () => {
    const world = await createPlacedWorld();
    const none = [{ name: 'arc', properties: { privateLinkServiceId: scopeId } }];
    const refused = await world.put(pe, endpointBody({ privateLinkServiceConnections: none }));
    assert.equal(codeOf(refused), '400 MissingParameterOnPrivateLinkServiceConnection');
    const connection = `${pe}/privateLinkServiceConnections/arc`;
    assert.match(
      refused.json.error.message,
      new RegExp(
        `^Private link service connection ${connection} is missing required parameter 'group Id'\\.`,
      ),
    );
    const items = [{ name: 'arc', properties: { privateLinkServiceId: scopeId, groupIds: ['blob'] } }];
    assert.equal(
      codeOf(await world.put(pe, endpointBody({ [manual]: items }, manual))),
      '400 InvalidPrivateEndpoint',
    );
  });

  test('a delegated subnet takes no endpoint', async () => {
    const world = await createPlacedWorld();
    const delegations = [{ name: 'd', properties: { serviceName: 'Microsoft.Web/serverFarms' } }];
    await world.put(subnetId, subnetBody('10.0.1.0/24', { delegations }));
    assert.equal(
      codeOf(await world.put(pe, endpointBody())),
      '400 PrivateEndpointCreationNotAllowedAsSubnetIsDelegated',
    );
  });
});
