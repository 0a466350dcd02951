/** What the commands of the documented flow have in common: what is where, what they read of it, what they count. */

import { isObject } from '@tombolo/store/document';
import type { Json, JsonObject } from '@tombolo/store/port';
import type { AzCommand, Step } from './session.ts';
import { generated, subscription } from './steps.ts';

export const arc = generated('2026-07-15');
export const connections = generated('2026-06-16-preview');
export const earlier = generated('2022-12-27-preview');
export const networks = generated('2024-05-01');
export const subnets = generated('2024-01-01');
export const endpoints = generated('2022-01-01');
export const zones = generated('2018-09-01');
export const links = generated('2024-06-01');

export const group = `${subscription}/resourceGroups/{group}`;
const hybrid = `${group}/providers/Microsoft.HybridCompute`;
const network = `${group}/providers/Microsoft.Network`;
export const scope = `${hybrid}/privateLinkScopes/scope`;
export const connection = `${scope}/privateEndpointConnections/{connection}`;
export const perimeters = `${scope}/networkSecurityPerimeterConfigurations`;
export const perimeter = `${perimeters}/11111111-1111-4111-8111-111111111111.none`;
export const machine = `${hybrid}/machines/server`;
export const vnet = `${network}/virtualNetworks/vnet`;
export const subnet = `${vnet}/subnets/endpoints`;
export const endpoint = `${network}/privateEndpoints/pe`;
export const zoneGroup = `${endpoint}/privateDnsZoneGroups/arc-dns-zone-group`;
export const zone = (name: string): string => `${network}/privateDnsZones/${name}`;

export const scopeReads = [
  'id',
  'name',
  'type',
  'location',
  'systemData.createdAt',
  'properties.publicNetworkAccess',
  'properties.privateLinkScopeId',
  'properties.provisioningState',
];
export const connectionReads = [
  'id',
  'name',
  'type',
  'properties.privateEndpoint.id',
  'properties.privateLinkServiceConnectionState.status',
  'properties.privateLinkServiceConnectionState.description',
  'properties.privateLinkServiceConnectionState.actionsRequired',
  'properties.provisioningState',
];
export const detailReads = ['id', 'publicNetworkAccess'].concat(
  ['id', 'groupId', 'memberName', 'privateIpAddress', 'linkIdentifier'].map(
    (field) => `connectionDetails[].${field}`,
  ),
);
export const list = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as readonly Json[]).filter(isObject) : [];
export const counted = (what: string, wanted: number, of: (answer: JsonObject) => readonly Json[]) =>
  ({
    check: (answer) => {
      const { length } = of(answer);
      return length === wanted ? undefined : `${length} ${what}, not ${wanted}`;
    },
  }) satisfies Partial<Step>;

export const showScope: AzCommand = {
  line: 'scopeId=$(az connectedmachine private-link-scope show --resource-group … --scope-name scope --query id -o tsv)',
  steps: [arc.get(scope, { reads: scopeReads })],
};
