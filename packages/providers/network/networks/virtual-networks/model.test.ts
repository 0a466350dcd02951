/** What a network's PUT makes of it, of its subnets and of both sides of its peerings, without a store. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { propertiesIn } from '@tombolo/store/document';
import type { Document, HeldClaim, JsonObject } from '@tombolo/store/port';
import { decided, putInput, refused, stored } from '../../../put-input.testkit.ts';
import { inGroup } from '../../network.testkit.ts';
import type { PeeringSurroundings } from '../virtual-network-peerings/resource.ts';
import { type LoadedNetwork, putNetwork, removeNetwork, shownNetwork } from './model.ts';
import type { NetworkProperties } from './schema.ts';

const id = inGroup('virtualNetworks', 'Hub');
const withSpace = (networkId: string, ...addressPrefixes: string[]): Document =>
  stored(networkId, { addressSpace: { addressPrefixes }, resourceGuid: 'kept' });
const hub = withSpace(id, '10.0.0.0/16');
const spoke = withSpace(inGroup('virtualNetworks', 'Spoke'), '10.1.0.0/16');
const subnet = (name: string, addressPrefix: string): Document =>
  stored(`${id}/subnets/${name}`, { addressPrefix });
const to = (remote: Document, name: string, from = id, more: JsonObject = {}): Document =>
  stored(
    `${from}/virtualNetworkPeerings/${name}`,
    { remoteVirtualNetwork: { id: remote.id }, ...more },
    { own: name },
  );
const nothing: LoadedNetwork = {
  subnets: [],
  occupied: new Map(),
  peerings: [],
  around: new Map(),
  keepsSubnets: true,
};
const around = (entries: Record<string, Partial<PeeringSurroundings>>): LoadedNetwork['around'] =>
  new Map(
    Object.entries(entries).map(([name, more]) => [
      name,
      { siblings: [], remote: spoke, reverse: undefined, peered: [], ...more },
    ]),
  );

const put = (
  properties: Partial<Record<keyof NetworkProperties, unknown>> = {},
  loaded: Partial<LoadedNetwork> = {},
  existing?: Document,
) =>
  putNetwork(
    putInput({
      id,
      properties: { addressSpace: { addressPrefixes: ['10.0.0.0/16'] }, ...properties } as never,
      loaded: { ...nothing, ...loaded },
      existing,
    }),
  );

describe('a network', () => {
  test('has Azure’s defaults, and keeps what is written and its guid', () => {
    const addressSpace = { addressPrefixes: ['10.0.0.0/16'] };
    assert.deepEqual(put(), {
      properties: {
        addressSpace,
        dhcpOptions: { dnsServers: [] },
        enableDdosProtection: false,
        privateEndpointVNetPolicies: 'Disabled',
        provisioningState: 'Succeeded',
        resourceGuid: 'guid-1',
      },
      effects: { expect: [], puts: [], deletes: [], claims: [], releases: [] },
    });
    const written = {
      dhcpOptions: { dnsServers: ['10.0.0.4'] },
      enableDdosProtection: true,
      privateEndpointVNetPolicies: 'Basic',
      flowTimeoutInMinutes: 5,
    };
    assert.deepEqual(decided(put(written, {}, hub)).properties, {
      ...written,
      addressSpace,
      provisioningState: 'Succeeded',
      resourceGuid: 'kept',
    });
  });

  test('shrinks over no subnet: of those in use the prefix is named, of the others the subnet', () => {
    const subnets = [subnet('free', '10.0.1.0/24'), subnet('used', '10.0.2.0/24')];
    const claim: HeldClaim = { key: 'address', value: 'v', holders: ['h'] };
    const occupied = new Map([[`${id}/subnets/used`.toLowerCase(), { taken: [claim], users: [] }]]);
    const shrink = (prefix: string, used: LoadedNetwork['occupied'] = occupied) =>
      refused(() => put({ addressSpace: { addressPrefixes: [prefix] } }, { subnets, occupied: used }));
    const outside = `400 NetcfgInvalidSubnet ${id}/subnets/free: Subnet 'free' is not valid in virtual network 'Hub': its prefixes are not within the address space. Extend the address space or choose another prefix.`;
    assert.equal(shrink('10.0.2.0/24'), outside);
    assert.equal(
      shrink('10.9.0.0/16', new Map([[`${id}/subnets/used`.toLowerCase(), { taken: [], users: [] }]])),
      outside,
    );
    assert.equal(
      shrink('10.9.0.0/16'),
      `400 InUsePrefixCannotBeDeleted ${id}/subnets/used: IpPrefix 10.0.2.0/24 on Subnet used has active allocations and cannot be deleted. Delete what has addresses there first.`,
    );
  });
});

describe('the peerings that a network’s PUT carries', () => {
  const entry = (name: string | undefined, more: object = {}) => ({
    name,
    properties: { remoteVirtualNetwork: { id: spoke.id } },
    ...more,
  });
  const readSpoke = { id: spoke.id, version: 7 };

  test('are made, by their names or as they were answered by their ids', () => {
    const loaded = { around: around({ 'to-spoke': {} }) };
    const made = `${id}/virtualNetworkPeerings/To-spoke`;
    for (const written of [entry('To-spoke'), entry(undefined, { id: made })]) {
      const effects = decided(put({ virtualNetworkPeerings: [written] }, loaded)).effects!;
      assert.deepEqual(effects.expect, [{ id: made, version: 'absent' }, readSpoke]);
      assert.deepEqual(
        effects.puts?.map(({ id: written, type, body }) => ({ written, type, keys: Object.keys(body) })),
        [
          {
            written: made,
            type: 'Microsoft.Network/virtualNetworks/virtualNetworkPeerings',
            keys: ['properties'],
          },
        ],
      );
      assert.equal(propertiesIn(effects.puts![0]!.body)?.peeringState, 'Initiated');
      assert.deepEqual(effects.claims, [
        {
          key: `peers of ${spoke.id.toLowerCase()}`,
          value: spoke.id.toLowerCase(),
          holder: made,
        },
      ]);
    }
  });

  test('need a usable name', () => {
    for (const [written, name] of [
      [entry('-'), '-'],
      [entry(undefined), ''],
    ] as const)
      assert.equal(
        refused(() => put({ virtualNetworkPeerings: [written] })),
        `400 BadRequest virtualNetworkPeerings: The peering name '${name}' is invalid: 1 to 80 letters, digits, underscores, periods and hyphens; it begins with a letter or digit and ends with a letter, digit or underscore.`,
      );
  });

  test('update those that are there in whatever case, with their other sides, and delete those left out with theirs', () => {
    const third = withSpace(inGroup('virtualNetworks', 'third'), '10.2.0.0/16');
    const kept = to(spoke, 'To-Spoke');
    const gone = to(third, 'To-Third');
    const back = to(hub, 'back', spoke.id, { peeringState: 'Initiated' });
    const left = to(hub, 'back', third.id, { peeringState: 'Connected' });
    const loaded = {
      peerings: [kept, gone],
      around: around({
        'to-spoke': { reverse: back, siblings: [gone] },
        'to-third': { remote: third, reverse: left, siblings: [kept] },
      }),
    };
    const effects = decided(put({ virtualNetworkPeerings: [entry('TO-SPOKE')] }, loaded, hub)).effects!;
    const at = ({ id: read, version }: Document) => ({ id: read, version });
    assert.deepEqual(effects.expect, [...[spoke, third].map(at), ...[kept, spoke, back].map(at), at(left)]);
    assert.deepEqual(
      effects.puts?.map(({ id: written, body }) => {
        const { peeringState } = body.properties as JsonObject;
        return `${written} ${body.own} ${peeringState}`;
      }),
      [`${kept.id} To-Spoke Connected`, `${back.id} back Connected`, `${left.id} back Disconnected`],
    );
    assert.deepEqual(effects.deletes, [gone.id]);
    assert.deepEqual(effects.releases, [{ holder: gone.id.toLowerCase() }]);
  });

  test('stay where the PUT says nothing of them, and no space comes to overlap theirs', () => {
    const loaded = { peerings: [to(spoke, 'To-Spoke')], around: around({ 'to-spoke': {} }) };
    const { expect, puts, deletes } = decided(put({}, loaded, hub)).effects!;
    assert.deepEqual({ expect, puts, deletes }, { expect: [readSpoke], puts: [], deletes: [] });
    const wider = { addressSpace: { addressPrefixes: ['10.0.0.0/15'] } };
    assert.match(
      refused(() => put(wider, loaded, hub)),
      new RegExp(`^400 VnetAddressSpaceOverlapsWithAlreadyPeeredVnet ${id}: `),
    );
  });

  test('are refused as each by itself would be', () => {
    const loaded = { around: around({ self: { remote: hub } }) };
    const written = { name: 'self', properties: { remoteVirtualNetwork: { id } } };
    assert.match(
      refused(() => put({ virtualNetworkPeerings: [written] }, loaded, hub)),
      /^400 PeeringCannotBeChanged .* cannot be peered with itself\.$/,
    );
  });
});

test('with a network go the links to it, and peerings to it are Disconnected', () => {
  const link = stored(`${inGroup('privateDnsZones', 'z')}/virtualNetworkLinks/Link`, {});
  const back = to(hub, 'Back', spoke.id, { peeringState: 'Connected' });
  const { effects } = removeNetwork({
    links: [link],
    reversePeerings: [back],
    found: [{ key: 'links of hub', holders: ['h'] }],
  });
  assert.deepEqual(effects, {
    expect: [
      { unclaimed: 'links of hub', except: ['h'] },
      { id: back.id, version: 7 },
    ],
    puts: [
      {
        id: back.id,
        type: back.type,
        body: {
          own: 'Back',
          properties: { remoteVirtualNetwork: { id }, peeringState: 'Disconnected' },
        },
      },
    ],
    deletes: [link.id],
    releases: [{ holder: link.id.toLowerCase() }],
  });
});

test('a network is shown with its subnets and peerings', () => {
  const [subnets, peerings] = [[{ name: 'a' }], [{ name: 'b' }]];
  assert.deepEqual(shownNetwork(stored(id, { own: 1 }, { location: 'japaneast' }), subnets, peerings), {
    location: 'japaneast',
    properties: { own: 1, subnets, virtualNetworkPeerings: peerings },
  });
});
