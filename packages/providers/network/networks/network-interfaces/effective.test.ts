import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ArmWorld, ArmWorldOptions } from '@tombolo/testkit/arm-world';
import { type Watched, watchedStore } from '@tombolo/testkit/watched-store';
import {
  codeOf,
  createPlacedWorld,
  endpointBody,
  inGroup,
  networkBody,
  networkId,
  subnetBody,
  subnetId,
} from '../../network.testkit.ts';

const nsg = inGroup('networkSecurityGroups', 'nsg');
const table = inGroup('routeTables', 'rt');
const pe = inGroup('privateEndpoints', 'pe');
const nic = inGroup('networkInterfaces', 'pe-nic');
const asg = inGroup('applicationSecurityGroups', 'web');
const spoke = inGroup('virtualNetworks', 'spoke');
const allow = {
  name: 'AllowArm',
  properties: {
    protocol: 'Tcp',
    sourcePortRange: '*',
    destinationPortRange: '443',
    sourceApplicationSecurityGroups: [{ id: asg }],
    destinationAddressPrefix: 'AzureResourceManager',
    access: 'Allow',
    priority: 150,
    direction: 'Outbound',
  },
};

const createWorld = async (policies: string, options: Partial<ArmWorldOptions> = {}): Promise<ArmWorld> => {
  const world = await createPlacedWorld(options);
  await world.put(asg, { location: 'japaneast' });
  await world.put(nsg, { location: 'japaneast', properties: { securityRules: [allow] } });
  const routes = [
    {
      name: 'fw',
      properties: {
        addressPrefix: '10.0.1.0/24',
        nextHopType: 'VirtualAppliance',
        nextHopIpAddress: '10.0.9.4',
      },
    },
  ];
  await world.put(table, { location: 'japaneast', properties: { routes } });
  await world.put(spoke, networkBody('10.1.0.0/16'));
  const peer = (id: string) => ({ properties: { remoteVirtualNetwork: { id } } });
  await world.put(`${networkId}/virtualNetworkPeerings/to-spoke`, peer(spoke));
  await world.put(`${spoke}/virtualNetworkPeerings/to-hub`, peer(networkId));
  const body = subnetBody('10.0.1.0/24', {
    networkSecurityGroup: { id: nsg },
    routeTable: { id: table },
    privateEndpointNetworkPolicies: policies,
  });
  assert.equal((await world.put(subnetId, body)).status, 200);
  const endpoint = endpointBody({
    customNetworkInterfaceName: 'pe-nic',
    applicationSecurityGroups: [{ id: asg }],
  });
  assert.equal((await world.put(pe, endpoint)).status, 201);
  await world.settle();
  return world;
};

/** What a client does: POST, then the address in `Location` until it has the result. */
const result = async (world: ArmWorld, action: string) => {
  const accepted = await world.post(`${nic}/${action}`);
  assert.equal(accepted.status, 202);
  assert.ok(accepted.headers['azure-asyncoperation']);
  const location = accepted.headers.location!;
  assert.equal((await world.get(location)).status, 202);
  await world.settle();
  const answer = await world.get(location);
  assert.equal(answer.status, 200);
  return answer.json.value;
};

