/** Private endpoints from both sides: the network's with @azure/arm-network, the scope's with @azure/arm-hybridcompute. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connect } from 'node:tls';
import { poll } from './clients.ts';
import { decide, onlyConnection } from './connections.ts';
import { all, names, refused } from './expect.ts';
import { createEndpoint, createPlace } from './topology.ts';
import { shareWorld } from './world.ts';

const world = await shareWorld();
const { network } = world;
const { privateEndpointConnections: connections, privateLinkScopes } = world.hybridCompute;

const stateOf = async (group: string, endpoint = 'pe') => {
  const read = await network.privateEndpoints.get(group, endpoint);
  const [connection] = [
    ...(read.privateLinkServiceConnections ?? []),
    ...(read.manualPrivateLinkServiceConnections ?? []),
  ];
  return connection?.privateLinkServiceConnectionState?.status;
};

/** Is the endpoint a way in: the TLS handshake for its first name, at its first address. */
const handshake = (host: string): Promise<string> =>
  new Promise((resolve) => {
    const port = Number(new URL(world.origin).port);
    const socket = connect({ host, port, servername: 'gbl.his.arc.azure.com', ca: world.ca });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on('secureConnect', () => {
      resolve('accepted');
      socket.destroy();
    });
  });

describe('an automatic connection', () => {
  test('R15: is approved at once for an owner, with an address for each member', async () => {
    const at = await createPlace(world, '127.73');
    const endpoint = await createEndpoint(world, at.group, 'pe', at);
    assert.equal(endpoint.provisioningState, 'Succeeded');
    assert.equal(await stateOf(at.group), 'Approved');
    assert.deepEqual(
      endpoint.customDnsConfigs?.map(({ fqdn }) => fqdn),
      [
        'gbl.his.arc.azure.com',
        'weu.his.arc.azure.com',
        'tombolo-westeurope-ats.his.arc.azure.com',
        'agentserviceapi.guestconfiguration.azure.com',
        'westeurope-gas.guestconfiguration.azure.com',
        'westeurope.dp.kubernetesconfiguration.azure.com',
      ],
    );
    const addresses = endpoint.customDnsConfigs?.flatMap(({ ipAddresses }) => ipAddresses ?? []) ?? [];
    assert.equal(new Set(addresses).size, 6, 'one address a member');
    assert.equal(addresses[0], '127.73.1.4', 'the first four of a subnet are reserved');
    assert.ok(addresses.every((address) => address.startsWith('127.73.1.')));
  });

  test('shows its interface and its subnet to a client that expands them', async () => {
    const at = await createPlace(world, '127.69');
    await createEndpoint(world, at.group, 'pe', at);
    const read = await network.privateEndpoints.get(at.group, 'pe', { expand: 'networkInterfaces,subnet' });
    assert.equal(read.networkInterfaces?.[0]?.ipConfigurations?.length, 6);
    assert.equal(read.subnet?.addressPrefix, '127.69.1.0/24');
    const expand = 'subnets/ipConfigurations';
    const { subnets } = await network.virtualNetworks.get(at.group, 'vnet', { expand });
    const addresses = subnets?.flatMap(({ ipConfigurations = [] }) =>
      ipConfigurations.map(({ privateIPAddress }) => privateIPAddress),
    );
    assert.equal(new Set(addresses).size, 6);
    await refused(network.privateEndpoints.get(at.group, 'pe', { expand: 'versions' }), {
      status: 400,
      code: 'InvalidExpandQueryOptionValue',
    });
  });

  test('has a network interface that names the members', async () => {
    const at = await createPlace(world, '127.74');
    const endpoint = await createEndpoint(world, at.group, 'pe', at);
    const nicName = endpoint.networkInterfaces?.[0]?.id?.split('/').at(-1) ?? '';
    assert.match(nicName, /^pe\.nic\./);
    const nic = await network.networkInterfaces.get(at.group, nicName);
    assert.equal(nic.privateEndpoint?.id, endpoint.id);
    assert.deepEqual(
      nic.ipConfigurations?.map((item) => item.privateLinkConnectionProperties?.requiredMemberName),
      [
        'HybridCompute.Global',
        'HybridCompute.Server',
        'HybridCompute.TokenService',
        'GuestConfig.GlobalService',
        'GuestConfig.AgentService.westeurope',
        'HybridCompute.K8sConfiguration',
      ],
    );
    assert.equal(nic.ipConfigurations?.[0]?.privateLinkConnectionProperties?.groupId, 'hybridcompute');
    assert.equal(nic.ipConfigurations?.[0]?.privateIPAddress, '127.74.1.4');
    assert.deepEqual(await names(network.networkInterfaces.list(at.group)), [nicName]);
    await refused(network.networkInterfaces.delete(at.group, nicName, poll), {
      status: 400,
      code: 'NicInUseWithPrivateEndpoint',
    });
  });

  test('takes static addresses, and refuses one outside of the subnet or in use', async () => {
    const at = await createPlace(world, '127.75');
    const members = [
      'HybridCompute.Global',
      'HybridCompute.Server',
      'HybridCompute.TokenService',
      'GuestConfig.GlobalService',
      'GuestConfig.AgentService.westeurope',
      'HybridCompute.K8sConfiguration',
    ];
    const fixed = (third: number, first: number) =>
      members.map((memberName, index) => ({
        name: `ip${index}`,
        groupId: 'hybridcompute',
        memberName,
        privateIPAddress: `127.75.${third}.${first + index}`,
      }));
    const endpoint = await createEndpoint(world, at.group, 'pe', at, { ipConfigurations: fixed(1, 40) });
    assert.deepEqual(
      endpoint.customDnsConfigs?.flatMap(({ ipAddresses }) => ipAddresses),
      [40, 41, 42, 43, 44, 45].map((last) => `127.75.1.${last}`),
    );
    for (const [ipConfigurations, code] of [
      [fixed(9, 40), 'PrivateIPAddressNotInSubnet'],
      [fixed(1, 43), 'PrivateIPAddressIsAllocated'],
      [fixed(1, 1), 'PrivateIPAddressInReservedRange'],
    ] as const) {
      await refused(createEndpoint(world, at.group, 'other', at, { ipConfigurations }), {
        status: 400,
        code,
      });
    }
    await refused(network.privateEndpoints.get(at.group, 'other'), { status: 404, code: 'ResourceNotFound' });
  });

  test('takes the name of its interface, tags, and the group id in any case', async () => {
    const at = await createPlace(world, '127.76');
    const endpoint = await createEndpoint(world, at.group, 'pe', at, {
      customNetworkInterfaceName: 'pe-nic',
      tags: { a: 'b' },
      privateLinkServiceConnections: [
        { name: 'c', privateLinkServiceId: at.scopeId, groupIds: ['hybridCompute'] },
      ],
    });
    assert.equal(endpoint.networkInterfaces?.[0]?.id?.split('/').at(-1), 'pe-nic');
    assert.deepEqual(endpoint.tags, { a: 'b' });
    assert.deepEqual(await names(network.privateEndpoints.list(at.group)), ['pe']);
    assert.ok(
      (await all(network.privateEndpoints.listBySubscription())).some(({ id }) => id === endpoint.id),
    );
  });

  test('to something that is no scope is InvalidPrivateLinkServiceIdType', async () => {
    const at = await createPlace(world, '127.77');
    await refused(createEndpoint(world, at.group, 'pe', { ...at, scopeId: at.networkId }), {
      status: 400,
      code: 'InvalidPrivateLinkServiceIdType',
    });
  });

  test('to a scope that is not there is refused', async () => {
    const at = await createPlace(world, '127.78');
    await refused(createEndpoint(world, at.group, 'pe', { ...at, scopeId: `${at.scopeId}-none` }), {
      status: 400,
      code: 'InvalidResourceReference',
    });
  });
});

