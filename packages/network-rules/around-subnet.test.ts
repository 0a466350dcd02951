import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Members } from '@tombolo/store/document';
import {
  aroundSubnet,
  isConnected,
  type Neighbourhood,
  routeTableOf,
  subnetOfInterface,
} from './around-subnet.ts';
import { securityGroup } from './security-rule.ts';

const space = (id: string, location: string, ...addressPrefixes: unknown[]): Members => ({
  id,
  location,
  properties: { addressSpace: { addressPrefixes } },
});
const hub = space('/net/virtualNetworks/hub', 'japaneast', '10.0.0.0/16');
const subnetId = '/net/virtualNetworks/hub/subnets/s';
const nic = (address: unknown, more: Members = {}): Members => ({
  properties: {
    ipConfigurations: [{ properties: { subnet: { id: subnetId }, privateIPAddress: address } }],
    ...more,
  },
});
const found: Neighbourhood = {
  subnet: { id: subnetId, properties: { privateEndpointNetworkPolicies: 'Enabled' } },
  network: hub,
  subnetGroup: undefined,
  routeTable: undefined,
  peerings: [],
  interfaces: [],
  subnets: [],
  endpoints: [],
  applicationSecurityGroups: [],
};

test('a peering counts while it is Connected', () => {
  assert.deepEqual(
    ['Connected', 'Initiated', 'Disconnected', undefined].map((peeringState) =>
      isConnected({ properties: { peeringState } }),
    ),
    [true, false, false, false],
  );
});

describe('a route table', () => {
  const route = (properties: Members): Members => ({ name: 'r', properties });
  test('has its routes with what they say, and an address of the next hop only where one is said', () =>
    assert.deepEqual(
      routeTableOf({ id: '/rt', properties: { disableBgpRoutePropagation: true } }, [
        route({ addressPrefix: '0.0.0.0/0', nextHopType: 'VirtualAppliance', nextHopIpAddress: '10.0.9.4' }),
        route({ addressPrefix: 'Storage', nextHopType: 'Internet' }),
      ]),
      {
        id: '/rt',
        disableBgpRoutePropagation: true,
        routes: [
          {
            name: 'r',
            addressPrefix: '0.0.0.0/0',
            nextHopType: 'VirtualAppliance',
            nextHopIpAddress: '10.0.9.4',
          },
          { name: 'r', addressPrefix: 'Storage', nextHopType: 'Internet' },
        ],
      },
    ));
  test('passes routes on unless it says otherwise, and lacks what its bodies lack', () =>
    assert.deepEqual(routeTableOf({ properties: { disableBgpRoutePropagation: 'yes' } }, [{}]), {
      id: '',
      disableBgpRoutePropagation: false,
      routes: [{ name: '', addressPrefix: '', nextHopType: '' }],
    }));
});

