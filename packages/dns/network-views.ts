/** What each virtual network resolves by, and where it is asked, from the documents of all but records. */

import { parseName } from '@tombolo/dns-records';
import { formatAddress, readAddress, unmapped } from '@tombolo/ip/address';
import { isPrivateAddress } from '@tombolo/ip/address-kind';
import { readAddressPrefix } from '@tombolo/ip/address-prefix';
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
  ForwardingRule,
  InboundEndpoint,
  LinkedZone,
  NetworkView,
} from './dns-state.ts';
import type { Zone } from './zone.ts';

/** Documents by type without the namespace, `dnsResolvers/inboundEndpoints`, then by lower-case id; records are not among them. */
export type ByType = ReadonlyMap<string, ReadonlyMap<string, Document>>;
export type Report = (document: Document, message: string) => void;

const linkedNetwork = (document: Document): string | undefined =>
  referenceAt(propertiesOf(document), 'virtualNetwork')?.toLowerCase();

const documentsOf = (types: ByType, type: string): readonly Document[] => [
  ...(types.get(type)?.values() ?? []),
];

/** By lower-case id, where the first of several counts: so the order in the store decides nothing. */
const sorted = (documents: readonly Document[]): readonly Document[] =>
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
    documentsOf(types, 'dnsResolvers/outboundEndpoints').map(({ id }) => id.toLowerCase()),
  );
  const rulesets = new Map<string, ForwardingRule[]>();
  for (const document of documentsOf(types, 'dnsForwardingRulesets')) {
    const endpoints = objectsAt(propertiesOf(document), 'dnsResolverOutboundEndpoints');
    if (endpoints.some((endpoint) => outbound.has(stringAt(endpoint, 'id')?.toLowerCase() ?? ''))) {
      rulesets.set(document.id.toLowerCase(), []);
    } else report(document, 'ruleset left out: none of its outbound endpoints exists');
  }
  for (const document of sorted(documentsOf(types, 'dnsForwardingRulesets/forwardingRules'))) {
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

export const inboundEndpointsOf = (types: ByType): InboundEndpoint[] => {
  const resolverNetworks = new Map<string, string | undefined>();
  for (const resolver of documentsOf(types, 'dnsResolvers')) {
    resolverNetworks.set(resolver.id.toLowerCase(), referenceAt(propertiesOf(resolver), 'virtualNetwork'));
  }
  return sorted(documentsOf(types, 'dnsResolvers/inboundEndpoints')).flatMap((document) =>
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

/** Whether every address of it is private; what is no prefix is not. */
const isPrivatePrefix = (text: string): boolean => {
  const prefix = readAddressPrefix(text);
  if (prefix === undefined) return false;
  const { family, first, last } = prefix;
  return [first, last].every((value) => isPrivateAddress(formatAddress({ family, value })));
};

/** Networks by the networks that they name in a peering, all by lower-case id. */
const peeringsOf = (types: ByType): ReadonlyMap<string, ReadonlySet<string>> => {
  const named = Map.groupBy(documentsOf(types, 'virtualNetworks/virtualNetworkPeerings'), ({ id }) =>
    parentIdOf(id.toLowerCase()),
  );
  return new Map(
    [...named].map(([id, peerings]) => [
      id,
      new Set(
        peerings.flatMap((peering) => {
          const remote = referenceAt(propertiesOf(peering), 'remoteVirtualNetwork');
          return remote === undefined ? [] : [remote.toLowerCase()];
        }),
      ),
    ]),
  );
};

/** Networks with what is linked to them. Of two zones of a name linked to one network (R23 forbids it) the first by link id counts. */
export const networksOf = (
  types: ByType,
  zones: ReadonlyMap<string, Zone>,
  report: Report,
): ReadonlyMap<string, NetworkView> => {
  const rulesets = rulesetsOf(types, report);
  const prefixesOf = (id: string): readonly string[] => {
    const network = types.get('virtualNetworks')?.get(id);
    return network ? stringsAt(objectAt(propertiesOf(network), 'addressSpace'), 'addressPrefixes') : [];
  };
  const peerings = peeringsOf(types);
  const networks = new Map<
    string,
    NetworkView & { zones: Map<string, LinkedZone>; rules: Map<string, ForwardingRule> }
  >();
  for (const document of documentsOf(types, 'virtualNetworks')) {
    const properties = propertiesOf(document);
    const key = document.id.toLowerCase();
    const peered = [...(peerings.get(key) ?? [])].filter((remote) => peerings.get(remote)?.has(key));
    networks.set(key, {
      virtualNetworkId: document.id,
      clientPrefixes: [key, ...peered].flatMap(prefixesOf).filter(isPrivatePrefix),
      customDnsServers: stringsAt(objectAt(properties, 'dhcpOptions'), 'dnsServers'),
      zones: new Map(),
      rules: new Map(),
    });
  }
  for (const link of sorted(documentsOf(types, 'privateDnsZones/virtualNetworkLinks'))) {
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
  for (const link of sorted(documentsOf(types, 'dnsForwardingRulesets/virtualNetworkLinks'))) {
    const view = networks.get(linkedNetwork(link) ?? '');
    for (const rule of rulesets.get(parentIdOf(link.id.toLowerCase())) ?? []) {
      if (view && !view.rules.has(rule.domain)) view.rules.set(rule.domain, rule);
    }
  }
  return networks;
};