describe('a manual connection', () => {
  test('R15: is Pending, for an owner too, until the scope approves it; then rejected; then approved', async () => {
    const at = await createPlace(world, '127.79');
    await createEndpoint(world, at.group, 'pe', { ...at, manual: true });
    assert.equal(await stateOf(at.group), 'Pending');
    const connection = await onlyConnection(world, at.group);
    assert.equal(connection.properties?.privateLinkServiceConnectionState?.status, 'Pending');
    assert.match(connection.name, /^pe\.[0-9a-f-]{36}$/);
    assert.match(connection.properties?.privateEndpoint?.id ?? '', /privateEndpoints\/pe$/);
    await world.settled();
    assert.equal(await handshake('127.79.1.4'), 'ECONNRESET', 'Pending lets nobody in');
    for (const status of ['Approved', 'Rejected', 'Approved']) {
      const decided = await decide(world, at.group, connection.name, status);
      assert.equal(decided.properties?.privateLinkServiceConnectionState?.status, status);
      assert.equal(decided.properties?.privateLinkServiceConnectionState?.description, `${status} by test`);
      assert.equal(await stateOf(at.group), status, 'both sides show one state');
      await world.settled();
      assert.equal(await handshake('127.79.1.4'), status === 'Approved' ? 'accepted' : 'ECONNRESET');
    }
  });

  test('R15: the owner of the endpoint cannot approve it from its own side', async () => {
    const at = await createPlace(world, '127.80');
    const endpoint = await createEndpoint(world, at.group, 'pe', { ...at, manual: true });
    const own = endpoint.manualPrivateLinkServiceConnections?.[0];
    await network.privateEndpoints
      .createOrUpdate(
        at.group,
        'pe',
        {
          ...endpoint,
          manualPrivateLinkServiceConnections: [
            { ...own, privateLinkServiceConnectionState: { status: 'Approved', description: 'by me' } },
          ],
        },
        poll,
      )
      .catch(() => undefined);
    assert.equal(await stateOf(at.group), 'Pending');
  });

  test('R15: removal by the scope leaves the endpoint Disconnected, and approving is over', async () => {
    const at = await createPlace(world, '127.81');
    await createEndpoint(world, at.group, 'pe', at);
    const { name } = await onlyConnection(world, at.group);
    await connections.beginDeleteAndWait(at.group, 'scope', name, poll);
    assert.deepEqual(await all(connections.listByPrivateLinkScope(at.group, 'scope')), []);
    assert.equal(await stateOf(at.group), 'Disconnected');
    await world.settled();
    assert.equal(await handshake('127.81.1.4'), 'ECONNRESET');
    await refused(decide(world, at.group, name, 'Approved'), { status: 404, code: 'ResourceNotFound' });
  });

  test('a state that is none is refused', async () => {
    const at = await createPlace(world, '127.82');
    await createEndpoint(world, at.group, 'pe', { ...at, manual: true });
    const { name } = await onlyConnection(world, at.group);
    await refused(decide(world, at.group, name, 'Maybe'), {
      status: 409,
      code: 'PrivateEndpointConnectionStateNotAllowed',
    });
    assert.equal(await stateOf(at.group), 'Pending');
  });

  test('only approved endpoints are in the validation details of the scope', async () => {
    const at = await createPlace(world, '127.83');
    await createEndpoint(world, at.group, 'pe', { ...at, manual: true });
    const { name } = await onlyConnection(world, at.group);
    const scope = await privateLinkScopes.get(at.group, 'scope');
    const details = async () =>
      (await privateLinkScopes.getValidationDetails('westeurope', scope.properties!.privateLinkScopeId!))
        .connectionDetails ?? [];
    assert.equal((await details()).length, 0);
    await decide(world, at.group, name, 'Approved');
    assert.equal((await details()).length, 6);
  });
});
