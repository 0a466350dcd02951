/** What a sequence of writes is made of: plain values, which shrink, over a small world in which everything meets everything. */

import fc from 'fast-check';

export type RegionKey = 'japaneast' | 'westeurope';
export type Access = 'Enabled' | 'Disabled' | 'Sometimes';

/** `loud`: all ids are written in capitals, which is the same to ARM. */
export type Command = Write & { readonly loud?: boolean };

/** `network`, `endpoint`… are keys of this world; the ids are `world.testkit.ts`'s. */
type Write =
  | { readonly do: 'putScope'; readonly scope: string; readonly region: RegionKey; readonly access?: Access }
  | { readonly do: 'patchScope'; readonly scope: string; readonly access?: Access }
  | { readonly do: 'deleteScope'; readonly scope: string }
  | { readonly do: 'putNetwork' | 'deleteNetwork'; readonly network: string }
  | {
      readonly do: 'putEndpoint';
      readonly endpoint: string;
      readonly network: string;
      readonly region: RegionKey;
      readonly scope: string;
      readonly mode: 'auto' | 'manual';
      readonly mayApprove: boolean;
    }
  | {
      readonly do: 'patchEndpoint' | 'deleteEndpoint' | 'disconnect' | 'deleteGroup';
      readonly endpoint: string;
    }
  | { readonly do: 'decide'; readonly endpoint: string; readonly status: 'Approved' | 'Rejected' | 'Pending' }
  | { readonly do: 'putZone' | 'patchZone' | 'deleteZone'; readonly zone: string }
  | {
      readonly do: 'putLink';
      readonly zone: string;
      readonly link: string;
      readonly network: string;
      readonly redirect: boolean;
    }
  | { readonly do: 'patchLink' | 'deleteLink'; readonly zone: string; readonly link: string }
  | { readonly do: 'putGroup'; readonly endpoint: string; readonly zones: readonly string[] }
  /** Without an address the set is empty; `patchRecord` needs one that is there. */
  | {
      readonly do: 'putRecord' | 'patchRecord';
      readonly zone: string;
      readonly name: string;
      readonly address?: string;
    }
  | { readonly do: 'deleteRecord'; readonly zone: string; readonly name: string }
  /** `null` clears the association, absent does not speak of it. */
  | {
      readonly do: 'putMachine' | 'patchMachine';
      readonly machine: string;
      readonly scope?: string | null;
    }
  | { readonly do: 'deleteMachine'; readonly machine: string }
  | { readonly do: 'move'; readonly what: Movable; readonly key: string; readonly to: Home };

export type Movable = 'scope' | 'machine' | 'network' | 'zone';
/** Subscription and group. */
export const homes = ['a/rg', 'a/rg2', 'b/rg'] as const;
export type Home = (typeof homes)[number];

/** Where a resource is made first. */
export const firstHome = (what: Movable, key: string): Home => {
  if (what === 'network' && key === 'nB') return 'b/rg';
  return what === 'zone' && key === 'his2' ? 'a/rg2' : 'a/rg';
};

const regionKeys = ['japaneast', 'westeurope'] as const;
const scopeKeys = ['s1', 's2'] as const;
/** Region and subscription of each network. */
export const networkPlaces: Readonly<Record<string, { region: RegionKey; subscription: string }>> = {
  nJ: { region: 'japaneast', subscription: 'a' },
  nW: { region: 'westeurope', subscription: 'a' },
  nB: { region: 'japaneast', subscription: 'b' },
};
/** Subscription of each endpoint. */
export const endpointPlaces: Readonly<Record<string, string>> = { e1: 'a', e2: 'a', e3: 'b' };
export const machineRegions: Readonly<Record<string, RegionKey>> = { mJ: 'japaneast', mW: 'westeurope' };
const his = 'privatelink.his.arc.azure.com';
/** Two zones of one name among them. */
export const zoneNames: Readonly<Record<string, string>> = {
  his,
  his2: his,
  gas: 'privatelink.guestconfiguration.azure.com',
  dp: 'privatelink.dp.kubernetesconfiguration.azure.com',
  corp: 'corp.example',
  /** Above the names of one service, without being its private-link zone. */
  arc: 'his.arc.azure.com',
};
const recordNames = ['gbl', 'je', 'weu', 'agentserviceapi', 'japaneast', 'www'] as const;

const oneOf = (keys: readonly string[]) => fc.constantFrom(...keys);
const scope = oneOf(scopeKeys);
const region = fc.constantFrom(...regionKeys);
const network = oneOf(Object.keys(networkPlaces));
const endpoint = oneOf(Object.keys(endpointPlaces));
const zone = oneOf(Object.keys(zoneNames));
const link = oneOf(['l1', 'l2']);
const machine = oneOf(Object.keys(machineRegions));
const name = oneOf(recordNames);
const home = fc.constantFrom<Home>(...homes);
const access = fc.constantFrom<Access>('Enabled', 'Disabled', 'Sometimes');
const perhaps = { requiredKeys: ['do', 'scope', 'region'] as ('do' | 'scope' | 'region')[] };
const does = <const D extends string>(...what: readonly D[]) => fc.constantFrom(...what);

