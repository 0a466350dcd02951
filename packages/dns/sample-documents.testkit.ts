/** ARM-shaped documents for the tests: the quickstart's network, zones, records, links and resolver. */

import type { Document, JsonObject } from '@tombolo/store/port';

const group = '/subscriptions/5A000000-0000-4000-8000-000000000001/resourceGroups/Net';
export const idOf = (path: string): string => `${group}/providers/Microsoft.Network/${path}`;

/** `privateDnsZones/z/A/www` → its type is every other segment. */
export const document = (path: string, properties: JsonObject = {}): Document => {
  const segments = path.split('/');
  const type = segments.filter((_, index) => index % 2 === 0).join('/');
  return { id: idOf(path), type: `Microsoft.Network/${type}`, version: 1, body: { properties } };
};

export const networkDocument = (name: string, prefix: string, dnsServers: readonly string[] = []): Document =>
  document(`virtualNetworks/${name}`, {
    addressSpace: { addressPrefixes: [prefix] },
    ...(dnsServers.length > 0 && { dhcpOptions: { dnsServers } }),
  });

export const linkDocument = (zone: string, network: string, resolutionPolicy = 'Default'): Document =>
  document(`privateDnsZones/${zone}/virtualNetworkLinks/to-${network}`, {
    // Ids come back in another case than they went in.
    virtualNetwork: { id: idOf(`virtualNetworks/${network}`).toUpperCase() },
    registrationEnabled: false,
    resolutionPolicy,
  });

export const aDocument = (zone: string, name: string, ...addresses: readonly string[]): Document =>
  document(`privateDnsZones/${zone}/A/${name}`, {
    ttl: 10,
    aRecords: addresses.map((ipv4Address) => ({ ipv4Address })),
  });

export const resolverDocuments = (network: string, address: string): readonly Document[] => [
  document(`dnsResolvers/of-${network}`, { virtualNetwork: { id: idOf(`virtualNetworks/${network}`) } }),
  document(`dnsResolvers/of-${network}/inboundEndpoints/in`, {
    ipConfigurations: [
      { subnet: { id: idOf(`virtualNetworks/${network}/subnets/dns`) }, privateIpAddress: address },
    ],
  }),
  document(`dnsResolvers/of-${network}/outboundEndpoints/out`, {
    subnet: { id: idOf(`virtualNetworks/${network}/subnets/out`) },
  }),
];

export const rulesetDocuments = (
  network: string,
  rules: Readonly<
    Record<string, { readonly domain: string; readonly servers: JsonObject[]; readonly state?: string }>
  >,
): readonly Document[] => [
  document('dnsForwardingRulesets/rules', {
    dnsResolverOutboundEndpoints: [{ id: idOf(`dnsResolvers/of-${network}/outboundEndpoints/OUT`) }],
  }),
  document('dnsForwardingRulesets/rules/virtualNetworkLinks/link', {
    virtualNetwork: { id: idOf(`virtualNetworks/${network}`) },
  }),
  ...Object.entries(rules).map(([name, { domain, servers, state }]) =>
    document(`dnsForwardingRulesets/rules/forwardingRules/${name}`, {
      domainName: domain,
      targetDnsServers: servers,
      forwardingRuleState: state ?? 'Enabled',
    }),
  ),
];

export const hisZone = 'privatelink.his.arc.azure.com';

/** A hub with the linked his zone and a resolver, and an island without either. */
export const quickstartDocuments = (inboundAddress = '10.0.1.4'): readonly Document[] => [
  networkDocument('hub', '10.0.0.0/16'),
  networkDocument('island', '10.9.0.0/16'),
  document(`privateDnsZones/${hisZone}`),
  linkDocument(hisZone, 'hub'),
  aDocument(hisZone, 'gbl', '10.0.0.4'),
  aDocument(hisZone, 'je', '10.0.0.5'),
  ...resolverDocuments('hub', inboundAddress),
];
