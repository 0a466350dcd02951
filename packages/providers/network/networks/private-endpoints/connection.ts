/** The connection of a private endpoint to its scope: one document under the scope, projected into both. */

import type { Member } from '@tombolo/private-link';
import { nameOf, objectAt, objectsAt, propertiesOf, stringAt, withValues } from '@tombolo/store/document';
import type { Claim, Document, JsonObject } from '@tombolo/store/port';
import { types } from '../../types.ts';

/** The request for a connection as the endpoint was written. */
export interface ConnectionRequest {
  readonly name: string;
  readonly mode: 'auto' | 'manual';
  readonly scopeId: string;
  readonly groupIds: readonly string[];
  readonly requestMessage: string | undefined;
}

/** The request that a stored endpoint carries. */
export const requestOf = (endpoint: Document): ConnectionRequest | undefined => {
  const properties = propertiesOf(endpoint);
  for (const mode of ['auto', 'manual'] as const) {
    const [item] = objectsAt(
      properties,
      mode === 'auto' ? 'privateLinkServiceConnections' : 'manualPrivateLinkServiceConnections',
    );
    const inner = objectAt(item, 'properties');
    const scopeId = stringAt(inner, 'privateLinkServiceId');
    if (item === undefined || scopeId === undefined) continue;
    const groupIds = (inner?.groupIds ?? []) as readonly string[];
    return {
      name: stringAt(item, 'name') ?? '',
      mode,
      scopeId,
      groupIds,
      requestMessage: stringAt(inner, 'requestMessage'),
    };
  }
  return undefined;
};

/** `{scope}/privateEndpointConnections/{endpoint}.{its resourceGuid}`, as the live service names it. */
export const connectionIdOf = (scopeId: string, endpointName: string, resourceGuid: string): string =>
  `${scopeId}/privateEndpointConnections/${endpointName}.${resourceGuid}`;

/** The connection's id of a stored endpoint. */
export const connectionOf = (endpoint: Document): string =>
  connectionIdOf(
    requestOf(endpoint)?.scopeId ?? '',
    nameOf(endpoint.id),
    stringAt(propertiesOf(endpoint), 'resourceGuid') ?? '',
  );

/** No two connections have one link identifier. */
export const linkIdentifierClaim = (linkIdentifier: number, connectionId: string): Claim => ({
  key: `link identifier ${linkIdentifier}`,
  value: connectionId.toLowerCase(),
  holder: connectionId,
});

export interface PlacedMember {
  readonly member: Member;
  readonly address: string;
}

/** The connection as it is stored first. */
export const connectionDocument = (connection: {
  readonly id: string;
  readonly endpointId: string;
  readonly state: JsonObject;
  readonly groupIds: readonly string[];
  readonly linkIdentifier: number;
  readonly members: readonly PlacedMember[];
  readonly virtualNetworkId: string;
  readonly subnetId: string;
}): { id: string; type: string; body: JsonObject } => ({
  id: connection.id,
  type: types.connection,
  body: {
    properties: {
      privateEndpoint: { id: connection.endpointId },
      privateLinkServiceConnectionState: connection.state,
      provisioningState: 'Updating',
      groupIds: [...connection.groupIds],
      linkIdentifier: connection.linkIdentifier,
      members: connection.members.map(({ member, address }) => ({
        memberName: member.memberName,
        groupId: member.groupId,
        fqdns: [member.fqdn],
        privateIpAddress: address,
      })),
      virtualNetworkId: connection.virtualNetworkId,
      subnetId: connection.subnetId,
    },
  },
});

/** The state as the endpoint shows it; a connection that its provider removed is Disconnected (R15). */
export const stateOf = (connection: Document | undefined): JsonObject => {
  const state = connection && objectAt(propertiesOf(connection), 'privateLinkServiceConnectionState');
  return (
    state ?? {
      status: 'Disconnected',
      description: 'The connection was removed by its provider. Delete the private endpoint.',
      actionsRequired: 'None',
    }
  );
};

export const statusOf = (connection: Document | undefined): string =>
  stringAt(stateOf(connection), 'status') ?? 'Disconnected';

/** `properties` of the connection item that an endpoint carries. */
export const connectionItem = (
  endpointId: string,
  request: ConnectionRequest,
): { readonly list: string; readonly item: JsonObject } => {
  const list =
    request.mode === 'auto' ? 'privateLinkServiceConnections' : 'manualPrivateLinkServiceConnections';
  return {
    list,
    item: {
      name: request.name,
      id: `${endpointId}/${list}/${request.name}`,
      type: `${types.endpoint}/${list}`,
      properties: withValues({
        provisioningState: 'Succeeded',
        privateLinkServiceId: request.scopeId,
        groupIds: [...request.groupIds],
        requestMessage: request.requestMessage,
      }),
    },
  };
};
