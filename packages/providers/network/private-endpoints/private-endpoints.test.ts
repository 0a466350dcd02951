import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ArmWorld } from '@tombolo/testkit/arm-world';
import {
  codeOf,
  createNetworkWorld,
  createPlacedWorld,
  endpointBody,
  group,
  inGroup,
  networkBody,
  networkId,
  otherScopeId,
  scopeId,
  subnetBody,
  subnetId,
} from '../network.testkit.ts';

const pe = inGroup('privateEndpoints', 'pe');
const pe2 = inGroup('privateEndpoints', 'pe2');
const manual = 'manualPrivateLinkServiceConnections';

const connections = (world: ArmWorld) =>
  world.store.list({ type: 'Microsoft.HybridCompute/privateLinkScopes/privateEndpointConnections' });
const addressesOf = async (world: ArmWorld, endpoint = pe): Promise<string[]> =>
  (await world.get(endpoint)).json.properties.customDnsConfigs.flatMap(
    (config: { ipAddresses: string[] }) => config.ipAddresses,
  );

describe('a private endpoint', () => {
  test('is Updating at first, then Succeeded with its names in the members’ order', async () => {
    const world = await createPlacedWorld();
    const created = await world.put(pe, endpointBody());
    assert.equal(created.status, 201);
    assert.match(
      created.headers['azure-asyncoperation']!,
      /Microsoft\.Network\/locations\/japaneast\/operations\//,
    );
    assert.equal(created.headers['azure-asyncnotification'], 'Enabled');
    const { properties } = created.json;
    assert.equal(properties.provisioningState, 'Updating');
    assert.deepEqual(properties.customDnsConfigs, []);
    const state = (body: typeof properties) =>
      body.privateLinkServiceConnections[0].properties.privateLinkServiceConnectionState;
    assert.deepEqual(state(properties), {
      status: 'Approved',
      description: 'Auto Approved',
      actionsRequired: 'None',
    });
    await world.settle();
    assert.equal((await world.get(created.headers['azure-asyncoperation']!)).json.status, 'Succeeded');
    const done = (await world.get(pe)).json.properties;
    assert.equal(done.provisioningState, 'Succeeded');
    assert.equal(state(done).description, 'Auto-approved');
    assert.deepEqual(
      done.customDnsConfigs.map(
        ({ fqdn, ipAddresses }: { fqdn: string; ipAddresses: string[] }) => `${fqdn} ${ipAddresses}`,
      ),
      [
        'gbl.his.arc.azure.com 10.0.1.4',
        'je.his.arc.azure.com 10.0.1.5',
        'japan-ats.his.arc.azure.com 10.0.1.6',
        'agentserviceapi.guestconfiguration.azure.com 10.0.1.7',
        'japaneast-gas.guestconfiguration.azure.com 10.0.1.8',
        'japaneast.dp.kubernetesconfiguration.azure.com 10.0.1.9',
      ],
    );
  });

  test('has a network interface with a configuration a member, which only it removes', async () => {
    const world = await createPlacedWorld();
    const created = await world.put(pe, endpointBody());
    const nicId = created.json.properties.networkInterfaces[0].id;
    assert.match(nicId, /\/networkInterfaces\/pe\.nic\.[0-9a-f-]{36}$/);
    const nic = await world.get(nicId);
    assert.equal(nic.json.properties.privateEndpoint.id, pe);
    const [first] = nic.json.properties.ipConfigurations;
    assert.equal(first.properties.privateIPAddress, '10.0.1.4');
    assert.deepEqual(first.properties.privateLinkConnectionProperties, {
      groupId: 'hybridcompute',
      requiredMemberName: 'HybridCompute.Global',
      fqdns: ['gbl.his.arc.azure.com'],
    });
    assert.equal((await world.listAll(`${group}/providers/Microsoft.Network/networkInterfaces`)).length, 1);
    assert.equal(codeOf(await world.remove(nicId)), '400 NicInUseWithPrivateEndpoint');
    assert.equal(
      codeOf(await world.put(inGroup('networkInterfaces', 'own'), { location: 'japaneast' })),
      '501 NotImplemented',
    );
  });

  test('makes one connection under the scope, named after it and its guid, with a link identifier', async () => {
    const world = await createPlacedWorld();
    const created = await world.put(pe, endpointBody());
    const [connection, ...rest] = await connections(world);
    assert.equal(rest.length, 0);
    assert.equal(
      connection!.id,
      `${scopeId}/privateEndpointConnections/pe.${created.json.properties.resourceGuid}`,
    );
    const properties = connection!.body.properties as { members: unknown[]; linkIdentifier: number };
    assert.equal(typeof properties.linkIdentifier, 'number');
    assert.equal(properties.members.length, 6);
    assert.deepEqual(properties.members[0], {
      memberName: 'HybridCompute.Global',
      groupId: 'hybridcompute',
      fqdns: ['gbl.his.arc.azure.com'],
      privateIpAddress: '10.0.1.4',
    });
    const held = await world.store.claim(`link identifier ${properties.linkIdentifier}`);
    assert.deepEqual(held?.holders, [connection!.id.toLowerCase()]);
  });

  test('keeps addresses, guid and connection when written again; what it stands on is fixed', async () => {
    const world = await createPlacedWorld();
    await world.put(pe, endpointBody());
    await world.settle();
    const before = (await world.get(pe)).json;
    const again = await world.put(pe, { ...before, tags: { team: 'net' } });
    assert.equal(again.status, 200);
    assert.equal(again.headers['azure-asyncoperation'], undefined);
    assert.deepEqual(again.json.properties, before.properties);
    await world.put(`${networkId}/subnets/other`, subnetBody('10.0.2.0/24'));
    const moved = endpointBody({ subnet: { id: `${networkId}/subnets/other` } });
    assert.equal(codeOf(await world.put(pe, moved)), '400 PrivateEndpointCannotBeChanged');
    const service = endpointBody({}, 'privateLinkServiceConnections', otherScopeId);
    assert.equal(codeOf(await world.put(pe, service)), '400 PrivateEndpointCannotBeChanged');
    assert.equal(codeOf(await world.put(pe, endpointBody({}, manual))), '400 PrivateEndpointCannotBeChanged');
    const address = (privateIPAddress: string) =>
      endpointBody({
        ipConfigurations: [
          { name: 'g', properties: { memberName: 'HybridCompute.Global', privateIPAddress } },
        ],
      });
    assert.equal((await world.put(pe, address('10.0.1.4'))).status, 200);
    assert.equal(codeOf(await world.put(pe, address('10.0.1.44'))), '400 PrivateEndpointCannotBeChanged');
  });

  test('R21: deletion takes its interface, connection and claims with it, as a long-running operation', async () => {
    const world = await createPlacedWorld();
    const created = await world.put(pe, endpointBody());
    await world.settle();
    const gone = await world.remove(pe);
    assert.equal(gone.status, 202);
    assert.match(gone.headers.location!, /operationResults/);
    await world.settle();
    assert.equal((await world.get(gone.headers['azure-asyncoperation']!)).json.status, 'Succeeded');
    assert.equal((await world.get(pe)).status, 404);
    assert.equal((await world.get(created.json.properties.networkInterfaces[0].id)).status, 404);
    assert.equal((await connections(world)).length, 0);
    for (const prefix of ['address of ', 'scope of ', 'link identifier '])
      assert.deepEqual(await world.store.claimsUnder(prefix), [], prefix);
    assert.equal((await world.remove(pe)).status, 204);
    // Everything that it held is free again.
    assert.equal((await world.put(pe2, endpointBody({}, manual, otherScopeId))).status, 201);
  });

  test('R15: a connection that its provider removed shows as Disconnected', async () => {
    const world = await createPlacedWorld();
    await world.put(pe, endpointBody());
    await world.settle();
    const [connection] = await connections(world);
    await world.store.commit({ deletes: [connection!.id] });
    const state = (await world.get(pe)).json.properties.privateLinkServiceConnections[0].properties;
    assert.equal(state.privateLinkServiceConnectionState.status, 'Disconnected');
    assert.equal((await addressesOf(world)).length, 6);
    assert.equal((await world.remove(pe)).status, 202);
  });
});

