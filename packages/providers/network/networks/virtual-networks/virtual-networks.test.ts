import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { subscriptionIdIn } from '@tombolo/store/document';
import type { JsonObject } from '@tombolo/store/port';
import {
  codeOf,
  createNetworkWorld,
  createPlacedWorld,
  endpointBody,
  inGroup,
  networkBody,
  networkId,
  subnetBody,
  subnetId,
} from '../../network.testkit.ts';

const names = (answer: { json: { properties: { subnets: readonly JsonObject[] } } }): unknown[] =>
  answer.json.properties.subnets.map((subnet) => subnet.name);

describe('virtual networks', () => {
  test('are created with inline subnets, shown inline and by themselves', async () => {
    const world = await createNetworkWorld();
    const created = await world.put(
      networkId,
      networkBody('10.0.0.0/16', [{ name: 'a', ...subnetBody('10.0.1.0/24') }]),
    );
    assert.equal(created.status, 201);
    assert.equal((await world.get(networkId)).json.properties.provisioningState, 'Succeeded');
    assert.match(created.json.properties.resourceGuid, /^[0-9a-f-]{36}$/);
    assert.deepEqual(names(created), ['a']);
    assert.match(created.json.properties.subnets[0].etag, /^W\//);
    const subnet = await world.get(`${networkId}/subnets/a`);
    assert.equal(subnet.json.properties.addressPrefix, '10.0.1.0/24');
    assert.equal(subnet.json.properties.privateEndpointNetworkPolicies, 'Disabled');
    assert.equal(subnet.json.properties.privateLinkServiceNetworkPolicies, 'Enabled');
  });

  test('a PUT that says nothing of subnets keeps them; one that leaves some out deletes those', async () => {
    const world = await createNetworkWorld();
    const both = [
      { name: 'a', ...subnetBody('10.0.1.0/24') },
      { name: 'b', ...subnetBody('10.0.2.0/24') },
    ];
    await world.put(networkId, networkBody('10.0.0.0/16', both));
    assert.deepEqual(names(await world.put(networkId, networkBody())), ['a', 'b']);
    assert.deepEqual(names(await world.put(networkId, networkBody('10.0.0.0/16', [both[1]!]))), ['b']);
    assert.equal((await world.get(`${networkId}/subnets/a`)).status, 404);
    assert.deepEqual(names(await world.put(networkId, networkBody('10.0.0.0/16', []))), []);
  });

  test('what was answered can be sent back as it is', async () => {
    const world = await createPlacedWorld();
    const before = await world.get(networkId);
    const again = await world.put(networkId, before.json);
    assert.equal(again.status, 200);
    const { properties } = (await world.get(networkId)).json;
    const strip = (value: { subnets: { etag: string }[] }) => ({
      ...value,
      subnets: value.subnets.map(({ etag: ___, ...rest }) => rest),
    });
    assert.deepEqual(strip(properties), strip(before.json.properties));
  });

  const refusals: readonly [string, string, readonly JsonObject[] | undefined, string][] = [
    ['a prefix that is no CIDR', '10.0.0.0', undefined, '400 InvalidAddressPrefixFormat'],
    ['a prefix with bits behind its length', '10.0.0.1/16', undefined, '400 InvalidCIDRNotation'],
    ['multicast', '224.0.0.0/8', undefined, '400 AddressPrefixNotAllowed'],
    [
      'a subnet outside',
      '10.0.0.0/16',
      [{ name: 'a', ...subnetBody('10.1.0.0/24') }],
      '400 NetcfgInvalidSubnet',
    ],
    [
      'a subnet larger than the network',
      '10.0.0.0/24',
      [{ name: 'a', ...subnetBody('10.0.0.0/23') }],
      '400 NetcfgInvalidSubnet',
    ],
    [
      'overlapping subnets',
      '10.0.0.0/16',
      [
        { name: 'a', ...subnetBody('10.0.0.0/24') },
        { name: 'b', ...subnetBody('10.0.0.128/25') },
      ],
      '400 NetcfgSubnetRangesOverlap',
    ],
    [
      'a subnet of /30',
      '10.0.0.0/16',
      [{ name: 'a', ...subnetBody('10.0.0.0/30') }],
      '400 InvalidSubnetPrefixLength',
    ],
    [
      'a subnet without a prefix',
      '10.0.0.0/16',
      [{ name: 'a', properties: {} }],
      '400 AddressPrefixRequired',
    ],
  ];
  for (const [what, prefix, subnets, code] of refusals) {
    test(`refuse ${what}`, async () => {
      const world = await createNetworkWorld();
      assert.equal(codeOf(await world.put(networkId, networkBody(prefix, subnets))), code);
      assert.equal((await world.get(networkId)).status, 404);
    });
  }

  test('refuse overlapping prefixes of their own', async () => {
    const world = await createNetworkWorld();
    const body = networkBody();
    body.properties.addressSpace.addressPrefixes.push('10.0.128.0/17');
    assert.equal(codeOf(await world.put(networkId, body)), '400 AddressPrefixesOverlap');
  });

  test('stand in 127.0.0.0/8 only where the installation allows it', async () => {
    const open = await createNetworkWorld({ settings: { allowLoopbackNetworks: true } });
    assert.equal((await open.put(networkId, networkBody('127.10.0.0/16'))).status, 201);
    const strict = await createNetworkWorld({ settings: { allowLoopbackNetworks: false } });
    assert.equal(
      codeOf(await strict.put(networkId, networkBody('127.10.0.0/16'))),
      '400 AddressPrefixNotAllowed',
    );
  });

  test('unknown properties and wrong types are refused by name, IPv6 and DNS servers are taken', async () => {
    const world = await createNetworkWorld();
    const body = networkBody();
    const wrong = { ...body, properties: { ...body.properties, dhcpOptionz: {} } };
    const unknown = await world.put(networkId, wrong);
    assert.equal(codeOf(unknown), '400 InvalidRequestFormat');
    const [detail] = unknown.json.error.details;
    assert.equal(detail.code, 'InvalidJson');
    assert.match(detail.message, /could not find member 'dhcpOptionz'.*'dhcpOptions'/);
    const bad = { ...body, properties: { ...body.properties, dhcpOptions: { dnsServers: ['nowhere'] } } };
    assert.equal(codeOf(await world.put(networkId, bad)), '400 InvalidRequestFormat');
    const dual = {
      location: 'japaneast',
      properties: {
        addressSpace: { addressPrefixes: ['10.0.0.0/16', 'fd00:db8::/48'] },
        dhcpOptions: { dnsServers: ['10.0.0.4'] },
        subnets: [{ name: 'dual', properties: { addressPrefixes: ['10.0.1.0/24', 'fd00:db8::/64'] } }],
      },
    };
    const created = await world.put(networkId, dual);
    assert.equal(created.status, 201);
    assert.deepEqual(created.json.properties.dhcpOptions.dnsServers, ['10.0.0.4']);
    const cleared = { ...dual, properties: { ...dual.properties, dhcpOptions: { dnsServers: [''] } } };
    const { status, json } = await world.put(networkId, cleared);
    assert.deepEqual([status, json.properties.dhcpOptions], [200, { dnsServers: [] }], 'az means none');
  });

  test('what a GET answered is sent back without a word of what is passed over', async () => {
    const world = await createPlacedWorld();
    await world.put(inGroup('privateEndpoints', 'pe'), endpointBody());
    const { json } = await world.get(networkId);
    const again = await world.put(networkId, json);
    assert.ok(again.status < 300, JSON.stringify(again.json));
    assert.equal(again.headers['x-tombolo-ignored-properties'], undefined);
  });

  test('before api-version 2023-09-01 a PUT that says nothing of subnets deletes them, but for those in use', async () => {
    const world = await createNetworkWorld();
    const both = [
      { name: 'a', ...subnetBody('10.0.1.0/24') },
      { name: 'b', ...subnetBody('10.0.2.0/24') },
    ];
    await world.put(networkId, networkBody('10.0.0.0/16', both));
    const without = (apiVersion: string) => world.put(networkId, networkBody('10.0.0.0/16'), { apiVersion });
    assert.deepEqual(names(await without('2023-09-01')), ['a', 'b']);
    const tagged = await world.patch(networkId, { tags: { a: '1' } }, { apiVersion: '2023-06-01' });
    assert.deepEqual(names(tagged), ['a', 'b']);
    assert.deepEqual(names(await without('2023-06-01')), []);
    const placed = await createPlacedWorld();
    assert.equal((await placed.put(inGroup('privateEndpoints', 'pe'), endpointBody())).status, 201);
    const refused = await placed.put(networkId, networkBody('10.0.0.0/16'), { apiVersion: '2023-06-01' });
    assert.equal(codeOf(refused), '400 InUseSubnetCannotBeDeleted');
  });

  test('a subnet with addresses is neither moved, left out, shrunk under, nor deleted', async () => {
    const world = await createPlacedWorld();
    assert.equal((await world.put(inGroup('privateEndpoints', 'pe'), endpointBody())).status, 201);
    const move = await world.put(
      networkId,
      networkBody('10.0.0.0/16', [{ name: 'default', ...subnetBody('10.0.1.0/25') }]),
    );
    assert.equal(codeOf(move), '400 InUsePrefixCannotBeDeleted');
    assert.equal(
      codeOf(await world.put(networkId, networkBody('10.0.0.0/16', []))),
      '400 InUseSubnetCannotBeDeleted',
    );
    assert.equal(
      codeOf(await world.put(networkId, networkBody('10.1.0.0/16'))),
      '400 InUsePrefixCannotBeDeleted',
    );
    assert.equal(
      codeOf(await world.put(subnetId, subnetBody('10.0.2.0/24'))),
      '400 InUsePrefixCannotBeDeleted',
    );
    assert.equal(codeOf(await world.remove(subnetId)), '400 InUseSubnetCannotBeDeleted');
    assert.equal(codeOf(await world.remove(networkId)), '400 InUseSubnetCannotBeDeleted');
    const shown = await world.get(subnetId);
    assert.equal(shown.json.properties.privateEndpoints[0].id, inGroup('privateEndpoints', 'pe'));
    assert.equal(shown.json.properties.ipConfigurations.length, 6);
    assert.equal((await world.remove(inGroup('privateEndpoints', 'pe'))).status, 202);
    assert.equal((await world.remove(networkId)).status, 200);
    assert.equal((await world.get(subnetId)).status, 404);
  });

  test('an address space that leaves an unused subnet outside is refused, too', async () => {
    const world = await createPlacedWorld();
    assert.equal(codeOf(await world.put(networkId, networkBody('10.1.0.0/16'))), '400 NetcfgInvalidSubnet');
  });

  test('are listed by group and subscription, tagged by PATCH, guarded by If-Match', async () => {
    const world = await createPlacedWorld();
    assert.equal((await world.patch(networkId, { tags: { a: 'b' } })).json.tags.a, 'b');
    assert.equal((await world.listAll(networkId.replace(/\/vnet$/, ''))).length, 1);
    const everywhere = `${subscriptionIdIn(networkId)}/providers/Microsoft.Network/virtualNetworks`;
    assert.equal((await world.listAll(everywhere)).length, 1);
    const stale = await world.put(networkId, networkBody(), { headers: { 'if-match': '"nothing"' } });
    assert.equal(codeOf(stale), '412 PreconditionFailed');
  });
});

describe('subnets', () => {
  test('written at the same time never overlap', async () => {
    const world = await createNetworkWorld();
    await world.put(networkId, networkBody());
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) =>
        world.put(`${networkId}/subnets/${name}`, subnetBody('10.0.0.0/24')),
      ),
    );
    assert.deepEqual(answers.map(codeOf).sort(), ['201', ...Array(3).fill('400 NetcfgSubnetRangesOverlap')]);
  });

  test('take a security group, which then cannot be deleted', async () => {
    const world = await createPlacedWorld();
    const nsg = inGroup('networkSecurityGroups', 'nsg');
    const withGroup = subnetBody('10.0.1.0/24', { networkSecurityGroup: { id: nsg } });
    assert.equal(codeOf(await world.put(subnetId, withGroup)), '400 InvalidResourceReference');
    assert.equal((await world.put(nsg, { location: 'japaneast' })).status, 201);
    assert.equal((await world.put(subnetId, withGroup)).status, 200);
    assert.deepEqual((await world.get(nsg)).json.properties.subnets, [{ id: subnetId }]);
    assert.equal(codeOf(await world.remove(nsg)), '400 InUseNetworkSecurityGroupCannotBeDeleted');
    assert.equal((await world.put(subnetId, subnetBody('10.0.1.0/24'))).status, 200);
    assert.equal((await world.remove(nsg)).status, 200);
  });

  test('have delegations, and need their network', async () => {
    const world = await createPlacedWorld();
    const delegations = [{ name: 'd', properties: { serviceName: 'Microsoft.Web/serverFarms' } }];
    const body = subnetBody('10.0.2.0/24', { delegations });
    const created = await world.put(`${networkId}/subnets/web`, body);
    assert.equal(created.json.properties.delegations[0].properties.serviceName, 'Microsoft.Web/serverFarms');
    assert.equal((await world.put(`${networkId}x/subnets/web`, body)).status, 404);
    assert.equal((await world.remove(`${networkId}/subnets/web`)).status, 200);
    assert.equal((await world.remove(`${networkId}/subnets/web`)).status, 204);
  });
});
