/** What the connectedmachine extension has for machines and scopes beside the documented flow. */

import { isObject } from '@tombolo/store/document';
import type { JsonObject } from '@tombolo/store/port';
import {
  arc,
  connection,
  connectionReads,
  connections,
  counted,
  detailReads,
  earlier,
  endpoint,
  endpoints,
  group,
  list,
  machine,
  perimeter,
  perimeters,
  scope,
  scopeReads,
  showScope,
} from './documented-parts.ts';
import type { AzCommand, Step } from './session.ts';
import { pick, pickProperties, propertiesOf, subscription } from './steps.ts';

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