const write: fc.Arbitrary<Write> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: does('putScope'), scope, region, access }, perhaps) },
  {
    weight: 1,
    arbitrary: fc.record({ do: does('patchScope'), scope, access }, { requiredKeys: ['do', 'scope'] }),
  },
  { weight: 1, arbitrary: fc.record({ do: does('deleteScope'), scope }) },
  { weight: 1, arbitrary: fc.record({ do: does('putNetwork', 'deleteNetwork'), network }) },
  {
    weight: 6,
    arbitrary: fc
      .record({
        do: does('putEndpoint'),
        endpoint,
        network,
        astray: fc.option(fc.record({ network, region }), { freq: 3 }),
        scope,
        mode: does('auto', 'auto', 'manual'),
        mayApprove: fc.constantFrom(true, true, false),
      })
      .map(({ astray, ...wanted }) => {
        // Mostly where it may stand: else R4 is all that is seen.
        const home = endpointPlaces[wanted.endpoint] === 'b' ? 'nB' : wanted.network === 'nW' ? 'nW' : 'nJ';
        return { ...wanted, network: home, region: networkPlaces[home]!.region, ...astray };
      }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: does('patchEndpoint', 'deleteEndpoint', 'disconnect', 'deleteGroup'),
      endpoint,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: does('decide'), endpoint, status: does('Approved', 'Rejected', 'Pending') }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: does('putZone', 'putZone', 'putZone', 'patchZone', 'deleteZone'), zone }),
  },
  { weight: 5, arbitrary: fc.record({ do: does('putLink'), zone, link, network, redirect: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: does('patchLink', 'deleteLink'), zone, link }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: does('putGroup'),
      endpoint,
      zones: fc.oneof(fc.constant(['his', 'gas', 'dp']), fc.uniqueArray(zone, { maxLength: 4 })),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record(
      {
        do: does('putRecord', 'patchRecord'),
        zone,
        name,
        address: fc.constantFrom('203.0.113.1', '203.0.113.2'),
      },
      { requiredKeys: ['do', 'zone', 'name'] },
    ),
  },
  { weight: 3, arbitrary: fc.record({ do: does('deleteRecord'), zone, name }) },
  {
    weight: 5,
    arbitrary: fc.record(
      {
        do: does('putMachine', 'patchMachine'),
        machine,
        scope: fc.option(scope, { nil: null }),
      },
      { requiredKeys: ['do', 'machine'] },
    ),
  },
  { weight: 1, arbitrary: fc.record({ do: does('deleteMachine'), machine }) },
  {
    weight: 5,
    arbitrary: fc.oneof(
      fc.record({ do: does('move'), what: does('scope'), key: scope, to: home }),
      fc.record({ do: does('move'), what: does('machine'), key: machine, to: home }),
      fc.record({ do: does('move'), what: does('zone'), key: zone, to: home }),
      // Within its subscription, which endpoints share with it (R4).
      fc.record({
        do: does('move'),
        what: does('network'),
        key: oneOf(['nJ', 'nW']),
        to: does('a/rg', 'a/rg2'),
      }),
    ),
  },
);

const command: fc.Arbitrary<Command> = fc
  .tuple(write, fc.boolean())
  .map(([wanted, loud]) => (loud ? { ...wanted, loud } : wanted));

/** What there can be is there at first, so that writes meet something. */
export const bare: readonly Command[] = [
  { do: 'putScope', scope: 's1', region: 'japaneast', access: 'Enabled' },
  { do: 'putScope', scope: 's2', region: 'westeurope' },
  ...Object.keys(networkPlaces).map((network): Command => ({ do: 'putNetwork', network })),
  ...Object.keys(zoneNames).map((zone): Command => ({ do: 'putZone', zone })),
];

const privateZones = ['his', 'gas', 'dp'];

/** A network with an endpoint and another one that resolves by the same zones, all as it should be. */
export const standing: readonly Command[] = [
  ...bare,
  {
    do: 'putEndpoint',
    endpoint: 'e1',
    network: 'nJ',
    region: 'japaneast',
    scope: 's1',
    mode: 'auto',
    mayApprove: true,
  },
  { do: 'putGroup', endpoint: 'e1', zones: privateZones },
  ...privateZones.flatMap((zone): Command[] => [
    { do: 'putLink', zone, link: 'l1', network: 'nJ', redirect: false },
    { do: 'putLink', zone, link: 'l2', network: 'nW', redirect: false },
  ]),
  { do: 'putMachine', machine: 'mJ', scope: 's1' },
  { do: 'putMachine', machine: 'mW' },
];

/** The same under a zone of the public names, which is asked first. */
const shadowed: readonly Command[] = [
  ...standing,
  ...['gbl', 'je', 'japan-ats'].map(
    (name): Command => ({ do: 'putRecord', zone: 'arc', name, address: '203.0.113.1' }),
  ),
  { do: 'putLink', zone: 'arc', link: 'l1', network: 'nJ', redirect: false },
];

/** From any beginning. */
export const sequences = (maxLength: number): fc.Arbitrary<Command[]> =>
  fc
    .tuple(
      fc.constantFrom(bare, standing, standing, shadowed),
      fc.array(command, { minLength: 1, maxLength, size: 'max' }),
    )
    .map(([first, then]) => [...first, ...then]);
