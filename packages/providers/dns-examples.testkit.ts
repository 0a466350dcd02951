/** One resource of every type of private DNS zones and of DNS resolvers. */

import { recordSampleList } from '@tombolo/dns-records/record-samples.testkit';
import type { JsonObject } from '@tombolo/store/port';
import { child, type Example, linked, network, placed, resolver, ruleset, zone } from './example.testkit.ts';

const recordSets = recordSampleList.map(
  ([record, { properties }]): Example => ({
    type: `Microsoft.Network/privateDnsZones/${record}`,
    id: `${zone}/${record}/${record === 'SOA' ? '@' : `at-${record.toLowerCase()}`}`,
    body: child({ ttl: 60, ...(properties as JsonObject) }),
    patch: child({ ttl: 61 }),
    ...(record === 'SOA' ? { madeBy: zone, refusesDelete: 400 } : {}),
  }),
);

export const zoneExamples: readonly Example[] = [
  { type: 'Microsoft.Network/privateDnsZones', id: zone, body: { location: 'global' } },
  {
    type: 'Microsoft.Network/privateDnsZones/virtualNetworkLinks',
    id: `${zone}/virtualNetworkLinks/link`,
    body: { location: 'global', properties: { ...linked, registrationEnabled: false } },
  },
  ...recordSets,
];

export const resolverExamples: readonly Example[] = [
  { type: 'Microsoft.Network/dnsResolvers', id: resolver, body: placed(linked) },
  {
    type: 'Microsoft.Network/dnsResolvers/inboundEndpoints',
    id: `${resolver}/inboundEndpoints/in`,
    body: placed({ ipConfigurations: [{ subnet: { id: `${network}/subnets/in` } }] }),
    full: placed({
      ipConfigurations: [{ subnet: { id: `${network}/subnets/in` }, privateIpAllocationMethod: 'Dynamic' }],
    }),
  },
  {
    type: 'Microsoft.Network/dnsResolvers/outboundEndpoints',
    id: `${resolver}/outboundEndpoints/out`,
    body: placed({ subnet: { id: `${network}/subnets/out` } }),
  },
  {
    type: 'Microsoft.Network/dnsForwardingRulesets',
    id: ruleset,
    body: placed({ dnsResolverOutboundEndpoints: [{ id: `${resolver}/outboundEndpoints/out` }] }),
  },
  {
    type: 'Microsoft.Network/dnsForwardingRulesets/forwardingRules',
    id: `${ruleset}/forwardingRules/corp`,
    body: child({ domainName: 'corp.example.', targetDnsServers: [{ ipAddress: '192.0.2.53' }] }),
    full: child({ domainName: 'a.example.', targetDnsServers: [{ ipAddress: '192.0.2.1', port: 53 }] }),
    patch: child({ forwardingRuleState: 'Disabled' }),
  },
  {
    type: 'Microsoft.Network/dnsForwardingRulesets/virtualNetworkLinks',
    id: `${ruleset}/virtualNetworkLinks/link`,
    body: child(linked),
    patch: child({ metadata: { a: 'b' } }),
  },
];
