import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { effectiveRoutes, type RoutingSurroundings, selectRoute, type UserRoute } from './route.ts';

const network = { virtualNetwork: ['10.0.0.0/16'] };
const via = (around: RoutingSurroundings, address: string): string => {
  const route = selectRoute(effectiveRoutes(around), address);
  return `${route?.source} ${route?.nextHopType}`;
};
const table = (...routes: readonly UserRoute[]) => ({ id: '/rt', disableBgpRoutePropagation: false, routes });
const appliance = (name: string, addressPrefix: string): UserRoute => ({
  name,
  addressPrefix,
  nextHopType: 'VirtualAppliance',
  nextHopIpAddress: '10.0.9.4',
});

describe('the platform’s routes', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['10.0.0.9', 'Default VnetLocal'],
    ['10.1.0.9', 'Default None'],
    ['172.20.0.1', 'Default None'],
    ['192.168.3.3', 'Default None'],
    ['100.64.0.1', 'Default None'],
    ['100.128.0.1', 'Default Internet'],
    ['20.0.0.1', 'Default Internet'],
  ];
  for (const [address, expected] of cases)
    test(`${address}: ${expected}`, () => assert.equal(via(network, address), expected));

  test('a network that has a whole private range replaces its route to nowhere', () => {
    const whole = { virtualNetwork: ['10.0.0.0/8'] };
    assert.equal(via(whole, '10.200.0.1'), 'Default VnetLocal');
    assert.equal(
      effectiveRoutes(whole).filter(({ addressPrefix }) => addressPrefix[0] === '10.0.0.0/8').length,
      1,
    );
  });

  test('peered networks, near and far, and IPv6', () => {
    const around = {
      virtualNetwork: ['10.0.0.0/16', 'fd00::/48'],
      peerings: [
        { prefixes: ['10.1.0.0/16'], global: false },
        { prefixes: ['10.2.0.0/16'], global: true },
      ],
    };
    assert.equal(via(around, '10.1.0.1'), 'Default VNetPeering');
    assert.equal(via(around, '10.2.0.1'), 'Default VNetGlobalPeering');
    assert.equal(via(around, 'fd00::5'), 'Default VnetLocal');
    assert.equal(via(around, '2001:db8::1'), 'Default Internet');
    assert.equal(selectRoute(effectiveRoutes(network), '2001:db8::1'), undefined);
  });
});

describe('own routes and BGP', () => {
  const gateway = [{ prefix: '0.0.0.0/0' }, { prefix: '192.168.0.0/24' }, { prefix: '10.0.5.0/24' }];
  test('equal prefixes: own before BGP before the platform’s; the others are Invalid', () => {
    assert.equal(via({ ...network, gateway }, '20.0.0.1'), 'VirtualNetworkGateway VirtualNetworkGateway');
    const both = { ...network, gateway, routeTable: table(appliance('default', '0.0.0.0/0')) };
    assert.equal(via(both, '20.0.0.1'), 'User VirtualAppliance');
    const defaults = effectiveRoutes(both).filter(({ addressPrefix }) => addressPrefix[0] === '0.0.0.0/0');
    assert.deepEqual(
      defaults.map(({ source, state }) => `${source} ${state}`),
      ['Default Invalid', 'VirtualNetworkGateway Invalid', 'User Active'],
    );
  });
  test('the longest prefix wins whoever made it', () => {
    const around = { ...network, gateway, routeTable: table(appliance('private', '192.168.0.0/16')) };
    assert.equal(via(around, '192.168.0.9'), 'VirtualNetworkGateway VirtualNetworkGateway');
    assert.equal(via(around, '192.168.1.9'), 'User VirtualAppliance');
  });
  test('a network’s own range is preferred to more specific BGP, not to own routes', () => {
    assert.equal(via({ ...network, gateway }, '10.0.5.5'), 'Default VnetLocal');
    assert.equal(
      via({ ...network, gateway, routeTable: table(appliance('s', '10.0.5.0/24')) }, '10.0.5.5'),
      'User VirtualAppliance',
    );
  });
  test('a table that stops propagation leaves BGP out', () => {
    const routeTable = { ...table(), disableBgpRoutePropagation: true };
    assert.equal(via({ ...network, gateway, routeTable }, '20.0.0.1'), 'Default Internet');
  });
  test('a route by a service tag has the tag’s prefixes', () => {
    const routeTable = table({ name: 'aad', addressPrefix: 'AzureActiveDirectory', nextHopType: 'Internet' });
    const known = { ...network, gateway, routeTable, resolveTag: () => ['20.0.0.0/24', '20.0.1.0/24'] };
    assert.equal(via(known, '20.0.1.9'), 'User Internet');
    assert.deepEqual(effectiveRoutes(known).at(-1)?.addressPrefix, ['20.0.0.0/23']);
    assert.equal(effectiveRoutes({ ...network, routeTable }).at(-1)?.state, 'Invalid');
  });
});

