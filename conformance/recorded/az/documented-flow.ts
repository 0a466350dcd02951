/**
 * Private link for Arc-enabled servers as Microsoft's page on it has it for az since May 2026. The extension's requests are those that its generated commands make (4.0.0b1, of two api-versions).
 */

import {
  arc,
  counted,
  endpoint,
  endpoints,
  links,
  list,
  networks,
  scope,
  scopeReads,
  showScope,
  subnet,
  subnets,
  vnet,
  zone,
  zoneGroup,
  zones,
} from './documented-parts.ts';
import { subnetModel } from './network.ts';
import { config, endpointReads, groupModel, groupReads } from './private-endpoint.ts';
import type { AzCommand, Step } from './session.ts';
import { library, propertiesOf, subscription } from './steps.ts';

/** The page's query, for those who write the records themselves. */
const askForRecords = (wanted: number): AzCommand => ({
  line: 'az network private-endpoint show … --query "customDnsConfigs[].{FQDN:fqdn, IPAddresses:ipAddresses}" --output table',
  steps: [
    endpoints.get(endpoint, {
      reads: [
        ...endpointReads,
        'properties.customDnsConfigs[].fqdn',
        'properties.customDnsConfigs[].ipAddresses',
      ],
      ...counted('names', wanted, (answer) => list(propertiesOf(answer).customDnsConfigs)),
    }),
  ],
});

const createZone = (name: string): readonly AzCommand[] => [
  {
    line: `az network private-dns zone create --resource-group … --name ${name} --output none`,
    steps: [
      library('GET', `${subscription}/resourcegroups/{group}`, 'api-version=2024-11-01', [200]),
      zones.put(zone(name), { location: 'global' }, { headers: { 'If-None-Match': '*' } }),
    ],
  },
  {
    line: `az network private-dns link vnet create --zone-name ${name} --virtual-network "$VNET_ID" --registration-enabled false …`,
    steps: [
      links.put(
        `${zone(name)}/virtualNetworkLinks/${name.replaceAll('.', '-')}-link`,
        { location: 'global', properties: { registrationEnabled: false, virtualNetwork: { id: vnet } } },
        { headers: { 'If-None-Match': '*' }, reads: ['properties.virtualNetworkLinkState'] },
      ),
    ],
  },
];

/** `records`: of the whole group, with this zone. */
const addZone = (name: string, records: number, first = false): readonly AzCommand[] => {
  const entry = config(name.replaceAll('.', '-'), zone(name));
  const done: Partial<Step> = {
    reads: groupReads,
    ...counted('records', records, (answer) =>
      list(propertiesOf(answer).privateDnsZoneConfigs).flatMap((each) => list(propertiesOf(each).recordSets)),
    ),
  };
  return [
    {
      line: `ZONE_ID=$(az network private-dns zone show --name ${name} --query id -o tsv)`,
      steps: [zones.get(zone(name), { reads: ['id'] })],
    },
    {
      line: `az network private-endpoint dns-zone-group ${first ? 'create' : 'add'} --name arc-dns-zone-group --private-dns-zone "$ZONE_ID" …`,
      steps: first
        ? [
            endpoints.put(
              zoneGroup,
              { name: 'arc-dns-zone-group', properties: { privateDnsZoneConfigs: [entry] } },
              done,
            ),
          ]
        : [
            endpoints.get(zoneGroup, { reads: groupReads }),
            endpoints.put(zoneGroup, (seen) => groupModel(seen, (known) => [...known, entry]), done),
          ],
    },
  ];
};

/** As the page has them, from the scope to the zones; its query of the names both without a zone group and with one. */
export const documentedCommands: readonly AzCommand[] = [
  {
    line: 'az connectedmachine private-link-scope create --location westeurope --scope-name scope --public-network-access Enabled …',
    steps: [
      arc.put(
        scope,
        { location: 'westeurope', properties: { publicNetworkAccess: 'Enabled' } },
        { takes: [200, 201], reads: scopeReads },
      ),
    ],
  },
  showScope,
  {
    line: 'az network vnet subnet update --name endpoints --private-endpoint-network-policies Disabled …',
    steps: [
      subnets.get(subnet),
      subnets.put(subnet, (seen) => subnetModel(seen, { privateEndpointNetworkPolicies: 'Disabled' }), {
        reads: ['properties.addressPrefix', 'properties.privateEndpointNetworkPolicies'],
      }),
    ],
  },
  {
    line: 'az network private-endpoint create --private-connection-resource-id "$scopeId" --group-id "hybridcompute" --connection-name c …',
    steps: [
      endpoints.put(
        endpoint,
        {
          location: 'westeurope',
          properties: {
            privateLinkServiceConnections: [
              { name: 'c', properties: { groupIds: ['hybridcompute'], privateLinkServiceId: scope } },
            ],
            subnet: { id: subnet },
          },
        },
        { reads: endpointReads },
      ),
    ],
  },
  askForRecords(6),
  {
    line: 'VNET_ID=$(az network vnet show --name vnet --query id -o tsv)',
    steps: [networks.get(vnet, { reads: ['id'] })],
  },
  ...createZone('privatelink.his.arc.azure.com'),
  ...createZone('privatelink.guestconfiguration.azure.com'),
  ...addZone('privatelink.his.arc.azure.com', 3, true),
  ...addZone('privatelink.guestconfiguration.azure.com', 5),
  // The zones have the names then, in Azure too: nobody has to write them.
  askForRecords(0),
];

/** The zone that the page leaves to those who use Kubernetes extensions. */
export const kubernetesCommands: readonly AzCommand[] = [
  ...createZone('privatelink.dp.kubernetesconfiguration.azure.com'),
  ...addZone('privatelink.dp.kubernetesconfiguration.azure.com', 6),
];