describe('approval', () => {
  const without = (...denied: readonly string[]) => ({
    isAllowed: async (_: unknown, action: string) => !denied.includes(action),
  });
  const approve = 'Microsoft.HybridCompute/privateLinkScopes/privateEndpointConnectionsApproval/action';
  const join = 'Microsoft.Network/virtualNetworks/subnets/join/action';

  test('R15: an automatic connection of a caller who may not approve is refused, and nothing is left behind', async () => {
    const world = await createPlacedWorld(without(approve));
    const refused = await world.put(pe, endpointBody());
    assert.equal(codeOf(refused), '403 LinkedAuthorizationFailed');
    assert.match(refused.json.error.message, /privateEndpointConnectionsApproval/);
    assert.equal((await world.get(pe)).status, 404);
    assert.deepEqual(await world.store.claimsUnder('address of '), []);
  });

  test('R15: a manual connection is Pending, for those who may approve too, and has no names yet', async () => {
    for (const options of [{}, without(approve)]) {
      const world = await createPlacedWorld(options);
      const item = {
        name: 'arc',
        properties: { privateLinkServiceId: scopeId, groupIds: ['hybridCompute'], requestMessage: 'please' },
      };
      const created = await world.put(pe, endpointBody({ [manual]: [item] }, manual));
      assert.equal(created.status, 201);
      await world.settle();
      const { properties } = (await world.get(pe)).json;
      assert.deepEqual(properties[manual][0].properties.privateLinkServiceConnectionState, {
        status: 'Pending',
        description: 'please',
        actionsRequired: 'None',
      });
      assert.equal(properties.provisioningState, 'Succeeded');
      assert.deepEqual(properties.customDnsConfigs, []);
      assert.deepEqual(properties.privateLinkServiceConnections, []);
    }
  });

  test('R15: the subnet has to be joinable', async () => {
    const world = await createPlacedWorld(without(join));
    assert.equal(codeOf(await world.put(pe, endpointBody())), '403 LinkedAuthorizationFailed');
  });
});

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
    ['no subnet', () => endpointBody({ subnet: null }), '400 InvalidRequestContent'],
  ];
  for (const [what, body, code] of wrong) {
    test(`${what} is refused`, async () => {
      const world = await createPlacedWorld();
      assert.equal(codeOf(await world.put(pe, body() as never)), code);
      assert.equal((await connections(world)).length, 0);
    });
  }

  test('another group than hybridcompute is refused', async () => {
    const world = await createPlacedWorld();
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

describe('addresses', () => {
  const configuration = (memberName: string, privateIPAddress: string) => ({
    name: memberName,
    properties: { groupId: 'hybridcompute', memberName, privateIPAddress },
  });

  test('static ones are taken, the others are the lowest free', async () => {
    const world = await createPlacedWorld();
    const ipConfigurations = [
      configuration('GuestConfig.GlobalService', '10.0.1.4'),
      configuration('hybridcompute.global', '10.0.1.200'),
    ];
    assert.equal((await world.put(pe, endpointBody({ ipConfigurations }))).status, 201);
    await world.settle();
    assert.deepEqual(await addressesOf(world), [
      '10.0.1.200',
      '10.0.1.5',
      '10.0.1.6',
      '10.0.1.4',
      '10.0.1.7',
      '10.0.1.8',
    ]);
    const shown = (await world.get(pe)).json.properties.ipConfigurations;
    assert.deepEqual(shown.map((entry: { name: string }) => entry.name).sort(), [
      'GuestConfig.GlobalService',
      'hybridcompute.global',
    ]);
  });

  for (const [what, address, code] of [
    ['outside of the subnet', '10.0.2.4', 'PrivateIPAddressNotInSubnet'],
    ['that is no address', 'ten', 'PrivateIPAddressNotInSubnet'],
    ['among the first four', '10.0.1.3', 'PrivateIPAddressInReservedRange'],
    ['that is the last', '10.0.1.255', 'PrivateIPAddressInReservedRange'],
    ['that another has', '10.0.1.4', 'PrivateIPAddressInUse'],
  ] as const) {
    test(`one ${what} is refused`, async () => {
      const world = await createPlacedWorld();
      await world.put(pe2, endpointBody());
      const body = endpointBody({ ipConfigurations: [configuration('HybridCompute.Global', address)] });
      assert.equal(codeOf(await world.put(pe, body)), `400 ${code}`);
    });
  }

  test('of an unknown member, or twice for one, are refused', async () => {
    const world = await createPlacedWorld();
    const twice = [
      configuration('HybridCompute.Global', '10.0.1.9'),
      configuration('HybridCompute.Global', '10.0.1.10'),
    ];
    for (const ipConfigurations of [[configuration('blob', '10.0.1.9')], twice])
      assert.equal(
        codeOf(await world.put(pe, endpointBody({ ipConfigurations }))),
        '400 InvalidPrivateEndpoint',
      );
  });

  test('endpoints made at the same time never share one', async () => {
    const world = await createPlacedWorld();
    const endpoints = ['a', 'b', 'c', 'd', 'e'].map((name) => inGroup('privateEndpoints', name));
    const answers = await Promise.all(endpoints.map((id) => world.put(id, endpointBody())));
    assert.deepEqual(answers.map(codeOf), Array(5).fill('201'));
    await world.settle();
    const all = (await Promise.all(endpoints.map((id) => addressesOf(world, id)))).flat();
    assert.equal(new Set(all).size, 30);
  });

  test('a full subnet says so', async () => {
    const world = await createNetworkWorld();
    await world.put(
      networkId,
      networkBody('10.0.0.0/16', [{ name: 'default', ...subnetBody('10.0.1.0/28') }]),
    );
    assert.equal((await world.put(pe, endpointBody())).status, 201);
    // 16 addresses, 5 of them reserved, 6 taken: 5 are left for 6 members.
    assert.equal(codeOf(await world.put(pe2, endpointBody())), '400 SubnetIsFull');
  });

  test('the interface takes the name that is asked for, unless it is taken', async () => {
    const world = await createPlacedWorld();
    const body = endpointBody({ customNetworkInterfaceName: 'my-nic' });
    assert.equal(
      (await world.put(pe, body)).json.properties.networkInterfaces[0].id,
      inGroup('networkInterfaces', 'my-nic'),
    );
    assert.equal(codeOf(await world.put(pe2, body)), '409 Conflict');
    assert.equal((await world.put(pe, body)).status, 200);
  });
});

describe('provisioning', () => {
  test('waits until every live follower has applied it', async () => {
    const world = await createPlacedWorld();
    await world.acknowledge('gateway');
    const created = await world.put(pe, endpointBody());
    const operation = created.headers['azure-asyncoperation']!;
    const { operationKinds } = (await import('../manifest.ts')).networkProvider;
    const [stored] = await world.store.leaseOperations({
      owner: 'reader',
      now: world.now(),
      leaseMs: 0,
      limit: 1,
    });
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
