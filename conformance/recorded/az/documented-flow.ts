/**
 * Private link for Arc-enabled servers as Microsoft's page on it has it for az since May 2026, and the connectedmachine extension's
 * other commands for a scope. The extension's requests are those that its generated commands make (4.0.0b1, of two api-versions).
 */

import { isObject } from '@tombolo/store/document';
import type { Json, JsonObject } from '@tombolo/store/port';
import { subnetModel } from './network.ts';
import { config, endpointReads, groupModel, groupReads } from './private-endpoint.ts';
import type { AzCommand, Step } from './session.ts';
import { generated, library, pick, pickProperties, propertiesOf, subscription } from './steps.ts';

const arc = generated('2026-07-15');
const connections = generated('2026-06-16-preview');
const earlier = generated('2022-12-27-preview');
const networks = generated('2024-05-01');
const subnets = generated('2024-01-01');
const endpoints = generated('2022-01-01');
const zones = generated('2018-09-01');
const links = generated('2024-06-01');

const group = `${subscription}/resourceGroups/{group}`;
const hybrid = `${group}/providers/Microsoft.HybridCompute`;
const network = `${group}/providers/Microsoft.Network`;
const scope = `${hybrid}/privateLinkScopes/scope`;
const connection = `${scope}/privateEndpointConnections/{connection}`;
const perimeters = `${scope}/networkSecurityPerimeterConfigurations`;
const perimeter = `${perimeters}/11111111-1111-4111-8111-111111111111.none`;
export const machine = `${hybrid}/machines/server`;
const vnet = `${network}/virtualNetworks/vnet`;
const subnet = `${vnet}/subnets/endpoints`;
const endpoint = `${network}/privateEndpoints/pe`;
const zoneGroup = `${endpoint}/privateDnsZoneGroups/arc-dns-zone-group`;
const zone = (name: string): string => `${network}/privateDnsZones/${name}`;

const scopeReads = [
  'id',
  'name',
  'type',
  'location',
  'systemData.createdAt',
  'properties.publicNetworkAccess',
  'properties.privateLinkScopeId',
  'properties.provisioningState',
];
const connectionReads = [
  'id',
  'name',
  'type',
  'properties.privateEndpoint.id',
  'properties.privateLinkServiceConnectionState.status',
  'properties.privateLinkServiceConnectionState.description',
  'properties.privateLinkServiceConnectionState.actionsRequired',
  'properties.provisioningState',
];
const detailReads = ['id', 'publicNetworkAccess'].concat(
  ['id', 'groupId', 'memberName', 'privateIpAddress', 'linkIdentifier'].map(
    (field) => `connectionDetails[].${field}`,
  ),
);
const list = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as readonly Json[]).filter(isObject) : [];
const counted = (what: string, wanted: number, of: (answer: JsonObject) => readonly Json[]) =>
  ({
    check: (answer) => {
      const { length } = of(answer);
      return length === wanted ? undefined : `${length} ${what}, not ${wanted}`;
    },
  }) satisfies Partial<Step>;

const showScope: AzCommand = {
  line: 'scopeId=$(az connectedmachine private-link-scope show --resource-group … --scope-name scope --query id -o tsv)',
  steps: [arc.get(scope, { reads: scopeReads })],
};

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

