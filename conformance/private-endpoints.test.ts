/** Private endpoints from both sides: the network's with @azure/arm-network, the scope's with @azure/arm-hybridcompute. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { poll } from './clients.ts';
import { all, names, refused } from './expect.ts';
import {
  createEndpoint,
  createNetwork,
  createScope,
  createZoneGroup,
  createZones,
  linkZone,
  zoneNames,
} from './topology.ts';
import { openWorld } from './world.ts';

const world = await openWorld();
const { network, privateDns } = world;
const { privateEndpointConnections: connections, privateLinkScopes } = world.hybridCompute;

/** A network of 127.7x with a scope beside it. */
const topology = async (prefix: string) => {
  const group = await world.createGroup();
  const scope = await createScope(world, group);
  const { subnet, network: vnet } = await createNetwork(world, group, prefix);
  return { group, scopeId: scope.id!, subnetId: subnet.id!, networkId: vnet.id! };
};

const onlyConnection = async (group: string) => {
  const [connection, ...others] = await all(connections.listByPrivateLinkScope(group, 'scope'));
  assert.equal(others.length, 0);
  assert.ok(connection?.name);
  return { ...connection, name: connection.name };
};

const stateOf = async (group: string, endpoint = 'pe') => {
  const read = await network.privateEndpoints.get(group, endpoint);
  const [connection] = [
    ...(read.privateLinkServiceConnections ?? []),
    ...(read.manualPrivateLinkServiceConnections ?? []),
  ];
  return connection?.privateLinkServiceConnectionState?.status;
};

const decide = (group: string, name: string, status: string) =>
  connections.beginCreateOrUpdateAndWait(
    group,
    'scope',
    name,
    { properties: { privateLinkServiceConnectionState: { status, description: `${status} by test` } } },
    poll,
  );

