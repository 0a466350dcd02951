import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordSampleList } from '@tombolo/dns-records/record-samples.testkit';
import type { Json, JsonObject } from '@tombolo/store/port';
import fc from 'fast-check';
import { networkProvider } from './manifest.ts';
import {
  createPlacedWorld,
  endpointBody,
  group,
  hisZone,
  inGroup,
  networkBody,
  networkId,
  scopeId,
  subnetBody,
  subnetId,
} from './network.testkit.ts';

const pe = inGroup('privateEndpoints', 'pe');
const resolver = inGroup('dnsResolvers', 'resolver');
const ruleset = inGroup('dnsForwardingRulesets', 'rules');
const nsg = inGroup('networkSecurityGroups', 'nsg');
const table = inGroup('routeTables', 'rt');
const route = { addressPrefix: '0.0.0.0/0', nextHopType: 'VirtualAppliance', nextHopIpAddress: '10.0.0.9' };
const rule = {
  protocol: 'Tcp',
  sourcePortRange: '*',
  destinationPortRanges: ['443', '80-90'],
  sourceAddressPrefix: '*',
  destinationAddressPrefix: 'Internet',
  access: 'Allow',
  priority: 100,
  direction: 'Outbound',
};

/** A body that is well for each type, to be spoilt. */
const bodies: Readonly<Record<string, Json>> = {
  [networkId]: networkBody('10.0.0.0/16', [{ name: 'default', ...subnetBody('10.0.1.0/24') }]) as Json,
  [subnetId]: subnetBody('10.0.1.0/24', { delegations: [] }),
  [`${networkId}/virtualNetworkPeerings/p`]: { properties: { remoteVirtualNetwork: { id: networkId } } },
  [table]: {
    location: 'japaneast',
    properties: { disableBgpRoutePropagation: true, routes: [{ name: 'r', properties: route }] },
  },
  [`${table}/routes/r`]: { properties: route },
  [inGroup('applicationSecurityGroups', 'asg')]: { location: 'japaneast', properties: {} },
  [nsg]: { location: 'japaneast', properties: { securityRules: [{ name: 'r', properties: rule }] } },
  [`${nsg}/securityRules/r`]: { properties: rule },
  [pe]: endpointBody({
    ipConfigurations: [
      { name: 'i', properties: { memberName: 'HybridCompute.Global', privateIPAddress: '10.0.1.9' } },
    ],
  }) as Json,
  [`${pe}/privateDnsZoneGroups/default`]: {
    properties: { privateDnsZoneConfigs: [{ name: 'z', properties: { privateDnsZoneId: hisZone } }] },
  },
  [hisZone]: { location: 'global', properties: {} },
  [`${hisZone}/virtualNetworkLinks/l`]: {
    location: 'global',
    properties: {
      virtualNetwork: { id: networkId },
      registrationEnabled: false,
      resolutionPolicy: 'Default',
    },
  },
  ...Object.fromEntries(
    recordSampleList.map(([type, { properties }]) => [
      `${hisZone}/${type}/${type === 'SOA' ? '@' : type.toLowerCase()}`,
      { properties: { ttl: 60, metadata: { a: 'b' }, ...(properties as JsonObject) } },
    ]),
  ),
  [resolver]: { location: 'japaneast', properties: { virtualNetwork: { id: networkId } } },
  [`${resolver}/inboundEndpoints/i`]: {
    location: 'japaneast',
    properties: { ipConfigurations: [{ subnet: { id: subnetId }, privateIpAllocationMethod: 'Dynamic' }] },
  },
  [`${resolver}/outboundEndpoints/o`]: { location: 'japaneast', properties: { subnet: { id: subnetId } } },
  [ruleset]: {
    location: 'japaneast',
    properties: { dnsResolverOutboundEndpoints: [{ id: `${resolver}/outboundEndpoints/o` }] },
  },
  [`${ruleset}/forwardingRules/f`]: {
    properties: { domainName: 'a.example.', targetDnsServers: [{ ipAddress: '192.0.2.1', port: 53 }] },
  },
  [`${ruleset}/virtualNetworkLinks/l`]: { properties: { virtualNetwork: { id: networkId } } },
};

const pathsOf = (value: Json, path: readonly string[] = []): readonly (readonly string[])[] =>
  typeof value === 'object' && value !== null
    ? [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner as Json, [...path, key]))]
    : [path];

const replaced = (value: Json, [key, ...rest]: readonly string[], by: Json): Json => {
  if (key === undefined) return by;
  const inner = (value as Record<string, Json>)[key] ?? null;
  const next = replaced(inner, rest, by);
  return Array.isArray(value)
    ? value.map((item, index) => (String(index) === key ? next : item))
    : { ...(value as object), [key]: next };
};

const spoilers: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json[]>(
    null,
    '',
    ' ',
    '/',
    [],
    {},
    -1,
    0,
    1e308,
    2 ** 53,
    true,
    '::',
    '0.0.0.0/0',
    '/subscriptions/x',
    scopeId,
    group,
    '__proto__',
    'x'.repeat(3000),
  ),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
);

test('whatever is in a body, the answer is an ARM error or a resource, and never a failure of ours', async () => {
  const world = await createPlacedWorld();
  await world.put(nsg, { location: 'japaneast' });
  await world.put(hisZone, { location: 'global' });
  await world.put(resolver, bodies[resolver]!);
  const cases = fc.constantFrom(...Object.entries(bodies)).chain(([id, body]) =>
    fc.record({
      id: fc.constant(id),
      body: fc.constant(body),
      path: fc.constantFrom(...pathsOf(body)),
      by: spoilers,
      method: fc.constantFrom('PUT' as const, 'PATCH' as const),
    }),
  );
  await fc.assert(
    fc.asyncProperty(cases, async ({ id, body, path, by, method }) => {
      const answer = await world.send(method, id, replaced(body, path, by));
      assert.ok(
        answer.status < 500 || answer.status === 501,
        `${method} ${id} ${path.join('.')}: ${JSON.stringify(answer.json)}`,
      );
      if (answer.status >= 400) assert.ok(answer.json.error.code && answer.json.error.message);
      assert.deepEqual(world.failures, []);
      assert.ok((await world.get(id)).status < 500);
    }),
    { seed: 7, numRuns: 1500 },
  );
});

test('a spoilt body is tried for every type that can be written', () => {
  const tried = Object.keys(bodies).map((id) => {
    const [namespace, ...rest] = id.split('/providers/')[1]!.split('/');
    return `${namespace}/${rest.filter((_, index) => index % 2 === 0).join('/')}`.toLowerCase();
  });
  const written = networkProvider.types.filter((type) => type.properties !== undefined);
  for (const { type } of written) assert.ok(tried.includes(type.toLowerCase()), type);
});
