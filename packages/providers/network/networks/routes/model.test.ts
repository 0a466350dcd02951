/** What a route may be, without a store: each refusal in its words, and what is stored. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ArmError } from '@tombolo/arm';
import { checkRoutes, planRoute } from './model.ts';
import type { RouteProperties } from './schema.ts';

const id = '/rt/routes/r';
const written = (more: Partial<RouteProperties> = {}): RouteProperties => ({
  addressPrefix: '10.0.0.0/24',
  nextHopType: 'Internet',
  ...more,
});
const outcome = (more: Partial<RouteProperties>): string => {
  const plan = planRoute(id, written(more));
  return plan instanceof ArmError ? `${plan.target}: ${plan.message}` : 'taken';
};

describe('a route', () => {
  test('is stored as it is written; an empty next hop is none', () => {
    const stored = { hasBgpOverride: false, provisioningState: 'Succeeded' };
    assert.deepEqual(planRoute(id, written({ nextHopIpAddress: '' })), {
      id,
      properties: { addressPrefix: '10.0.0.0/24', nextHopType: 'Internet', ...stored },
    });
    const appliance = written({ nextHopType: 'VirtualAppliance', nextHopIpAddress: '10.0.9.4' });
    assert.deepEqual(planRoute(id, appliance), { id, properties: { ...appliance, ...stored } });
  });

  test('leads a prefix or a service tag somewhere', () => {
    for (const addressPrefix of ['0.0.0.0/0', '::/0', 'Storage', 'Storage.JapanEast'])
      assert.equal(outcome({ addressPrefix }), 'taken', addressPrefix);
    for (const addressPrefix of [undefined, ''])
      assert.equal(
        outcome({ addressPrefix }),
        "addressPrefix: Route 'r' is invalid: give addressPrefix, for example 0.0.0.0/0.",
      );
    for (const addressPrefix of ['10.0.0.0/33', '-x', 'a.', 'a b', '9a'])
      assert.equal(
        outcome({ addressPrefix }),
        `addressPrefix: Address prefix '${addressPrefix}' of '${id}' is no CIDR notation. Give it like 10.0.0.0/24.`,
      );
    assert.match(
      outcome({ addressPrefix: '10.0.0.1/24' }),
      /has bits set behind its length.*'10\.0\.0\.0\/24'/,
    );
  });

  test('by an appliance needs its address, by anything else takes none', () => {
    const invalid = (why: string) => `nextHopIpAddress: Route 'r' is invalid: ${why}`;
    for (const nextHopIpAddress of [undefined, ''])
      assert.equal(
        outcome({ nextHopType: 'VirtualAppliance', nextHopIpAddress }),
        invalid('VirtualAppliance needs nextHopIpAddress, the appliance’s address.'),
      );
    for (const nextHopType of ['Internet', 'VnetLocal', 'None', 'VirtualNetworkGateway'] as const)
      assert.equal(
        outcome({ nextHopType, nextHopIpAddress: '10.0.9.4' }),
        invalid(`${nextHopType} takes no nextHopIpAddress; only VirtualAppliance does.`),
      );
    const by = (nextHopIpAddress: string) => outcome({ nextHopType: 'VirtualAppliance', nextHopIpAddress });
    assert.equal(by('fd00::4'), 'taken');
    assert.equal(by('10.0.9.0/24'), invalid("'10.0.9.0/24' is no IP address."));
  });
});

test('a table routes each prefix once, tags in any case', () => {
  const route = (name: string, addressPrefix: string) => ({
    id: `/rt/routes/${name}`,
    properties: { addressPrefix },
  });
  const refusal = checkRoutes([route('a', 'Storage'), route('b', '10.0.0.0/8'), route('c', 'STORAGE')]);
  assert.deepEqual(
    [refusal?.code, refusal?.target, refusal?.message],
    [
      'RouteConflict',
      '/rt/routes/c',
      "Route 'c' conflicts with route 'a': both have address prefix STORAGE. A table routes each prefix once.",
    ],
  );
  assert.equal(checkRoutes([route('a', 'Storage'), route('b', '10.0.0.0/8')]), undefined);
});