/** What the generated command sends back of a machine: what its contract does not have as read-only. */
const machineModel = (seen: JsonObject, more: JsonObject): JsonObject => {
  const { osProfile } = propertiesOf(seen);
  const { computerName: _, ...settings } = isObject(osProfile) ? osProfile : {};
  return {
    ...pick(seen, 'kind', 'location', 'tags'),
    identity: pick((seen.identity ?? {}) as JsonObject, 'type'),
    properties: {
      ...pickProperties(seen, 'clientPublicKey', 'locationData', 'mssqlDiscovered', 'osType', 'vmId'),
      cloudMetadata: {},
      osProfile: settings,
      ...more,
    },
  };
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

export const machineCommands: readonly AzCommand[] = [
  showScope,
  {
    line: 'az connectedmachine update --name server --private-link-scope-resource-id "$scopeId" …',
    steps: [
      arc.get(machine, { reads: ['id', 'location', 'properties.vmId', 'properties.cloudMetadata.provider'] }),
      arc.put(machine, (seen) => machineModel(seen, { privateLinkScopeResourceId: scope }), {
        takes: [200],
        reads: [
          'identity.principalId',
          'tags.site',
          'properties.privateLinkScopeResourceId',
          'properties.locationData.name',
          'properties.agentVersion',
          'properties.cloudMetadata.provider',
          'properties.osProfile.computerName',
          'properties.status',
        ],
      }),
    ],
  },
  {
    line: 'az connectedmachine private-link-scope show-validation-detail-for-machine --machine-name server …   # extension 0.6',
    steps: [
      earlier.get(`${machine}/privateLinkScopes/current`, {
        reads: detailReads,
        ...counted('details', 6, (answer) => list(answer.connectionDetails)),
      }),
    ],
  },
  {
    line: 'az connectedmachine private-link-scope show-validation-detail --location westeurope --private-link-scope-id {scopeGuid}   # extension 0.6',
    steps: [
      earlier.get(
        `${subscription}/providers/Microsoft.HybridCompute/locations/westeurope/privateLinkScopes/{scopeGuid}`,
        { reads: detailReads, ...counted('details', 6, (answer) => list(answer.connectionDetails)) },
      ),
    ],
  },
];

const scopesOf = (place: string): Step =>
  arc.get(`${place}/providers/Microsoft.HybridCompute/privateLinkScopes`, {
    reads: scopeReads.map((field) => `value[].${field}`),
  });
const decide = (status: string, description: string): AzCommand => ({
  line: `az connectedmachine private-endpoint-connection update --status ${status} --description "${description}" …`,
  steps: [
    connections.get(connection, { reads: connectionReads }),
    connections.put(
      connection,
      (seen) => ({
        properties: {
          ...pickProperties(seen, 'privateEndpoint'),
          privateLinkServiceConnectionState: { status, description },
        },
      }),
      {
        takes: [200, 202],
        reads: connectionReads,
        check: (answer) => {
          const { privateLinkServiceConnectionState: state } = propertiesOf(answer);
          const found = pick(state as JsonObject, 'status', 'description');
          return found.status === status && found.description === description
            ? undefined
            : `it is ${JSON.stringify(found)}`;
        },
      },
    ),
  ],
});

export const scopeCommands: readonly AzCommand[] = [
  {
    line: 'az connectedmachine private-link-scope update --public-network-access Disabled --tags a=1 …',
    steps: [
      arc.get(scope),
      arc.put(
        scope,
        (seen) => ({
          ...pick(seen, 'location'),
          properties: { ...pickProperties(seen, 'serviceExtensions'), publicNetworkAccess: 'Disabled' },
          tags: { a: '1' },
        }),
        { takes: [200, 201], reads: [...scopeReads, 'tags.a'] },
      ),
    ],
  },
  { line: 'az connectedmachine private-link-scope list', steps: [scopesOf(subscription)] },
  { line: 'az connectedmachine private-link-scope list --resource-group …', steps: [scopesOf(group)] },
  {
    line: 'az connectedmachine private-link-resource list --scope-name scope …',
    steps: [
      arc.get(`${scope}/privateLinkResources`, {
        reads: ['groupId', 'requiredMembers', 'requiredZoneNames'].map(
          (field) => `value[].properties.${field}`,
        ),
      }),
    ],
  },
  {
    line: 'az connectedmachine private-link-resource show --scope-name scope --group-name hybridcompute …',
    steps: [arc.get(`${scope}/privateLinkResources/hybridcompute`, { reads: ['properties.groupId'] })],
  },
  {
    line: 'az connectedmachine private-link-scope network-security-perimeter-configuration list --scope-name scope …',
    steps: [
      arc.get(
        perimeters,
        counted('perimeters', 0, (answer) => list(answer.value)),
      ),
    ],
  },
  {
    line: 'az connectedmachine private-link-scope network-security-perimeter-configuration show --perimeter-name … # of none: exits 3',
    steps: [arc.get(perimeter, { takes: [404], reads: ['error.code', 'error.message'] })],
  },
  {
    line: 'az connectedmachine private-endpoint-connection list --scope-name scope …',
    steps: [
      connections.get(`${scope}/privateEndpointConnections`, {
        reads: connectionReads.map((field) => `value[].${field}`),
        ...counted('connections', 1, (answer) => list(answer.value)),
      }),
    ],
  },
  {
    line: 'az connectedmachine private-endpoint-connection show …',
    steps: [connections.get(connection, { reads: connectionReads })],
  },
  decide('Rejected', 'Rejected by AZ CLI'),
  decide('Approved', 'ok'),
  {
    line: 'az connectedmachine private-endpoint-connection delete -y …',
    steps: [
      connections.remove(connection),
      connections.get(connection, { takes: [404] }),
      endpoints.get(endpoint, {
        check: (answer) => {
          const [own] = list(propertiesOf(answer).privateLinkServiceConnections);
          const { status } = propertiesOf(own ?? {}).privateLinkServiceConnectionState as JsonObject;
          return status === 'Disconnected' ? undefined : `the endpoint is ${status}`;
        },
      }),
    ],
  },
  {
    line: 'az connectedmachine private-link-scope delete -y …',
    steps: [arc.remove(scope), arc.get(scope, { takes: [404] })],
  },
];
