/** What the command reads over ARM and what the provider reads from its store are judged as the same. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Method } from '@tombolo/arm';
import {
  createPlacedWorld,
  endpointBody,
  inGroup,
  networkBody,
  networkId,
  subnetBody,
  subnetId,
} from '@tombolo/providers/network/network.testkit';
import { loadAroundInterface } from '@tombolo/providers/network/networks/network-interfaces/around-interface';
import type { ArmWorld } from '@tombolo/testkit/arm-world';
import type { ArmClient } from '../../installation/arm-client.ts';
import { readRunningSubject } from './running-subject.ts';

const nsg = inGroup('networkSecurityGroups', 'nsg');
const table = inGroup('routeTables', 'rt');
const nic = inGroup('networkInterfaces', 'pe-nic');
const spoke = inGroup('virtualNetworks', 'spoke');
const away = inGroup('virtualNetworks', 'away');
const [web, none] = ['web', 'none'].map((name) => inGroup('applicationSecurityGroups', name));

const clientOf = (world: ArmWorld): ArmClient => ({
  send: async (method, path, body) => {
    const answer = await world.send(method as Method, path, body, { apiVersion: '' });
    assert.equal(answer.status, 200, `${path} ${JSON.stringify(answer.json)}`);
    return { status: answer.status, headers: answer.headers, body: answer.json, feed: undefined };
  },
  close: () => {},
});

const createWorld = async (policies: string): Promise<ArmWorld> => {
  const world = await createPlacedWorld();
  for (const id of [web, none]) await world.put(id!, { location: 'japaneast' });
  const rule = {
    priority: 150,
    direction: 'Outbound',
    access: 'Deny',
    protocol: '*',
    sourceApplicationSecurityGroups: [{ id: web }],
    sourcePortRange: '*',
    destinationAddressPrefix: 'Internet',
    destinationPortRange: '*',
  };
  await world.put(nsg, {
    location: 'japaneast',
    properties: { securityRules: [{ name: 'Deny', properties: rule }] },
  });
  const hop = {
    addressPrefix: '192.168.0.0/16',
    nextHopType: 'VirtualAppliance',
    nextHopIpAddress: '10.0.9.4',
  };
  await world.put(table, {
    location: 'japaneast',
    properties: { disableBgpRoutePropagation: true, routes: [{ name: 'fw', properties: hop }] },
  });
  await world.put(spoke, networkBody('10.1.0.0/16'));
  await world.put(away, { ...networkBody('10.2.0.0/16'), location: 'westeurope' });
  for (const [name, id, access] of [
    ['spoke', spoke, true],
    ['away', away, false],
  ] as const) {
    const peer = (remote: string) => ({
      properties: { remoteVirtualNetwork: { id: remote }, allowVirtualNetworkAccess: access },
    });
    assert.equal((await world.put(`${networkId}/virtualNetworkPeerings/to-${name}`, peer(id))).status, 201);
    await world.put(`${id}/virtualNetworkPeerings/back`, peer(networkId));
  }
  const placed = subnetBody('10.0.1.0/24', {
    networkSecurityGroup: { id: nsg },
    routeTable: { id: table },
    privateEndpointNetworkPolicies: policies,
  });
  assert.equal((await world.put(subnetId, placed)).status, 200);
  const more = { customNetworkInterfaceName: 'pe-nic', applicationSecurityGroups: [{ id: web }] };
  assert.equal((await world.put(inGroup('privateEndpoints', 'pe'), endpointBody(more))).status, 201);
  await world.settle();
  return world;
};

describe('a subject of a running installation', () => {
  for (const policies of ['Enabled', 'Disabled'])
    test(`an interface is what the provider's effective rules and routes are made of (policies ${policies})`, async () => {
      const world = await createWorld(policies);
      const subject = await readRunningSubject(clientOf(world), { nic });
      const around = await loadAroundInterface(world.store, (await world.store.get(nic))!, () => undefined);
      const { resolveTag: _, ...surroundings } = around.surroundings;
      const { resolveTag: __, ...routing } = around.routing;
      // To a rule a group that nobody is in is one that is not there; the provider reads those that its rules name.
      const peopled = (groups: ReadonlyMap<string, readonly string[]> = new Map()) =>
        new Map([...groups].filter(([, addresses]) => addresses.length > 0));
      const { applicationSecurityGroups: seen, ...shown } = subject.surroundings;
      const { applicationSecurityGroups: meant, ...read } = surroundings;
      assert.deepEqual(shown, read);
      assert.deepEqual(peopled(seen), peopled(meant));
      assert.deepEqual(subject.routing, routing);
      assert.deepEqual(subject.groups, around.application.groups);
      assert.equal(subject.notes.length, policies === 'Enabled' ? 0 : 1);
    });

  test('what stands around: space, peers in and out of the tag, own routes, members, endpoint routes', async () => {
    const world = await createWorld('Enabled');
    const { surroundings, routing, groups } = await readRunningSubject(clientOf(world), { subnet: subnetId });
    assert.equal(groups.subnet?.id, nsg);
    const addresses = [4, 5, 6, 7, 8, 9].map((octet) => `10.0.1.${octet}`);
    assert.deepEqual(surroundings.virtualNetwork, ['10.0.0.0/16']);
    assert.deepEqual(surroundings.peered, ['10.1.0.0/16']);
    assert.deepEqual(surroundings.userRoutes, ['192.168.0.0/16']);
    assert.deepEqual(
      [...(surroundings.applicationSecurityGroups ?? [])],
      [
        [none!.toLowerCase(), []],
        [web!.toLowerCase(), addresses],
      ],
    );
    assert.deepEqual(
      routing?.peerings?.toSorted((a, b) => Number(a.global) - Number(b.global)),
      [
        { prefixes: ['10.1.0.0/16'], global: false },
        { prefixes: ['10.2.0.0/16'], global: true },
      ],
    );
    assert.equal(routing?.routeTable?.disableBgpRoutePropagation, true);
    assert.deepEqual(
      routing?.endpoints,
      addresses.map((address) => ({ address, policies: 'Enabled', network: ['10.0.0.0/16'] })),
    );
  });

  test('a group is judged where it is used, alone; what is no id is refused', async () => {
    const world = await createWorld('Enabled');
    const { groups, each, notes } = await readRunningSubject(clientOf(world), { nsg });
    assert.deepEqual([groups.subnet?.id, each.length, notes.length], [nsg, 1, 1]);
    await assert.rejects(readRunningSubject(clientOf(world), { nsg: '/x' }), /no id of a resource/);
  });
});
