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

describe('a route as it is shown', () => {
  const shown = (around: RoutingSurroundings, prefix: string) =>
    effectiveRoutes(around).filter(({ addressPrefix }) => addressPrefix[0] === prefix);
  const around: RoutingSurroundings = {
    virtualNetwork: ['10.0.0.0/16', '10.64.0.0/16'],
    gateway: [
      { prefix: '192.168.0.0/24', nextHopIpAddress: '10.0.8.4' },
      { prefix: '192.168.1.0/24' },
      { prefix: '10.64.3.0/24' },
      { prefix: 'no prefix' },
    ],
    routeTable: table(appliance('fw', '20.0.0.0/24'), {
      name: 'out',
      addressPrefix: '20.0.1.0/24',
      nextHopType: 'Internet',
    }),
  };
  const platforms = {
    source: 'Default',
    state: 'Active',
    nextHopIpAddress: [],
    disableBgpRoutePropagation: false,
  };

  test('the platform’s', () => {
    assert.deepEqual(shown(around, '10.64.0.0/16'), [
      { ...platforms, addressPrefix: ['10.64.0.0/16'], nextHopType: 'VnetLocal' },
    ]);
    assert.deepEqual(shown(around, '172.16.0.0/12'), [
      { ...platforms, addressPrefix: ['172.16.0.0/12'], nextHopType: 'None' },
    ]);
    const stopped = { ...around, routeTable: { ...table(), disableBgpRoutePropagation: true } };
    assert.deepEqual(shown(stopped, '0.0.0.0/0'), [
      { ...platforms, addressPrefix: ['0.0.0.0/0'], nextHopType: 'Internet' },
    ]);
  });

  test('of several peered networks, one that is a private range takes its way to nowhere', () => {
    const wide = { ...around, peerings: [{ prefixes: ['172.16.0.0/12', '10.2.0.0/16'], global: false }] };
    assert.deepEqual(
      shown(wide, '172.16.0.0/12').map(({ nextHopType }) => nextHopType),
      ['VNetPeering'],
    );
  });

  test('a gateway’s, with its next hop where it has one; Invalid inside of any of the network’s ranges', () => {
    const gateways = {
      source: 'VirtualNetworkGateway',
      state: 'Active',
      nextHopType: 'VirtualNetworkGateway',
      disableBgpRoutePropagation: false,
    };
    assert.deepEqual(
      ['192.168.0.0/24', '192.168.1.0/24', '10.64.3.0/24'].flatMap((prefix) => shown(around, prefix)),
      [
        { ...gateways, addressPrefix: ['192.168.0.0/24'], nextHopIpAddress: ['10.0.8.4'] },
        { ...gateways, addressPrefix: ['192.168.1.0/24'], nextHopIpAddress: [] },
        { ...gateways, addressPrefix: ['10.64.3.0/24'], nextHopIpAddress: [], state: 'Invalid' },
      ],
    );
    const unread = effectiveRoutes(around).filter(({ addressPrefix }) => addressPrefix.length === 0);
    assert.deepEqual(
      unread.map(({ state }) => state),
      ['Invalid'],
    );
  });

  test('one’s own, with its name, and whether its table passes BGP on', () => {
    const routeTable = { ...around.routeTable!, disableBgpRoutePropagation: true };
    const own = { source: 'User', state: 'Active', disableBgpRoutePropagation: true };
    assert.deepEqual(
      ['20.0.0.0/24', '20.0.1.0/24'].flatMap((prefix) => shown({ ...around, routeTable }, prefix)),
      [
        {
          ...own,
          name: 'fw',
          addressPrefix: ['20.0.0.0/24'],
          nextHopType: 'VirtualAppliance',
          nextHopIpAddress: ['10.0.9.4'],
        },
        {
          ...own,
          name: 'out',
          addressPrefix: ['20.0.1.0/24'],
          nextHopType: 'Internet',
          nextHopIpAddress: [],
        },
      ],
    );
  });

  test('by a tag is Active while one of its prefixes is; what is Invalid takes no place', () => {
    const tag = { name: 'tag', addressPrefix: 'Storage', nextHopType: 'Internet' };
    const resolveTag = () => ['20.0.0.0/24', '20.9.0.0/24'];
    const beside = { ...network, resolveTag, routeTable: table(appliance('a', '20.0.0.0/24'), tag) };
    assert.deepEqual(
      effectiveRoutes(beside)
        .filter(({ source }) => source === 'User')
        .map(({ state }) => state),
      ['Active', 'Active'],
    );
    const within = { ...network, gateway: [{ prefix: '10.0.0.0/16' }] };
    assert.deepEqual(
      shown(within, '10.0.0.0/16').map(({ source, state }) => `${source} ${state}`),
      ['Default Active', 'VirtualNetworkGateway Invalid'],
    );
  });

  test('is taken by no text that is no address, and by equal prefixes in the order of who made them', () => {
    const routes = effectiveRoutes(around);
    assert.equal(selectRoute(routes, 'Storage'), undefined);
    const made = (source: 'User' | 'VirtualNetworkGateway' | 'Default') => ({
      source,
      state: 'Active' as const,
      addressPrefix: ['20.0.0.0/24'],
      nextHopType: source,
      nextHopIpAddress: [],
      disableBgpRoutePropagation: false,
    });
    const all = [made('Default'), made('VirtualNetworkGateway'), made('User')];
    for (const order of [all, all.toReversed()]) assert.equal(selectRoute(order, '20.0.0.1')?.source, 'User');
    assert.equal(selectRoute(all.slice(0, 2), '20.0.0.1')?.source, 'VirtualNetworkGateway');
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

test('an own route in any of the endpoint’s network’s ranges takes its place, one beside does not matter', () => {
  const endpoints = [{ address: '10.0.1.4', policies: 'Enabled', network: ['10.9.0.0/16', '10.0.0.0/16'] }];
  const routeTable = table(appliance('other', '10.5.0.0/16'), appliance('fw', '10.0.1.0/24'));
  assert.equal(via({ ...network, endpoints, routeTable }, '10.0.1.4'), 'User VirtualAppliance');
  const none = [{ address: 'none', policies: 'Enabled', network: ['10.0.0.0/16'] }];
  assert.equal(via({ ...network, endpoints: none, routeTable }, '10.0.2.4'), 'Default VnetLocal');
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