describe('around a subnet', () => {
  test('alone are its network, no routes of its own, and no resolver', () => {
    const { application, surroundings, routing } = aroundSubnet(found);
    assert.deepEqual(application, { groups: { subnet: undefined, networkInterface: undefined } });
    assert.deepEqual(surroundings, {
      virtualNetwork: ['10.0.0.0/16'],
      peered: [],
      userRoutes: [],
      applicationSecurityGroups: new Map(),
    });
    assert.deepEqual(routing, {
      virtualNetwork: ['10.0.0.0/16'],
      peerings: [],
      routeTable: undefined,
      endpoints: [],
    });
  });

  test('the resolver, the routes and the groups that were found are passed on', () => {
    const resolveTag = () => ['20.0.0.0/24'];
    const [subnetGroup, interfaceGroup] = [securityGroup('/s', []), securityGroup('/n', [])];
    const routeTable = routeTableOf({ id: '/rt' }, [{ properties: { addressPrefix: '10.9.0.0/16' } }]);
    const all = aroundSubnet({ ...found, subnetGroup, interfaceGroup, routeTable }, resolveTag);
    assert.deepEqual(all.application.groups, { subnet: subnetGroup, networkInterface: interfaceGroup });
    assert.equal(all.surroundings.resolveTag, resolveTag);
    assert.equal(all.routing.resolveTag, resolveTag);
    assert.deepEqual(all.surroundings.userRoutes, ['10.9.0.0/16']);
    assert.equal(all.routing.routeTable, routeTable);
  });

  test('peered networks count to VirtualNetwork unless access is off; routes lead to them all, near and far', () => {
    const peering = (allowVirtualNetworkAccess?: boolean): Members => ({
      properties: { allowVirtualNetworkAccess },
    });
    const { surroundings, routing } = aroundSubnet({
      ...found,
      peerings: [
        { peering: peering(), remote: space('/a', 'japaneast', '10.1.0.0/16', 7) },
        { peering: peering(true), remote: space('/b', 'westeurope', '10.2.0.0/16') },
        { peering: peering(false), remote: space('/c', 'japaneast', '10.3.0.0/16') },
      ],
    });
    assert.deepEqual(surroundings.peered, ['10.1.0.0/16', '10.2.0.0/16']);
    assert.deepEqual(routing.peerings, [
      { prefixes: ['10.1.0.0/16'], global: false },
      { prefixes: ['10.2.0.0/16'], global: true },
      { prefixes: ['10.3.0.0/16'], global: false },
    ]);
  });

  test('the policies of the subnet hold for a private endpoint’s interface only', () => {
    const subnetGroup = securityGroup('/s', []);
    const subnet = { properties: { privateEndpointNetworkPolicies: 'Disabled' } };
    const of = (networkInterface?: Members) =>
      aroundSubnet({ ...found, subnet, subnetGroup, networkInterface }).application.groups.subnet?.id;
    assert.equal(of(), '/s');
    assert.equal(of(nic('10.0.0.4')), '/s');
    assert.equal(of(nic('10.0.0.4', { privateEndpoint: { id: '/pe' } })), undefined);
  });
});

describe('private endpoints around', () => {
  test('have a route for each address in these networks, with the policies of their own subnets', () => {
    const subnets = [
      { id: subnetId.toUpperCase(), properties: { privateEndpointNetworkPolicies: 'Enabled' } },
    ];
    const elsewhere = {
      properties: {
        ipConfigurations: [
          {
            properties: {
              subnet: { id: '/other/virtualNetworks/n/subnets/s' },
              privateIPAddress: '10.8.0.4',
            },
          },
        ],
      },
    };
    const of = (more: Partial<Neighbourhood>) => aroundSubnet({ ...found, ...more }).routing.endpoints;
    const interfaces = [nic('10.0.0.4'), nic(7), elsewhere, { properties: {} }];
    const network = ['10.0.0.0/16'];
    assert.deepEqual(of({ interfaces, subnets }), [{ address: '10.0.0.4', policies: 'Enabled', network }]);
    assert.deepEqual(of({ interfaces }), [{ address: '10.0.0.4', policies: undefined, network }]);
    const remote = space('/other/virtualNetworks/N', 'japaneast', '10.8.0.0/16');
    assert.deepEqual(of({ interfaces, peerings: [{ peering: {}, remote }] })?.[1], {
      address: '10.8.0.4',
      policies: undefined,
      network: ['10.8.0.0/16'],
    });
  });

  test('are the members of the groups that they name, in whatever case', () => {
    const endpoint = (id: string, ...groups: unknown[]): Members => ({
      id,
      properties: { applicationSecurityGroups: groups },
    });
    const { surroundings } = aroundSubnet({
      ...found,
      applicationSecurityGroups: [{ id: '/ASG/web' }, { id: '/asg/empty' }],
      endpoints: [endpoint('/pe/one', { id: '/asg/WEB' }, { id: '/asg/gone' }), endpoint('/pe/two')],
      interfaces: [
        nic('10.0.0.4', { privateEndpoint: { id: '/PE/one' } }),
        nic('10.0.0.5', { privateEndpoint: { id: '/pe/two' } }),
        nic('10.0.0.6', { privateEndpoint: { id: '/pe/unknown' } }),
        nic('10.0.0.7'),
      ],
    });
    assert.deepEqual(
      surroundings.applicationSecurityGroups,
      new Map([
        ['/asg/web', ['10.0.0.4']],
        ['/asg/empty', []],
      ]),
    );
  });
});

test('an interface stands in the subnet of its first configuration, or says none', () => {
  assert.equal(subnetOfInterface(nic('10.0.0.4')), subnetId);
  for (const nothing of [
    {},
    { properties: null },
    { properties: { ipConfigurations: 'x' } },
    nic(1, { ipConfigurations: [{}] }),
  ])
    assert.equal(subnetOfInterface(nothing), '');
});