describe('private endpoints', () => {
  const endpoint = (policies: string | undefined) => ({
    endpoints: [{ address: '10.0.1.4', policies, network: ['10.0.0.0/16'] }],
  });
  const cases: readonly (readonly [string, string | undefined, string, string])[] = [
    [
      'its /32 is longer than an own route while policies are Disabled',
      'Disabled',
      '10.0.1.0/24',
      'Default InterfaceEndpoint',
    ],
    [
      'groups only: routes do not reach it',
      'NetworkSecurityGroupEnabled',
      '10.0.1.0/24',
      'Default InterfaceEndpoint',
    ],
    [
      'routes enabled: an own route within the network takes its place',
      'RouteTableEnabled',
      '10.0.1.0/24',
      'User VirtualAppliance',
    ],
    ['the network’s own prefix takes its place, too', 'Enabled', '10.0.0.0/16', 'User VirtualAppliance'],
    ['a wider route does not', 'Enabled', '0.0.0.0/0', 'Default InterfaceEndpoint'],
    ['an own /32 does in any case', undefined, '10.0.1.4/32', 'User VirtualAppliance'],
    ['a route beside it does not', 'Enabled', '10.0.2.0/24', 'Default InterfaceEndpoint'],
  ];
  for (const [what, policies, prefix, expected] of cases)
    test(what, () => {
      const around = { ...network, ...endpoint(policies), routeTable: table(appliance('fw', prefix)) };
      assert.equal(via(around, '10.0.1.4'), expected);
    });
});

test('the route taken is that of a naive search over a tiny space', () => {
  // 10.0.0.0/28: prefixes of 28 to 32 bits, without exact duplicates inside one source.
  const prefix = fc
    .tuple(fc.integer({ min: 28, max: 32 }), fc.integer({ min: 0, max: 15 }))
    .map(([length, host]) => {
      const base = host & ~((1 << (32 - length)) - 1);
      return { base, length, text: `10.0.0.${base}/${length}` };
    });
  const list = fc.uniqueArray(prefix, { maxLength: 4, selector: ({ text }) => text });
  fc.assert(
    fc.property(list, list, fc.integer({ min: 0, max: 15 }), (own, announced, host) => {
      const around: RoutingSurroundings = {
        virtualNetwork: ['10.9.0.0/16'],
        gateway: announced.map(({ text }) => ({ prefix: text })),
        routeTable: table(...own.map(({ text }) => appliance(text, text))),
      };
      const inside = ({ base, length }: { base: number; length: number }): boolean =>
        host >= base && host < base + 2 ** (32 - length);
      let best = { length: 8, who: 'Default None' };
      for (const entry of announced)
        if (inside(entry) && entry.length > best.length)
          best = { length: entry.length, who: 'VirtualNetworkGateway VirtualNetworkGateway' };
      for (const entry of own)
        if (inside(entry) && entry.length >= best.length)
          best = { length: entry.length, who: 'User VirtualAppliance' };
      assert.equal(via(around, `10.0.0.${host}`), best.who);
    }),
    { seed: 24, numRuns: 800 },
  );
});
