/** Microsoft.Network/privateEndpoints. */

import {
  type ArmError,
  type ClaimTaken,
  type Command,
  defineResourceType,
  type OperationContext,
} from '@tombolo/arm';
import {
  checkScopeOfNetwork,
  customDnsConfigs,
  scopeIdentityClaim,
  scopeOfNetworkClaim,
} from '@tombolo/private-link';
import { groupIdIn, jsonOf, objectsAt, parentIdOf, propertiesOf } from '@tombolo/store/document';
import type { Document, JsonObject } from '@tombolo/store/port';
import { orThrow, refusalError } from '../../../rule-refusal.ts';
import { addressOfKey, takenAddresses } from '../../address-allocation.ts';
import { endpointPropertiesSince, networkApiVersions } from '../../api-versions.ts';
import { loadLinksOfNetwork } from '../../private-dns/zones-of-network.ts';
import { networkName, types } from '../../types.ts';
import { ofEndpoint } from '../expandable.ts';
import { groupsOf, loadOwnRecords, loadZonesOfGroups } from '../private-dns-zone-groups/records.ts';
import { loadZonesLosing } from '../private-dns-zone-groups/surroundings.ts';
import { connectionOf, requestOf, stateOf, statusOf } from './connection.ts';
import { createEndpoint, type LoadedEndpoint, updateEndpoint } from './model.ts';
import { interfaceIdOf, membersOf } from './network-interface.ts';
import { type LoadedForRemoval, removeEndpoint } from './removal.ts';
import { readRequest, readsOfNetwork } from './request.ts';
import { type EndpointProperties, endpointProperties, endpointReadOnly } from './schema.ts';

const load = async (
  context: OperationContext,
  command: Command<EndpointProperties>,
): Promise<LoadedEndpoint> => {
  const { store } = context;
  const { properties, existing } = command;
  const endpointId = command.storedId;
  const request = orThrow(readRequest(endpointId, properties));
  const subnetId = properties.subnet.id;
  const networkId = parentIdOf(subnetId);
  const custom = properties.customNetworkInterfaceName;
  const interfaceId = existing
    ? interfaceIdOf(existing)
    : custom && `${groupIdIn(endpointId)}/providers/${types.networkInterface}/${custom}`;
  const [network, networkInterface, connection, held, heldIdentity, taken, links] = await Promise.all([
    store.get(networkId),
    interfaceId ? store.get(interfaceId) : undefined,
    existing ? store.get(connectionOf(existing)) : undefined,
    store.claim(scopeOfNetworkClaim(networkId, request.scopeId, endpointId).key),
    store.claim(scopeIdentityClaim(networkId, '', endpointId).key),
    takenAddresses(store, subnetId),
    existing ? [] : loadLinksOfNetwork(context, networkId),
  ]);
  return { request, network, networkInterface, connection, held, heldIdentity, taken, links };
};

const loadForRemove = async (context: OperationContext, endpoint: Document): Promise<LoadedForRemoval> => {
  const { store } = context;
  const [connection, networkInterface, records, losing] = await Promise.all([
    store.get(connectionOf(endpoint)),
    store.get(interfaceIdOf(endpoint)),
    loadOwnRecords(store, endpoint),
    loadZonesLosing(context, endpoint, await loadZonesOfGroups(store, endpoint)),
  ]);
  return { connection, networkInterface, records, losing };
};

/** As shown: the connection's state comes from its document, names and addresses from the interface. */
const shownEndpoint = (
  endpoint: Document,
  connection: Document | undefined,
  networkInterface: Document | undefined,
  hasZoneGroup: boolean,
): JsonObject => {
  const properties = propertiesOf(endpoint);
  const list =
    requestOf(endpoint)?.mode === 'manual'
      ? 'manualPrivateLinkServiceConnections'
      : 'privateLinkServiceConnections';
  const items = objectsAt(properties, list).map((item) => ({
    ...item,
    properties: {
      ...(item.properties as JsonObject),
      provisioningState: properties.provisioningState,
      privateLinkServiceConnectionState: stateOf(connection),
    },
  }));
  // The service tells names when it approves: a Pending endpoint has none yet. Beside a zone group, which has the names in
  // its record sets, the list is empty as in Azure (Azure/azure-quickstart-templates#11928).
  const named =
    properties.provisioningState === 'Succeeded' && statusOf(connection) !== 'Pending' && !hasZoneGroup;
  const { members, addresses } = membersOf(networkInterface);
  const { warning: _, ...body } = endpoint.body;
  const configs = named ? customDnsConfigs(members, addresses) : [];
  return {
    ...body,
    properties: {
      applicationSecurityGroups: [],
      ...properties,
      [list]: items,
      customDnsConfigs: configs.map(jsonOf),
    },
  };
};

const explain = (reason: ClaimTaken, id: { readonly text: string }): ArmError | 'retry' | undefined => {
  // Another endpoint took the address, or drew the same link identifier, at the same time.
  if (addressOfKey(reason.key) !== undefined || reason.key.startsWith('link identifier ')) return 'retry';
  // Decided anew, it says which endpoint is of the former scope.
  if (reason.key.startsWith('scope identity of ')) return 'retry';
  const networkId = /^scope of (.+)$/.exec(reason.key)?.[1];
  if (networkId === undefined) return undefined;
  const refusal = checkScopeOfNetwork(
    { vnetId: networkId, scopeId: reason.wanted, endpointId: id.text },
    reason.held,
  );
  return refusal ? refusalError(refusal) : 'retry';
};

export const privateEndpoints = defineResourceType<EndpointProperties, LoadedEndpoint | LoadedForRemoval>({
  type: types.endpoint,
  apiVersions: networkApiVersions,
  placement: 'tracked',
  name: networkName,
  etagInBody: true,
  envelope: ['extendedLocation'],
  properties: endpointProperties,
  since: endpointPropertiesSince,
  readOnly: endpointReadOnly,
  expands: ofEndpoint,
  lists: ['subscription', 'resourceGroup'],
  polled: true,
  deletionRank: 10,
  reads: ({ text }, { method, body }) => ({
    lists: [groupsOf(text)],
    ...(method === 'PUT' ? readsOfNetwork(body) : {}),
  }),
  load,
  put: (input) => {
    const { existing } = input.command;
    const typed = { ...input, loaded: input.loaded as LoadedEndpoint };
    return existing ? updateEndpoint(typed, existing) : createEndpoint(typed);
  },
  patch: 'tags',
  loadForRemove,
  remove: ({ existing, loaded, settings }) =>
    removeEndpoint(existing, loaded as LoadedForRemoval, settings.strictDns),
  present: async ({ store }, documents) => {
    const [related, groups] = await Promise.all([
      store.getMany(documents.flatMap((entry) => [connectionOf(entry), interfaceIdOf(entry)])),
      Promise.all(documents.map(({ id }) => store.list(groupsOf(id)))),
    ]);
    const of = (id: string): Document | undefined => related.get(id.toLowerCase());
    return documents.map((entry, index) =>
      shownEndpoint(entry, of(connectionOf(entry)), of(interfaceIdOf(entry)), groups[index]!.length > 0),
    );
  },
  explain,
});
