/** `az network private-endpoint`, its zone groups, and the older `private-endpoint-connection`. */

import { isObject } from '@tombolo/store/document';
import type { Json, JsonObject } from '@tombolo/store/port';
import { gas, his } from './private-dns.ts';
import type { AzCommand, Step } from './session.ts';
import { generated, networkId, pick, propertiesOf, scopeId } from './steps.ts';

const endpoints = generated('2022-01-01');
const pe1 = networkId('privateEndpoints/pe1');
const pe2 = networkId('privateEndpoints/pe2');
const group = `${pe1}/privateDnsZoneGroups/default`;
const sc1 = scopeId('sc1');

export const endpointReads = [
  'id',
  'name',
  'location',
  'properties.provisioningState',
  'properties.subnet.id',
  'properties.networkInterfaces[].id',
  'properties.customDnsConfigs',
  'properties.privateLinkServiceConnections',
  'properties.manualPrivateLinkServiceConnections',
  'properties.applicationSecurityGroups',
];
const body = (name: string, manual: boolean): JsonObject => ({
  location: 'japaneast',
  properties: {
    [manual ? 'manualPrivateLinkServiceConnections' : 'privateLinkServiceConnections']: [
      {
        name,
        properties: {
          groupIds: ['hybridcompute'],
          privateLinkServiceId: sc1,
          ...(manual ? { requestMessage: 'hello' } : {}),
        },
      },
    ],
    subnet: { id: networkId('virtualNetworks/v1/subnets/s2') },
  },
});
export const config = (name: string, privateDnsZoneId: string): JsonObject => ({
  name,
  properties: { privateDnsZoneId },
});
/** Of the configurations the model has names and zones. */
export const groupModel = (
  seen: JsonObject,
  change: (configs: readonly JsonObject[]) => readonly JsonObject[],
): JsonObject => {
  const configs = (propertiesOf(seen).privateDnsZoneConfigs ?? []) as readonly Json[];
  const known = configs
    .filter(isObject)
    .map(({ name, properties }) => config(String(name), String((properties as JsonObject).privateDnsZoneId)));
  return { ...pick(seen, 'id', 'name'), properties: { privateDnsZoneConfigs: change(known) } };
};
export const groupReads = [
  'id',
  'name',
  'properties.provisioningState',
  'properties.privateDnsZoneConfigs[].name',
  'properties.privateDnsZoneConfigs[].properties.recordSets[].fqdn',
];

const connectionStep = (method: Step['method'], below: string, more: Partial<Step> = {}): Step => ({
  method,
  by: 'rest',
  path: `${sc1}/privateEndpointConnections${below}`,
  query: 'api-version=2021-05-20',
  takes: [200],
  ...more,
});
const connectionReads = [
  'id',
  'name',
  'type',
  'properties.privateEndpoint.id',
  'properties.privateLinkServiceConnectionState.status',
  'properties.privateLinkServiceConnectionState.actionsRequired',
  'properties.provisioningState',
];
const decide = (line: string, status: string, description: string): AzCommand => ({
  line,
  steps: [
    connectionStep('GET', '/{connection}', { reads: connectionReads }),
    connectionStep('PUT', '/{connection}', {
      takes: [200, 201, 202],
      leaves: true,
      body: (seen) => {
        const properties = propertiesOf(seen);
        const state = properties.privateLinkServiceConnectionState as JsonObject;
        return {
          ...seen,
          properties: { ...properties, privateLinkServiceConnectionState: { ...state, status, description } },
        };
      },
    }),
    connectionStep('GET', '/{connection}', {
      check: ({ properties }) => {
        const { provisioningState, privateLinkServiceConnectionState: state } = properties as JsonObject;
        const found = `${provisioningState} ${(state as JsonObject).status}`;
        return found === `Succeeded ${status}` ? undefined : `it is ${found}`;
      },
    }),
  ],
});
const typed = 'az network private-endpoint-connection';
const named = '--resource-name sc1 -g g1 --type Microsoft.HybridCompute/privateLinkScopes';

export const endpointCommands: readonly AzCommand[] = [
  {
    line: `az network private-link-resource list ${named} --name sc1`,
    steps: [
      {
        ...connectionStep('GET', ''),
        path: `${sc1}/privateLinkResources`,
        reads: ['value[].name', 'value[].properties.groupId', 'value[].properties.requiredMembers'],
      },
    ],
  },
  {
    line: 'az network private-endpoint create -g g1 -n pe1 --vnet-name v1 --subnet s2 --connection-name c1 --group-id hybridcompute --private-connection-resource-id …',
    steps: [endpoints.put(pe1, body('c1', false), { reads: endpointReads })],
  },
  {
    line: 'az network private-endpoint show -g g1 -n pe1',
    steps: [endpoints.get(pe1, { reads: [...endpointReads, 'properties.customDnsConfigs[].ipAddresses'] })],
  },
  {
    line: 'az network private-endpoint create -g g1 -n pe2 … --manual-request true --request-message hello',
    steps: [endpoints.put(pe2, body('c2', true), { reads: endpointReads })],
  },
  {
    line: 'az network private-endpoint dns-zone-group create -g g1 --endpoint-name pe1 -n default --zone-name his --private-dns-zone …',
    steps: [
      endpoints.put(
        group,
        { name: 'default', properties: { privateDnsZoneConfigs: [config('his', his)] } },
        { reads: groupReads },
      ),
    ],
  },
  {
    line: 'az network private-endpoint dns-zone-group add -g g1 --endpoint-name pe1 -n default --zone-name gc --private-dns-zone …',
    steps: [
      endpoints.get(group, { reads: groupReads }),
      endpoints.put(group, (seen) => groupModel(seen, (known) => [...known, config('gc', gas)])),
    ],
  },
  {
    line: 'az network private-endpoint dns-zone-group list -g g1 --endpoint-name pe1',
    steps: [
      endpoints.get(`${pe1}/privateDnsZoneGroups`, { reads: groupReads.map((field) => `value[].${field}`) }),
    ],
  },
  {
    line: 'az network private-endpoint dns-zone-group remove -g g1 --endpoint-name pe1 -n default --zone-name gc',
    steps: [
      endpoints.get(group),
      endpoints.put(group, (seen) => groupModel(seen, (known) => known.filter(({ name }) => name !== 'gc'))),
    ],
  },
  {
    line: `${typed} list --name sc1 -g g1 --type Microsoft.HybridCompute/privateLinkScopes`,
    steps: [connectionStep('GET', '', { reads: connectionReads.map((field) => `value[].${field}`) })],
  },
];

export const connectionCommands: readonly AzCommand[] = [
  decide(`${typed} approve ${named} -n {connection} --description ok`, 'Approved', 'ok'),
  decide(`${typed} reject ${named} -n {connection} --description no`, 'Rejected', 'no'),
];

export const endpointRemovals: readonly AzCommand[] = [
  {
    line: 'az network private-endpoint dns-zone-group delete -g g1 --endpoint-name pe1 -n default',
    steps: [endpoints.remove(group)],
  },
  {
    line: `${typed} delete ${named} -n {connection} -y`,
    steps: [connectionStep('DELETE', '/{connection}', { takes: [200, 202, 204], leaves: true })],
  },
  { line: 'az network private-endpoint delete -g g1 -n pe2', steps: [endpoints.remove(pe2)] },
  { line: 'az network private-endpoint delete -g g1 -n pe1', steps: [endpoints.remove(pe1)] },
];
