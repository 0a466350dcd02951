/** `$expand` over a network with a private endpoint, as the portal, PowerShell and the SDKs ask for it. */

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { ArmWorld } from '@tombolo/testkit/arm-world';
import {
  createPlacedWorld,
  endpointBody,
  inGroup,
  networkId,
  subnetBody,
  subnetId,
} from '../network.testkit.ts';
import { types } from '../types.ts';

const endpointId = inGroup('privateEndpoints', 'pe');
const groupId = inGroup('networkSecurityGroups', 'nsg');
const tableId = inGroup('routeTables', 'rt');

describe('$expand in Microsoft.Network', () => {
  let world: ArmWorld;
  let interfaceId: string;
  const read = async (id: string, expand: string) => {
    const answer = await world.get(`${id}?$expand=${expand}`);
    assert.equal(answer.status, 200, JSON.stringify(answer.json));
    assert.equal(answer.headers['x-tombolo-warning'], undefined);
    return answer.json.properties;
  };
  before(async () => {
    world = await createPlacedWorld();
    for (const id of [groupId, tableId]) await world.put(id, { location: 'japaneast', properties: {} });
    await world.put(
      subnetId,
      subnetBody('10.0.1.0/24', { networkSecurityGroup: { id: groupId }, routeTable: { id: tableId } }),
    );
    const made = await world.put(endpointId, endpointBody());
    assert.equal(made.status, 201, JSON.stringify(made.json));
    await world.settle();
    interfaceId = (await world.get(endpointId)).json.properties.networkInterfaces[0].id;
  });

  test('a private endpoint shows its interface and its subnet', async () => {
    const { networkInterfaces, subnet } = await read(endpointId, 'networkInterfaces,subnet');
    assert.equal(networkInterfaces[0].id, interfaceId);
    assert.equal(networkInterfaces[0].properties.privateEndpoint.id, endpointId);
    assert.match(networkInterfaces[0].etag, /^W\//);
    assert.equal(subnet.properties.addressPrefix, '10.0.1.0/24');
  });

  test('a network and a subnet show the IP configurations in them', async () => {
    const { subnets } = await read(networkId, 'subnets/ipConfigurations');
    const { ipConfigurations } = await read(subnetId, 'ipConfigurations');
    assert.deepEqual(subnets[0].properties.ipConfigurations, ipConfigurations);
    assert.ok(ipConfigurations.length >= 3);
    for (const { id, name, properties } of ipConfigurations) {
      assert.equal(id, `${interfaceId}/ipConfigurations/${name}`);
      assert.match(properties.privateIPAddress, /^10\.0\.1\./);
    }
  });

  test('an interface shows the subnet of its configurations; names are of any letter case', async () => {
    const { ipConfigurations } = await read(interfaceId, 'IPConfigurations/Subnet');
    for (const { properties } of ipConfigurations)
      assert.equal(properties.subnet.properties.networkSecurityGroup.id, groupId);
    const { privateEndpoint } = await read(interfaceId, 'privateEndpoint,ipConfigurations/PublicIPAddress');
    assert.equal(privateEndpoint.properties.subnet.id, subnetId);
  });

  test('a subnet shows its security group, route table and endpoints; these show their subnets', async () => {
    const shown = await read(subnetId, 'networkSecurityGroup,routeTable,privateEndpoints');
    assert.equal(shown.networkSecurityGroup.properties.defaultSecurityRules.length, 6);
    assert.deepEqual(shown.routeTable.properties.routes, []);
    assert.equal(shown.privateEndpoints[0].properties.subnet.id, subnetId);
    for (const [id, expand] of [
      [groupId, 'networkInterfaces,subnets'],
      [tableId, 'subnets'],
    ] as const)
      assert.equal((await read(id, expand)).subnets[0].properties.addressPrefix, '10.0.1.0/24');
  });

  test('what a type does not refer to is refused, by name', async () => {
    for (const [id, expand] of [
      [networkId, 'versions'],
      [endpointId, 'privateLinkServiceConnections'],
      [subnetId, 'ipConfigurations/nothing'],
    ] as const) {
      const { json } = await world.get(`${id}?$expand=${expand}`);
      assert.equal(json.error.code, 'InvalidExpandQueryOptionValue', expand);
    }
  });

  test('what can be expanded leads to types by their canonical names', () => {
    const canonical = new Set<string>([
      ...Object.values(types),
      `${types.networkInterface}/ipConfigurations`,
      'Microsoft.Network/publicIPAddresses',
    ]);
    const leaves = (tree: unknown): readonly string[] =>
      typeof tree === 'string' ? [tree] : Object.values(tree as object).flatMap(leaves);
    for (const type of world.registry.providers.flatMap((provider) => provider.types))
      if (typeof type.expands === 'object')
        assert.deepEqual(
          leaves(type.expands).filter((name) => !canonical.has(name)),
          [],
        );
  });
});
