/** What a peering may be and what becomes of both its sides, without a store. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ArmError } from '@tombolo/arm';
import type { Document, JsonObject } from '@tombolo/store/port';
import { checkPeeredSpaces, decidePeering, type PeeringInput, shownPeering, withState } from './model.ts';

const network = (name: string, ...addressPrefixes: string[]): Document => ({
  id: `/vnets/${name}`,
  type: 'Microsoft.Network/virtualNetworks',
  version: 1,
  body: { properties: { addressSpace: { addressPrefixes } } },
});
const peering = (id: string, remote: string, more: JsonObject = {}): Document => ({
  id,
  type: 'Microsoft.Network/virtualNetworks/virtualNetworkPeerings',
  version: 1,
  body: { etag: 'kept', properties: { remoteVirtualNetwork: { id: remote }, ...more } },
});
const [hub, spoke] = [network('hub', '10.0.0.0/16'), network('spoke', '10.1.0.0/16', 'fd00::/48')];
const id = '/vnets/hub/virtualNetworkPeerings/to-spoke';
const decide = (more: Partial<PeeringInput> = {}) =>
  decidePeering({
    id,
    local: hub,
    localSpace: ['10.0.0.0/16'],
    written: { remoteVirtualNetwork: { id: spoke.id } },
    existing: undefined,
    siblings: [],
    remote: spoke,
    reverse: undefined,
    peered: [],
    syncs: false,
    newGuid: () => 'guid',
    ...more,
  });
const refusal = (more: Partial<PeeringInput>): string => {
  const plan = decide(more);
  return plan instanceof ArmError ? `${plan.target} ${plan.code}: ${plan.message}` : 'taken';
};

describe('a peering', () => {
  test('alone is Initiated, with Azure’s defaults', () => {
    assert.deepEqual(decide(), {
      claim: { key: 'peers of /vnets/spoke', value: '/vnets/spoke', holder: id },
      reverse: undefined,
      properties: {
        allowVirtualNetworkAccess: true,
        allowForwardedTraffic: false,
        allowGatewayTransit: false,
        useRemoteGateways: false,
        doNotVerifyRemoteGateways: false,
        peerCompleteVnets: true,
        remoteVirtualNetwork: { id: '/vnets/spoke' },
        remoteAddressSpace: { addressPrefixes: ['10.1.0.0/16', 'fd00::/48'] },
        peeringState: 'Initiated',
        provisioningState: 'Succeeded',
        resourceGuid: 'guid',
      },
    });
  });

  test('says what is written, and keeps its guid', () => {
    const written = {
      allowVirtualNetworkAccess: false,
      allowForwardedTraffic: true,
      allowGatewayTransit: true,
      useRemoteGateways: true,
      doNotVerifyRemoteGateways: true,
      peerCompleteVnets: false,
      enableOnlyIPv6Peering: true,
      localSubnetNames: ['a'],
      remoteSubnetNames: ['b'],
    };
    const existing = peering(id, '/VNETS/spoke', { resourceGuid: 'kept' });
    const plan = decide({ existing, written: { ...written, remoteVirtualNetwork: { id: spoke.id } } });
    assert.ok(!(plan instanceof ArmError));
    const { properties } = plan;
    for (const [key, value] of Object.entries(written)) assert.deepEqual(properties[key], value, key);
    assert.equal(properties.resourceGuid, 'kept');
  });

  test('keeps what it knows of the remote space until it is synchronized or begins anew', () => {
    const known = (peeringState: string, syncs: boolean) => {
      const before = { peeringState, remoteAddressSpace: { addressPrefixes: ['10.1.0.0/24'] } };
      const plan = decide({ existing: peering(id, spoke.id, before), syncs });
      assert.ok(!(plan instanceof ArmError));
      return plan.properties.remoteAddressSpace;
    };
    const now = { addressPrefixes: ['10.1.0.0/16', 'fd00::/48'] };
    for (const state of ['Initiated', 'Connected']) {
      assert.deepEqual(known(state, false), { addressPrefixes: ['10.1.0.0/24'] });
      assert.deepEqual(known(state, true), now);
    }
    assert.deepEqual(known('Disconnected', false), now);
  });

  test('with its counterpart is Connected, and connects that one', () => {
    const reverse = peering('/vnets/spoke/virtualNetworkPeerings/to-hub', hub.id, {
      peeringState: 'Initiated',
      own: 1,
    });
    const plan = decide({ reverse });
    assert.ok(!(plan instanceof ArmError));
    assert.equal(plan.properties.peeringState, 'Connected');
    assert.deepEqual(plan.reverse, {
      id: reverse.id,
      type: reverse.type,
      body: {
        etag: 'kept',
        properties: {
          remoteVirtualNetwork: { id: hub.id },
          own: 1,
          peeringState: 'Connected',
          remoteAddressSpace: { addressPrefixes: ['10.0.0.0/16'] },
        },
      },
    });
    const connected = decide({ reverse: peering(reverse.id, hub.id, { peeringState: 'Connected' }) });
    assert.ok(!(connected instanceof ArmError) && connected.reverse === undefined, 'nothing to write there');
  });

  test('is refused with what is in its way', () => {
    const cannot = (why: string) =>
      `${id} PeeringCannotBeChanged: Peering 'to-spoke' cannot be written: ${why}`;
    assert.equal(
      refusal({ remote: { ...hub, id: '/VNETS/HUB' } }),
      cannot('a virtual network cannot be peered with itself.'),
    );
    assert.equal(
      refusal({ existing: peering(id, '/vnets/other') }),
      cannot('its remote virtual network is fixed. Delete the peering and create it anew.'),
    );
    assert.equal(
      refusal({ siblings: [peering('/p/other', '/vnets/other'), peering('/p/same', '/VNETS/spoke')] }),
      `${id} AnotherPeeringAlreadyReferencesRemoteVnet: Peering '/p/same' references virtual network '/vnets/spoke' already. A network has one peering to another.`,
    );
    assert.equal(
      refusal({ localSpace: ['10.1.2.0/24'] }),
      `${id} VnetAddressSpacesOverlap: Virtual networks '/vnets/hub' and '/vnets/spoke' cannot be peered because their address spaces overlap: 10.1.2.0/24 and 10.1.0.0/16.`,
    );
    assert.equal(
      refusal({ peered: [network('far', '10.9.0.0/16'), network('near', '10.1.3.0/24')] }),
      `${id} VnetAddressSpaceOverlapsWithAlreadyPeeredVnet: The address space of '/vnets/spoke' overlaps that of '/vnets/near', which is peered already: 10.1.0.0/16 and 10.1.3.0/24.`,
    );
  });

  test('is not begun anew against one that is Disconnected; one that is there goes on', () => {
    const reverse = peering('/p/back', hub.id, { peeringState: 'Disconnected' });
    assert.equal(
      refusal({ reverse }),
      `${id} RemotePeeringIsDisconnected: The remote peering '/p/back' is in Disconnected state: it is that when its remote virtual network or its counterpart was deleted. Update or re-create that one to get it back to Initiated state; then create this one.`,
    );
    assert.equal(refusal({ reverse, existing: peering(id, spoke.id) }), 'taken');
  });
});

test('a network’s space overlaps none that it is peered with', () => {
  const local = { id: hub.id, space: ['10.0.0.0/16', '10.1.2.0/24'] };
  assert.equal(checkPeeredSpaces(local, [network('far', '10.9.0.0/16')]), undefined);
  const refused = checkPeeredSpaces(local, [network('far', '10.9.0.0/16'), spoke]);
  assert.deepEqual(
    [refused?.target, refused?.message],
    [
      hub.id,
      "The address space of '/vnets/hub' overlaps that of '/vnets/spoke', which is peered already: 10.1.2.0/24 and 10.1.0.0/16.",
    ],
  );
});

test('a state is written beside all else, and the remote space where it is given', () => {
  const before = peering(id, spoke.id, { peeringState: 'Connected' });
  assert.deepEqual(withState(before, 'Disconnected').body, {
    etag: 'kept',
    properties: { remoteVirtualNetwork: { id: spoke.id }, peeringState: 'Disconnected' },
  });
});

describe('as it is shown', () => {
  const stored = peering(id, spoke.id, {
    remoteAddressSpace: { addressPrefixes: ['10.1.0.0/16', 'fd00::/48'] },
  });
  const back = peering('/vnets/spoke/virtualNetworkPeerings/to-hub', hub.id, {
    remoteAddressSpace: { addressPrefixes: ['10.0.0.0/16'] },
  });
  const shown = (local?: Document, remote?: Document, reverse?: Document) => {
    const {
      remoteVirtualNetwork: _,
      remoteAddressSpace: __,
      ...rest
    } = shownPeering(stored, {
      local,
      remote,
      reverse,
    });
    return rest;
  };
  test('has both spaces as they are now, and whether it has kept up', () => {
    const own = { addressPrefixes: ['10.0.0.0/16'] };
    assert.deepEqual(shown(hub, spoke, back), {
      localAddressSpace: own,
      localVirtualNetworkAddressSpace: own,
      remoteVirtualNetworkAddressSpace: { addressPrefixes: ['10.1.0.0/16', 'fd00::/48'] },
      peeringSyncLevel: 'FullyInSync',
    });
    const { remoteVirtualNetworkAddressSpace: now } = shown(hub, network('spoke', '10.1.0.0/16'), back);
    assert.deepEqual(now, { addressPrefixes: ['10.1.0.0/16'] });
  });
  test('says of itself, of the other side or of both that it has not kept up', () => {
    const [grownHub, grownSpoke] = [network('hub', '10.0.0.0/15'), network('spoke', '10.1.0.0/16')];
    const level = (...sides: Parameters<typeof shown>) => shown(...sides).peeringSyncLevel;
    assert.equal(level(grownHub, spoke, back), 'RemoteNotInSync');
    assert.equal(level(hub, grownSpoke, back), 'LocalNotInSync');
    assert.equal(level(grownHub, grownSpoke, back), 'LocalAndRemoteNotInSync');
    assert.equal(level(hub, spoke), 'RemoteNotInSync', 'the first half, alone');
    assert.equal(level(hub, grownSpoke), 'LocalAndRemoteNotInSync');
  });
  test('without its networks has what is known of them', () => {
    const none = { addressPrefixes: [] };
    assert.deepEqual(shown(undefined, undefined, back), {
      localAddressSpace: none,
      localVirtualNetworkAddressSpace: none,
      remoteVirtualNetworkAddressSpace: { addressPrefixes: ['10.1.0.0/16', 'fd00::/48'] },
      peeringSyncLevel: 'FullyInSync',
    });
  });
});
