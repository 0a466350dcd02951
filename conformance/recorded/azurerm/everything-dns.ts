/** The part of `everything` that is about names: a resolver with its endpoints, a ruleset, a zone with records. */

import type { JsonObject } from '@tombolo/store/port';
import { everythingPath, networkOf } from './everything-paths.ts';
import { families } from './families.ts';
import { type Piece, putBack, type ResourceDefinition, resource } from './resource.ts';
import { recordsOf, soaOf, zone } from './zone.ts';

const resolverPath = everythingPath('Network', 'dnsResolvers/resolver');
const rulesetPath = everythingPath('Network', 'dnsForwardingRulesets/ruleset');
const zonePath = everythingPath('Network', 'privateDnsZones/corp.internal');
const subnetOf = (name: string): string => `${networkOf('netb')}/subnets/${name}`;
const retag = (seen: JsonObject): JsonObject => putBack(seen, { tags: { revision: '2' }, systemData: null });

/** An endpoint is looked for a minute after it is gone, and again. */
const looksForEndpoint = { removed: [60, 0, 10] };
const answersOfResolver: Pick<ResourceDefinition, 'takes'> = { takes: [200, 201, 202] };

const resolver = resource({
  ...answersOfResolver,
  name: 'resolver',
  needs: ['netb'],
  family: families.resolvers,
  path: resolverPath,
  body: ({ subscription }) => ({
    location: 'japaneast',
    tags: null,
    properties: { virtualNetwork: { id: `${subscription}${networkOf('netb')}` } },
  }),
  change: retag,
  reads: ['location', 'properties.virtualNetwork.id'],
});

const outbound = resource({
  ...answersOfResolver,
  name: 'out',
  needs: ['resolver', 'outbound'],
  family: families.outboundEndpoints,
  path: `${resolverPath}/outboundEndpoints/out`,
  own: looksForEndpoint,
  body: ({ subscription }) => ({
    location: 'japaneast',
    tags: null,
    properties: { subnet: { id: `${subscription}${subnetOf('outbound')}` } },
  }),
  change: retag,
  reads: ['location', 'properties.subnet.id'],
});

const inbound = resource({
  ...answersOfResolver,
  name: 'in',
  needs: ['resolver', 'inbound'],
  family: families.inboundEndpoints,
  path: `${resolverPath}/inboundEndpoints/in`,
  own: looksForEndpoint,
  body: ({ subscription }) => ({
    location: 'japaneast',
    tags: null,
    properties: {
      ipConfigurations: [
        { privateIpAllocationMethod: 'Dynamic', subnet: { id: `${subscription}${subnetOf('inbound')}` } },
      ],
    },
  }),
  change: retag,
  reads: [
    'location',
    'properties.ipConfigurations[].subnet.id',
    'properties.ipConfigurations[].privateIpAllocationMethod',
    'properties.ipConfigurations[].privateIpAddress',
  ],
});

const ruleset = resource({
  ...answersOfResolver,
  name: 'ruleset',
  needs: ['out'],
  family: families.rulesets,
  path: rulesetPath,
  body: ({ subscription }) => ({
    location: 'japaneast',
    tags: null,
    properties: {
      dnsResolverOutboundEndpoints: [{ id: `${subscription}${resolverPath}/outboundEndpoints/out` }],
    },
  }),
  change: retag,
  reads: ['location', 'properties.dnsResolverOutboundEndpoints[].id'],
});

const rule = resource({
  name: 'corp',
  needs: ['ruleset'],
  family: families.rules,
  path: `${rulesetPath}/forwardingRules/corp`,
  atOnce: true,
  removedAtOnce: true,
  body: {
    properties: {
      domainName: 'corp.example.com.',
      forwardingRuleState: 'Enabled',
      metadata: null,
      targetDnsServers: [{ ipAddress: '10.51.2.10', port: 53 }],
    },
  },
  change: (seen) =>
    putBack(seen, {
      properties: { ...(seen.properties as JsonObject), forwardingRuleState: 'Disabled' },
      systemData: null,
    }),
  reads: [
    'properties.domainName',
    'properties.forwardingRuleState',
    'properties.targetDnsServers[].ipAddress',
    'properties.targetDnsServers[].port',
  ],
});

const rulesetLink = resource({
  ...answersOfResolver,
  name: 'link of ruleset',
  needs: ['ruleset', 'neta'],
  family: families.rulesetLinks,
  path: `${rulesetPath}/virtualNetworkLinks/link`,
  body: ({ subscription }) => ({
    properties: { metadata: null, virtualNetwork: { id: `${subscription}${networkOf('neta')}` } },
  }),
  change: (seen) =>
    putBack(seen, {
      properties: { ...(seen.properties as JsonObject), metadata: { revision: '2' } },
      systemData: null,
    }),
  reads: ['properties.virtualNetwork.id'],
});

const recordOf = recordsOf(zonePath, ['corp.internal']);

export const dnsPieces = (): readonly Piece[] => [
  resolver,
  outbound,
  inbound,
  ruleset,
  rule,
  rulesetLink,
  zone({
    name: 'corp.internal',
    needs: ['everything'],
    path: zonePath,
    tags: {},
    soa: (revision) => soaOf('hostmaster.corp.internal', revision === 1 ? 3600 : 1800),
  }),
  recordOf('A', 'srv', { aRecords: [{ ipv4Address: '10.51.2.6' }, { ipv4Address: '10.51.2.5' }] }, [
    'aRecords[].ipv4Address',
  ]),
  recordOf('CNAME', 'alias', { cnameRecord: { cname: 'srv.corp.internal' } }, ['cnameRecord.cname']),
  recordOf('TXT', 'txt', { txtRecords: [{ value: ['v=1'] }] }, ['txtRecords[].value']),
  recordOf(
    'SRV',
    '_x._tcp',
    { srvRecords: [{ port: 8080, priority: 1, target: 'srv.corp.internal', weight: 5 }] },
    ['srvRecords[].weight', 'srvRecords[].port', 'srvRecords[].target', 'srvRecords[].priority'],
  ),
];
