import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ArmWorld } from '@tombolo/testkit/arm-world';
import {
  codeOf,
  createPlacedWorld,
  endpointBody,
  group,
  inGroup,
  networkId,
  otherScopeId,
  scopeId,
  subnetBody,
} from '../../network.testkit.ts';

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
  test('is what its api-version knows of it: an earlier one neither says, shows nor changes what came later', async () => {
    const world = await createPlacedWorld();
    const named = endpointBody({ customNetworkInterfaceName: 'card' });
    for (const [member, value, since, before] of [
      ['customNetworkInterfaceName', 'card', '2021-05-01', '2021-03-01'],
      ['ipConfigurations', [], '2021-03-01', '2021-02-01'],
      ['applicationSecurityGroups', [], '2021-03-01', '2021-02-01'],
    ] as const) {
      const refused = await world.put(pe, endpointBody({ [member]: value }), { apiVersion: before });
      assert.equal(codeOf(refused), '400 InvalidRequestFormat');
      assert.match(refused.json.error.message, new RegExp(`'${member}'.*from api-version ${since} on`));
    }
    assert.equal((await world.put(pe, named, { apiVersion: '2021-05-01' })).status, 201);
    const older = { apiVersion: '2020-11-01' };
    const seen = await world.get(pe, older);
    assert.equal('customNetworkInterfaceName' in seen.json.properties, false);
    assert.equal((await world.put(pe, seen.json, older)).status, 200);
    assert.equal((await world.get(pe)).json.properties.customNetworkInterfaceName, 'card');
  });

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
    assert.deepEqual(held?.holders, [connection!.id]);
  });

  test('keeps addresses, guid and connection when written again; what it stands on is fixed', async () => {
    const world = await createPlacedWorld();
    await world.put(pe, endpointBody());
    await world.settle();
    const before = (await world.get(pe)).json;
    const again = await world.put(pe, { ...before, tags: { team: 'net' } });
    assert.equal(again.status, 200);
    assert.equal((await world.get(again.headers['azure-asyncoperation']!)).json.status, 'Succeeded');
    assert.deepEqual((await world.get(pe)).json.properties, before.properties);
    await world.put(`${networkId}/subnets/other`, subnetBody('10.0.2.0/24'));
    const moved = endpointBody({ subnet: { id: `${networkId}/subnets/other` } });
    assert.equal(codeOf(await world.put(pe, moved)), '400 CannotChangeSubnetOnExistingPrivateEndpoint');
    const service = endpointBody({}, 'privateLinkServiceConnections', otherScopeId);
    const connected = '400 CannotChangePrivateLinkConnectionOnPrivateEndpoint';
    assert.equal(codeOf(await world.put(pe, service)), connected);
    assert.equal(codeOf(await world.put(pe, endpointBody({}, manual))), connected);
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
    const again = await world.put(pe, endpointBody());
    assert.equal(codeOf(again), '400 PrivateEndpointCannotBeUpdatedInDisconnectedState');
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
