/** The name server's state as a projection of the stored ARM resources. Pure: the same documents give the same state. */

import { armRecordNames, parseName } from '@tombolo/dns-records';
import { formatAddress, readAddress, unmapped } from '@tombolo/ip/address';
import {
  objectAt,
  objectsAt,
  parentIdOf,
  propertiesOf,
  referenceAt,
  stringAt,
  stringsAt,
} from '@tombolo/store/document';
import type { Document, JsonObject } from '@tombolo/store/port';
import type {
  DnsServerAddress,
  DnsState,
  ForwardingRule,
  InboundEndpoint,
  LinkedZone,
  NetworkView,
} from './dns-state.ts';
import { type ByType, privateZonesOf, type Report } from './private-zones.ts';
import type { Zone } from './zone.ts';

const network = 'Microsoft.Network';

/** The resource types that the name server's state depends on: the filter of its change feed. */
export const dnsFollowedTypes: readonly string[] = [
  `${network}/virtualNetworks`,
  `${network}/privateDnsZones`,
  ...armRecordNames.map((type) => `${network}/privateDnsZones/${type}`),
  `${network}/privateDnsZones/virtualNetworkLinks`,
  `${network}/dnsResolvers`,
  `${network}/dnsResolvers/inboundEndpoints`,
  `${network}/dnsResolvers/outboundEndpoints`,
  `${network}/dnsForwardingRulesets`,
  `${network}/dnsForwardingRulesets/forwardingRules`,
  `${network}/dnsForwardingRulesets/virtualNetworkLinks`,
];

const canonicalType = new Map(
  dnsFollowedTypes.map((type) => [type.toLowerCase(), type.slice(network.length + 1)]),
);

const linkedNetwork = (document: Document): string | undefined =>
  referenceAt(propertiesOf(document), 'virtualNetwork')?.toLowerCase();

const documentsByType = (documents: Iterable<Document>): ByType => {
  const groups = new Map<string, Document[]>();
  for (const document of documents) {
    const type = canonicalType.get(document.type) ?? canonicalType.get(document.type.toLowerCase());
    if (type === undefined) continue;
    const group = groups.get(type);
    if (group) group.push(document);
    else groups.set(type, [document]);
  }
  return groups;
};

/** By lower-case id, where the first of several counts: so the order in the store decides nothing. */
const sorted = (documents: readonly Document[] = []): readonly Document[] =>
  documents
    .map((document) => ({ document, key: document.id.toLowerCase() }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ document }) => document);

const serversOf = (properties: JsonObject): DnsServerAddress[] =>
  objectsAt(properties, 'targetDnsServers').flatMap((server) => {
    const address = stringAt(server, 'ipAddress') ?? '';
    const port = server.port ?? 53;
    if (readAddress(address) === undefined || typeof port !== 'number' || port < 1 || port > 65_535)
      return [];
    return [{ address, port }];
  });

/** Enabled rules by lower-case ruleset id; a ruleset whose outbound endpoints are all gone forwards nothing. */
const rulesetsOf = (types: ByType, report: Report): ReadonlyMap<string, readonly ForwardingRule[]> => {
  const outbound = new Set(
    (types.get('dnsResolvers/outboundEndpoints') ?? []).map(({ id }) => id.toLowerCase()),
  );
  const rulesets = new Map<string, ForwardingRule[]>();
  for (const document of types.get('dnsForwardingRulesets') ?? []) {
    const endpoints = objectsAt(propertiesOf(document), 'dnsResolverOutboundEndpoints');
    if (endpoints.some((endpoint) => outbound.has(stringAt(endpoint, 'id')?.toLowerCase() ?? ''))) {
      rulesets.set(document.id.toLowerCase(), []);
    } else report(document, 'ruleset left out: none of its outbound endpoints exists');
  }
  for (const document of sorted(types.get('dnsForwardingRulesets/forwardingRules'))) {
    const properties = propertiesOf(document);
    if ((stringAt(properties, 'forwardingRuleState') ?? 'Enabled').toLowerCase() !== 'enabled') continue;
    const text = stringAt(properties, 'domainName') ?? '';
    const domain = text === '.' ? '' : parseName(text);
    const servers = serversOf(properties);
    if (domain === undefined || text === '' || servers.length === 0) {
      report(document, 'rule left out: it needs a domain name and at least one target server');
      continue;
    }
    rulesets.get(parentIdOf(document.id.toLowerCase()))?.push({ id: document.id, domain, servers });
  }
  return rulesets;
};

