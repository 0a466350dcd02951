/** A private endpoint connection as it is stored: the gateway listens, and the services judge, by what is read here. */

import { listenerAddress } from '@tombolo/ip/listener-address';
import {
  listAt,
  objectAt,
  objectOf,
  parentIdOf,
  propertiesOf,
  referenceAt,
  stringAt,
  stringsAt,
} from '@tombolo/store/document';
import type { Document } from '@tombolo/store/port';
import { type ConnectionStatus, connectionStatuses } from './connection-state.ts';

export const connectionType = 'Microsoft.HybridCompute/privateLinkScopes/privateEndpointConnections';

interface StoredMember {
  readonly memberName: string;
  readonly groupId: string;
  /** In lower case. */
  readonly fqdns: readonly string[];
  /** Canonical; '' where it is none at which a listener can stand. */
  readonly privateIpAddress: string;
}

/** What the document does not say is ''. */
export interface StoredConnection {
  readonly id: string;
  readonly scopeId: string;
  readonly privateEndpointId: string;
  readonly virtualNetworkId: string;
  readonly subnetId: string;
  /** Disconnected where it is none of the four. */
  readonly status: ConnectionStatus;
  /** Undefined where it is none: no connection can be told by it. */
  readonly linkIdentifier: number | undefined;
  readonly members: readonly StoredMember[];
}

/** A uint32, as a PROXY header carries it. */
export const isLinkIdentifier = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffffffff;

const memberOf = (entry: unknown): StoredMember => {
  const member = objectOf(entry);
  return {
    memberName: stringAt(member, 'memberName') ?? '',
    groupId: stringAt(member, 'groupId') ?? '',
    fqdns: stringsAt(member, 'fqdns')
      .map((name) => name.toLowerCase())
      .filter((name) => name !== ''),
    privateIpAddress: listenerAddress(stringAt(member, 'privateIpAddress') ?? '') ?? '',
  };
};

export const readConnection = (document: Pick<Document, 'id' | 'body'>): StoredConnection => {
  const properties = propertiesOf(document);
  const { linkIdentifier } = properties;
  const status = objectAt(properties, 'privateLinkServiceConnectionState')?.status;
  return {
    id: document.id,
    scopeId: parentIdOf(document.id),
    privateEndpointId: referenceAt(properties, 'privateEndpoint') ?? '',
    virtualNetworkId: stringAt(properties, 'virtualNetworkId') ?? '',
    subnetId: stringAt(properties, 'subnetId') ?? '',
    status: connectionStatuses.find((known) => known === status) ?? 'Disconnected',
    linkIdentifier: isLinkIdentifier(linkIdentifier) ? linkIdentifier : undefined,
    members: listAt(properties, 'members').map(memberOf),
  };
};
