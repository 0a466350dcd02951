import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  checkConnectionTarget,
  checkEndpointPlacement,
  checkScopeOfNetwork,
  scopeOfNetworkClaim,
} from './endpoint-placement.ts';

const network = (name: string, subscription = 's1'): string =>
  `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/${name}`;
const endpoint = (name: string, subscription = 's1'): string =>
  `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Network/privateEndpoints/${name}`;
const scope = (name: string): string =>
  `/subscriptions/s1/resourceGroups/rg/providers/Microsoft.HybridCompute/privateLinkScopes/${name}`;

test('R1: any sequence of creations, rejections and deletions leaves a network with endpoints to one scope', () => {
  const step = fc.record({
    kind: fc.constantFrom('create', 'create', 'reject', 'delete'),
    endpoint: fc.constantFrom('e1', 'e2', 'e3', 'e4'),
    network: fc.constantFrom('n1', 'N1', 'n2'),
    scope: fc.constantFrom('S', 's', 'T'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      // What the store holds: claims, taken and released as the doc says.
      const claims = new Map<string, { value: string; holders: string[] }>();
      // The oracle: the plain list of endpoints that exist, rejected or not.
      const alive = new Map<string, { network: string; scope: string }>();
      for (const { kind, endpoint: name, network: net, scope: to } of steps) {
        const id = endpoint(name);
        if (kind === 'delete') {
          alive.delete(name);
          for (const held of claims.values()) held.holders = held.holders.filter((holder) => holder !== id);
          continue;
        }
        if (kind === 'reject' || alive.has(name)) continue;
        const claim = scopeOfNetworkClaim(network(net), scope(to), id);
        const held = claims.get(claim.key);
        const refusal = checkScopeOfNetwork(
          { vnetId: network(net), scopeId: scope(to), endpointId: id },
          held && held.holders.length > 0 ? held : undefined,
        );
        const rival = [...alive.values()].some(
          (other) =>
            other.network.toLowerCase() === net.toLowerCase() &&
            other.scope.toLowerCase() !== to.toLowerCase(),
        );
        assert.equal(refusal !== undefined, rival);
        if (refusal) continue;
        alive.set(name, { network: net, scope: to });
        claims.set(claim.key, { value: claim.value, holders: [...(held?.holders ?? []), claim.holder] });
      }
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('R1: the claim is the same however the ids are spelled: stores hold it from one version to the next', () => {
  assert.deepEqual(scopeOfNetworkClaim('/Subscriptions/S1/vNet', '/Subscriptions/S1/Scope', '/PE/One'), {
    key: 'scope of /subscriptions/s1/vnet',
    value: '/subscriptions/s1/scope',
    holder: '/PE/One',
  });
});

test('R1: the refusal names network, both scopes, the endpoint in the way and the fix', () => {
  const held = { value: scope('s'), holders: [endpoint('e1')] };
  const refusal = checkScopeOfNetwork(
    { vnetId: network('n'), scopeId: scope('t'), endpointId: endpoint('e2') },
    held,
  );
  assert.equal(refusal?.code, 'NetworkHasAnotherPrivateLinkScope');
  for (const part of [network('n'), scope('s'), scope('t'), endpoint('e1'), endpoint('e2'), 'Delete']) {
    assert.ok(refusal?.message.includes(part), part);
  }
});

test('R1: an endpoint that is alone in its network may go to another scope', () => {
  const held = { value: scope('s'), holders: [endpoint('E1')] };
  const wanted = { vnetId: network('n'), scopeId: scope('t'), endpointId: endpoint('e1') };
  assert.equal(checkScopeOfNetwork(wanted, held), undefined);
});

test("R4: endpoint and network share region and subscription, however they are spelled; the scope's region is no matter", () => {
  const spellings = {
    japaneast: ['japaneast', 'Japan East', 'JapanEast'],
    westeurope: ['westeurope', 'West Europe'],
  };
  for (const [endpointRegion, endpointSpellings] of Object.entries(spellings)) {
    for (const [networkRegion, networkSpellings] of Object.entries(spellings)) {
      for (const [endpointSubscription, networkSubscription] of [
        ['s1', 'S1'],
        ['s1', 's2'],
      ] as const) {
        for (const from of endpointSpellings) {
          for (const to of networkSpellings) {
            const refusal = checkEndpointPlacement(
              { id: endpoint('e', endpointSubscription), location: from },
              { id: network('n', networkSubscription), location: to },
            );
            const fits = endpointRegion === networkRegion && networkSubscription === 'S1';
            assert.equal(refusal?.code, fits ? undefined : 'InvalidResourceReference', `${from} ${to}`);
            assert.equal(refusal?.rule, fits ? undefined : 'R4');
          }
        }
      }
    }
  }
});

test('R15: an endpoint connects to a private link scope and nothing else', () => {
  assert.equal(checkConnectionTarget(scope('s')), undefined);
  assert.equal(checkConnectionTarget(scope('s').toLowerCase()), undefined);
  for (const id of [
    network('n'),
    `${scope('s')}/privateEndpointConnections/c`,
    '',
    scope(''),
    `x${scope('s')}`,
  ]) {
    assert.equal(checkConnectionTarget(id)?.code, 'InvalidPrivateLinkServiceIdType', id);
  }
});