describe('effective security groups', () => {
  test('of an endpoint whose subnet’s policies are Enabled: tags and groups written out', async () => {
    const world = await createWorld('Enabled');
    const [group, ...more] = await result(world, 'effectiveNetworkSecurityGroups');
    assert.equal(more.length, 0);
    assert.equal(group.networkSecurityGroup.id, nsg);
    assert.equal(group.association.subnet.id, subnetId);
    const rule = (name: string) =>
      group.effectiveSecurityRules.find((entry: { name: string }) => entry.name === name);
    const addresses = (await world.get(nic)).json.properties.ipConfigurations.map(
      (entry: { properties: { privateIPAddress: string } }) => entry.properties.privateIPAddress,
    );
    assert.deepEqual(addresses.slice(0, 2), ['10.0.1.4', '10.0.1.5']);
    assert.deepEqual(rule('securityRules/AllowArm').expandedSourceAddressPrefix, [
      '10.0.1.4/30',
      '10.0.1.8/31',
    ]);
    assert.deepEqual(rule('defaultSecurityRules/AllowVnetInBound').expandedSourceAddressPrefix, [
      '10.0.0.0/15',
      '168.63.129.16/32',
    ]);
  });

  test('read what is around the interface, and nothing of other networks', async () => {
    let watched: Watched | undefined;
    const around: ArmWorldOptions['around'] = (store) => {
      watched = watchedStore(store);
      return watched.store;
    };
    const world = await createWorld('Enabled', { around });
    const others = (name: string, kind: string) =>
      Array.from({ length: 300 }, (_, index) => ({
        id: inGroup(kind, `${name}${index}`),
        type: `Microsoft.Network/${kind}`,
        body: { location: 'japaneast', properties: {} },
      }));
    const kinds = ['networkInterfaces', 'applicationSecurityGroups', 'privateEndpoints'];
    await world.store.commit({ puts: kinds.flatMap((kind) => others('other', kind)) });
    watched?.take();
    await result(world, 'effectiveNetworkSecurityGroups');
    const { documents } = watched!.take();
    assert.ok(documents < 100, `${documents} documents`);
  });

  for (const policies of ['Disabled', 'RouteTableEnabled'])
    test(`none applies while they are ${policies}`, async () => {
      assert.deepEqual(await result(await createWorld(policies), 'effectiveNetworkSecurityGroups'), []);
    });
});

describe('effective routes', () => {
  const endpointRoutes = async (policies: string) => {
    const routes = await result(await createWorld(policies), 'effectiveRouteTable');
    assert.deepEqual(
      routes.find((entry: { nextHopType: string }) => entry.nextHopType === 'VNetPeering').addressPrefix,
      ['10.1.0.0/16'],
    );
    return routes
      .filter((entry: { nextHopType: string }) => entry.nextHopType === 'InterfaceEndpoint')
      .map((entry: { state: string }) => entry.state);
  };
  test('have a /32 to each address of an endpoint', async () => {
    assert.deepEqual(await endpointRoutes('NetworkSecurityGroupEnabled'), Array(6).fill('Active'));
  });
  test('that an own route takes the place of where policies say so', async () => {
    assert.deepEqual(await endpointRoutes('RouteTableEnabled'), Array(6).fill('Invalid'));
  });
});

test('a missing interface is 404, and an operation whose interface went meanwhile fails', async () => {
  const world = await createWorld('Enabled');
  assert.equal(codeOf(await world.post(`${nic}x/effectiveRouteTable`)), '404 ResourceNotFound');
  const { location } = (await world.post(`${nic}/effectiveRouteTable`)).headers;
  await world.remove(pe);
  await world.settle();
  assert.equal(codeOf(await world.get(location!)), '409 ResourceNotFound');
});

test('an application security group has to be there, and cannot go while an endpoint is in it or a rule names it', async () => {
  const world = await createWorld('Enabled');
  assert.equal(codeOf(await world.remove(asg)), '400 InUseApplicationSecurityGroupCannotBeDeleted');
  const out = endpointBody({ customNetworkInterfaceName: 'pe-nic' });
  assert.equal((await world.put(pe, out)).status, 200);
  assert.equal(codeOf(await world.remove(asg)), '400 InUseApplicationSecurityGroupCannotBeDeleted');
  assert.equal((await world.put(nsg, { location: 'japaneast' })).status, 200);
  assert.equal((await world.remove(asg)).status, 200);
  const missing = endpointBody({ applicationSecurityGroups: [{ id: asg }] });
  assert.equal(codeOf(await world.put(pe, missing)), '400 InvalidResourceReference');
});
