/** What is read from a connection's document, and what a client sees of it. */

import type { ConnectionState } from '@tombolo/private-link';
import { listAt, nameOf, objectOf, propertiesOf, referenceAt, withValues } from '@tombolo/store/document';
import type { Document, JsonObject } from '@tombolo/store/port';
import { types } from '../types.ts';

export const stateOf = (connection: Pick<Document, 'body'>): ConnectionState => {
  const { status, description, actionsRequired } = objectOf(
    propertiesOf(connection).privateLinkServiceConnectionState,
  );
  return {
    status: (status ?? 'Disconnected') as ConnectionState['status'],
    description: String(description ?? ''),
    actionsRequired: String(actionsRequired ?? 'None'),
  };
};

/** The scope's side removed it: the endpoint shows it until it is deleted, the scope no longer does. */
export const isRemoved = (connection: Pick<Document, 'body'>): boolean =>
  stateOf(connection).status === 'Disconnected';

/** The endpoint that uses the scope through this connection; none once it is removed. */
export const endpointsOf = (connection: Pick<Document, 'body'>): readonly string[] => {
  const endpoint = referenceAt(propertiesOf(connection), 'privateEndpoint');
  return endpoint === undefined || isRemoved(connection) ? [] : [endpoint];
};

export interface ConnectedMember {
  readonly memberName: string;
  readonly groupId: string;
  readonly privateIpAddress: string;
}

export const membersOf = (connection: Pick<Document, 'body'>): readonly ConnectedMember[] => {
  return listAt(propertiesOf(connection), 'members') as readonly ConnectedMember[];
};

/** Link identifier, addresses, network and subnet stay inside. */
export const publicProperties = (connection: Pick<Document, 'body'>): JsonObject => {
  const { privateEndpoint, privateLinkServiceConnectionState, provisioningState, groupIds } =
    propertiesOf(connection);
  return withValues({ privateEndpoint, privateLinkServiceConnectionState, provisioningState, groupIds });
};

/** As a scope carries it. */
export const shownConnection = (connection: Document): JsonObject => ({
  id: connection.id,
  name: nameOf(connection.id),
  type: types.connection,
  properties: publicProperties(connection),
});