describe('an automatic connection', () => {
  test('R15: is approved at once for an owner, with an address for each member', async () => {
    const at = await topology('127.73');
    const endpoint = await createEndpoint(world, at.group, 'pe', at);
    assert.equal(endpoint.provisioningState, 'Succeeded');
    assert.equal(await stateOf(at.group), 'Approved');
    assert.deepEqual(
      endpoint.customDnsConfigs?.map(({ fqdn }) => fqdn),
      [
        'gbl.his.arc.azure.com',
        'weu.his.arc.azure.com',
        'europe-ats.his.arc.azure.com',
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

  test('has a network interface that names the members', async () => {
    const at = await topology('127.74');
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
    const at = await topology('127.75');
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
      [fixed(1, 43), 'PrivateIPAddressInUse'],
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
    const at = await topology('127.76');
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
    const at = await topology('127.77');
    await refused(createEndpoint(world, at.group, 'pe', { ...at, scopeId: at.networkId }), {
      status: 400,
      code: 'InvalidPrivateLinkServiceIdType',
    });
  });

  test('to a scope that is not there is refused', async () => {
    const at = await topology('127.78');
    await refused(createEndpoint(world, at.group, 'pe', { ...at, scopeId: `${at.scopeId}-none` }), {
      status: 400,
      code: 'InvalidResourceReference',
    });
  });
});

describe('a manual connection', () => {
  test('R15: is Pending, for an owner too, until the scope approves it; then rejected; then approved', async () => {
    const at = await topology('127.79');
    await createEndpoint(world, at.group, 'pe', { ...at, manual: true });
    assert.equal(await stateOf(at.group), 'Pending');
    const connection = await onlyConnection(at.group);
    assert.equal(connection.properties?.privateLinkServiceConnectionState?.status, 'Pending');
    assert.match(connection.name, /^pe\.[0-9a-f-]{36}$/);
    assert.match(connection.properties?.privateEndpoint?.id ?? '', /privateEndpoints\/pe$/);
    for (const status of ['Approved', 'Rejected', 'Approved']) {
      const decided = await decide(at.group, connection.name, status);
      assert.equal(decided.properties?.privateLinkServiceConnectionState?.status, status);
      assert.equal(decided.properties?.privateLinkServiceConnectionState?.description, `${status} by test`);
      assert.equal(await stateOf(at.group), status, 'both sides show one state');
    }
  });

  test('R15: the owner of the endpoint cannot approve it from its own side', async () => {
    const at = await topology('127.80');
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
    const at = await topology('127.81');
    await createEndpoint(world, at.group, 'pe', at);
    const { name } = await onlyConnection(at.group);
    await connections.beginDeleteAndWait(at.group, 'scope', name, poll);
    assert.deepEqual(await all(connections.listByPrivateLinkScope(at.group, 'scope')), []);
    assert.equal(await stateOf(at.group), 'Disconnected');
    await refused(decide(at.group, name, 'Approved'), { status: 404, code: 'ResourceNotFound' });
  });

  test('a state that is none is refused', async () => {
    const at = await topology('127.82');
    await createEndpoint(world, at.group, 'pe', { ...at, manual: true });
    const { name } = await onlyConnection(at.group);
    await refused(decide(at.group, name, 'Maybe'), {
      status: 409,
      code: 'PrivateEndpointConnectionStateNotAllowed',
    });
    assert.equal(await stateOf(at.group), 'Pending');
  });

  test('only approved endpoints are in the validation details of the scope', async () => {
    const at = await topology('127.83');
    await createEndpoint(world, at.group, 'pe', { ...at, manual: true });
    const { name } = await onlyConnection(at.group);
    const scope = await privateLinkScopes.get(at.group, 'scope');
    const details = async () =>
      (await privateLinkScopes.getValidationDetails('westeurope', scope.properties!.privateLinkScopeId!))
        .connectionDetails ?? [];
    assert.equal((await details()).length, 0);
    await decide(at.group, name, 'Approved');
    assert.equal((await details()).length, 6);
  });
});

describe('where an endpoint may stand', () => {
  test('R1: a network has endpoints to one scope only; several to the same one are allowed', async () => {
    const at = await topology('127.84');
    const other = await createScope(world, at.group, 'other');
    await createEndpoint(world, at.group, 'one', at);
    await createEndpoint(world, at.group, 'two', at);
    const toOther = () => createEndpoint(world, at.group, 'three', { ...at, scopeId: other.id! });
    await refused(toOther(), { status: 409, code: 'NetworkHasAnotherPrivateLinkScope', says: /scope/ });
    await refused(network.privateEndpoints.get(at.group, 'three'), { status: 404, code: 'ResourceNotFound' });

    await network.privateEndpoints.delete(at.group, 'one', poll);
    await refused(toOther(), { status: 409, code: 'NetworkHasAnotherPrivateLinkScope' });
    await network.privateEndpoints.delete(at.group, 'two', poll);
    assert.equal((await toOther()).provisioningState, 'Succeeded');
  });

  test('R1: a rejected endpoint counts until it is deleted', async () => {
    const at = await topology('127.85');
    const other = await createScope(world, at.group, 'other');
    await createEndpoint(world, at.group, 'pe', at);
    await decide(at.group, (await onlyConnection(at.group)).name, 'Rejected');
    await refused(createEndpoint(world, at.group, 'second', { ...at, scopeId: other.id! }), {
      status: 409,
      code: 'NetworkHasAnotherPrivateLinkScope',
    });
  });

  test('R1: of two endpoints to different scopes at the same moment one is refused', async () => {
    const at = await topology('127.86');
    const other = await createScope(world, at.group, 'other');
    const results = await Promise.allSettled([
      createEndpoint(world, at.group, 'one', at),
      createEndpoint(world, at.group, 'two', { ...at, scopeId: other.id! }),
    ]);
    assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    assert.equal((await all(network.privateEndpoints.list(at.group))).length, 1);
  });

  test('R4: endpoint and network are in one region; the region of the scope may differ', async () => {
    const at = await topology('127.87');
    await refused(createEndpoint(world, at.group, 'pe', { ...at, location: 'japaneast' }), {
      status: 400,
      code: 'InvalidResourceReference',
    });
    const far = await createScope(world, at.group, 'far', 'japaneast');
    const endpoint = await createEndpoint(world, at.group, 'pe', { ...at, scopeId: far.id! });
    assert.equal(
      endpoint.customDnsConfigs?.[1]?.fqdn,
      'je.his.arc.azure.com',
      "names follow the scope's region",
    );
  });

  test('R4: endpoint and network are in one subscription', async () => {
    const at = await topology('127.88');
    const elsewhere = at.subnetId.replace(world.subscriptionId, '00000000-0000-4000-8000-000000000009');
    await refused(createEndpoint(world, at.group, 'pe', { ...at, subnetId: elsewhere }), {
      status: 400,
      code: 'InvalidResourceReference',
    });
  });
});

describe('zone groups', () => {
  test('write the records of the endpoint into its zones and take back only those', async () => {
    const at = await topology('127.89');
    const zones = await createZones(world, at.group);
    await createEndpoint(world, at.group, 'pe', at);
    await privateDns.recordSets.createOrUpdate(at.group, zoneNames[0], 'A', 'mine', {
      ttl: 60,
      aRecords: [{ ipv4Address: '127.89.9.9' }],
    });
    const zoneGroup = await createZoneGroup(world, at.group, 'pe', zones);
    assert.equal(zoneGroup.provisioningState, 'Succeeded');
    assert.deepEqual(
      zoneGroup.privateDnsZoneConfigs?.map((config) => config.recordSets?.map((set) => set.recordSetName)),
      [['gbl', 'weu', 'europe-ats'], ['agentserviceapi', 'westeurope-gas'], ['westeurope']],
    );
    const record = await privateDns.recordSets.get(at.group, zoneNames[0], 'A', 'gbl');
    assert.deepEqual(record.aRecords, [{ ipv4Address: '127.89.1.4' }]);
    const aRecords = () => names(privateDns.recordSets.listByType(at.group, zoneNames[0], 'A'));
    assert.deepEqual(await aRecords(), ['europe-ats', 'gbl', 'mine', 'weu']);
    assert.deepEqual(await names(network.privateDnsZoneGroups.list(at.group, 'pe')), ['default']);

    await network.privateDnsZoneGroups.delete(at.group, 'pe', 'default', poll);
    assert.deepEqual(await aRecords(), ['mine'], 'R21: its own records and nothing else');
  });

  test('R21: deleting the endpoint takes its records and leaves those of others', async () => {
    const at = await topology('127.90');
    const zones = await createZones(world, at.group);
    await createEndpoint(world, at.group, 'pe', at);
    await createZoneGroup(world, at.group, 'pe', zones);
    await privateDns.recordSets.createOrUpdate(at.group, zoneNames[2], 'A', 'japaneast', {
      ttl: 60,
      aRecords: [{ ipv4Address: '127.90.9.9' }],
    });
    await network.privateEndpoints.delete(at.group, 'pe', poll);
    const left = await Promise.all(
      zoneNames.map((zone) => names(privateDns.recordSets.listByType(at.group, zone, 'A'))),
    );
    assert.deepEqual(left, [[], [], ['japaneast']]);
    assert.deepEqual(await all(connections.listByPrivateLinkScope(at.group, 'scope')), []);
  });

  test('R7: a zone group never creates a link, and the seed topology is complete with three', async () => {
    const at = await topology('127.91');
    const zones = await createZones(world, at.group);
    await createEndpoint(world, at.group, 'pe', at);
    await createZoneGroup(world, at.group, 'pe', zones);
    for (const zone of zoneNames) {
      assert.deepEqual(await names(privateDns.virtualNetworkLinks.list(at.group, zone)), []);
      await linkZone(world, at.group, zone, at.networkId);
    }
  });

  test("R5: a second endpoint's zone group replaces the records of the first", async () => {
    const at = await topology('127.92');
    const zones = await createZones(world, at.group);
    await createEndpoint(world, at.group, 'one', at);
    await createEndpoint(world, at.group, 'two', at);
    await createZoneGroup(world, at.group, 'one', zones);
    await createZoneGroup(world, at.group, 'two', zones);
    const record = await privateDns.recordSets.get(at.group, zoneNames[0], 'A', 'gbl');
    assert.deepEqual(record.aRecords, [{ ipv4Address: '127.92.1.10' }]);
    await network.privateEndpoints.delete(at.group, 'one', poll);
    const kept = await privateDns.recordSets.get(at.group, zoneNames[0], 'A', 'gbl');
    assert.deepEqual(kept.aRecords, [{ ipv4Address: '127.92.1.10' }], 'R21: the records of the second stay');
  });

  test('a second group, or a sixth zone, is refused', async () => {
    const at = await topology('127.93');
    const zones = await createZones(world, at.group);
    await createEndpoint(world, at.group, 'pe', at);
    await createZoneGroup(world, at.group, 'pe', zones);
    await refused(
      network.privateDnsZoneGroups.createOrUpdate(
        at.group,
        'pe',
        'second',
        { privateDnsZoneConfigs: [] },
        poll,
      ),
      { status: 400, code: 'InvalidPrivateDnsZoneGroup' },
    );
    const six = Array.from({ length: 6 }, (_, index) => ({
      name: `zone${index}`,
      privateDnsZoneId: zones[index % 3]!,
    }));
    await refused(
      network.privateDnsZoneGroups.createOrUpdate(
        at.group,
        'pe',
        'default',
        { privateDnsZoneConfigs: six },
        poll,
      ),
      { status: 400, code: 'InvalidPrivateDnsZoneGroup' },
    );
  });
});