const inboundEndpointsOf = (types: ByType): InboundEndpoint[] => {
  const resolverNetworks = new Map<string, string | undefined>();
  for (const resolver of types.get('dnsResolvers') ?? []) {
    resolverNetworks.set(resolver.id.toLowerCase(), referenceAt(propertiesOf(resolver), 'virtualNetwork'));
  }
  return sorted(types.get('dnsResolvers/inboundEndpoints')).flatMap((document) =>
    objectsAt(propertiesOf(document), 'ipConfigurations').flatMap((configuration) => {
      const address = stringAt(configuration, 'privateIpAddress') ?? '';
      const subnetId = referenceAt(configuration, 'subnet');
      const virtualNetworkId =
        resolverNetworks.get(parentIdOf(document.id.toLowerCase())) ?? (subnetId && parentIdOf(subnetId));
      const read = readAddress(address);
      if (read === undefined || !virtualNetworkId) return [];
      // One address has one form: listeners are compared by it.
      return [{ id: document.id, address: formatAddress(unmapped(read)), virtualNetworkId }];
    }),
  );
};

/**
 * Projects documents (others than {@link dnsFollowedTypes} are passed over) into the name server's state. Never throws:
 * what cannot be used is left out and listed in `problems`. Ids are compared in lower case. Of two zones of a name
 * linked to one network (R23 forbids it) the first by link id counts.
 */
export const projectDnsState = (
  documents: Iterable<Document>,
  publicZones: ReadonlyMap<string, Zone> = new Map(),
): DnsState => {
  const problems: { id: string; message: string }[] = [];
  const report: Report = ({ id }, message) => problems.push({ id, message });
  const types = documentsByType(documents);
  const zones = privateZonesOf(types, report);
  const rulesets = rulesetsOf(types, report);
  const networks = new Map<
    string,
    NetworkView & { zones: Map<string, LinkedZone>; rules: Map<string, ForwardingRule> }
  >();
  for (const document of types.get('virtualNetworks') ?? []) {
    const properties = propertiesOf(document);
    networks.set(document.id.toLowerCase(), {
      virtualNetworkId: document.id,
      addressPrefixes: stringsAt(objectAt(properties, 'addressSpace'), 'addressPrefixes'),
      customDnsServers: stringsAt(objectAt(properties, 'dhcpOptions'), 'dnsServers'),
      zones: new Map(),
      rules: new Map(),
    });
  }
  for (const link of sorted(types.get('privateDnsZones/virtualNetworkLinks'))) {
    const zone = zones.get(parentIdOf(link.id.toLowerCase()));
    const view = networks.get(linkedNetwork(link) ?? '');
    if (!zone || !view) report(link, 'link left out: its zone or its virtual network does not exist');
    else if (view.zones.has(zone.name))
      report(link, `link left out: another zone ${zone.name} is linked (R23)`);
    else {
      const policy = (stringAt(propertiesOf(link), 'resolutionPolicy') ?? '').toLowerCase();
      const resolutionPolicy = policy === 'nxdomainredirect' ? 'NxDomainRedirect' : 'Default';
      view.zones.set(zone.name, { zone, linkId: link.id, resolutionPolicy });
    }
  }
  for (const link of sorted(types.get('dnsForwardingRulesets/virtualNetworkLinks'))) {
    const view = networks.get(linkedNetwork(link) ?? '');
    for (const rule of rulesets.get(parentIdOf(link.id.toLowerCase())) ?? []) {
      if (view && !view.rules.has(rule.domain)) view.rules.set(rule.domain, rule);
    }
  }
  return { networks, inboundEndpoints: inboundEndpointsOf(types), publicZones, problems };
};
