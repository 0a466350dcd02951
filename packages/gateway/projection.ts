/** Pure: which listeners the private-endpoint connections ask for, and what each does with a connection. */

import { listenerAddress } from '@tombolo/ip/listener-address';
import {
  listAt,
  objectAt,
  objectOf,
  propertiesOf,
  referenceAt,
  stringAt,
  stringsAt,
} from '@tombolo/store/document';
import type { Document, Json } from '@tombolo/store/port';
import { isLinkIdentifier } from './proxy-protocol.ts';

export const connectionType = 'Microsoft.HybridCompute/privateLinkScopes/privateEndpointConnections';

type ConnectionStatus = 'Approved' | 'Pending' | 'Rejected' | 'Disconnected';

/** `accept`: forward; `reset`: RST at once; `drop`: take the connection and never answer (Azure timing). */
type Disposition = 'accept' | 'reset' | 'drop';

/** `azure` imitates how a connection that isn't approved looks in Azure: it hangs instead of being reset. */
export type Timing = 'immediate' | 'azure';

export interface DesiredListener {
  /** Canonical text. */
  readonly address: string;
  readonly connectionId: string;
  readonly privateEndpointId: string;
  readonly virtualNetworkId: string;
  readonly subnetId: string;
  readonly groupId: string;
  readonly memberName: string;
  /** In lower case. */
  readonly fqdns: readonly string[];
  readonly linkIdentifier: number;
  readonly status: ConnectionStatus;
  readonly disposition: Disposition;
}

export interface Projection {
  /** Sorted by connection and member; one address may be asked for twice, by networks that overlap. */
  readonly listeners: readonly DesiredListener[];
  /** What could not be read, each with its reason. */
  readonly problems: readonly { readonly connectionId: string; readonly message: string }[];
}

/**
 * Projects the documents of private-endpoint connections (others are ignored) to listeners. Without a document
 * there is no listener. `virtualNetworks` (ids) limits it, for a gateway that stands in one network only.
 */
export const projectListeners = (
  documents: Iterable<Document>,
  options: { readonly timing?: Timing; readonly virtualNetworks?: readonly string[] } = {},
): Projection => {
  const networks = options.virtualNetworks && new Set(options.virtualNetworks.map((id) => id.toLowerCase()));
  const listeners: DesiredListener[] = [];
  const problems: { connectionId: string; message: string }[] = [];
  const connections = [...documents].filter(
    (document) => document.type.toLowerCase() === connectionType.toLowerCase(),
  );
  for (const document of connections.sort((a, b) => compare(a.id.toLowerCase(), b.id.toLowerCase()))) {
    const problem = (message: string) => problems.push({ connectionId: document.id, message });
    const properties = propertiesOf(document);
    const virtualNetworkId = stringAt(properties, 'virtualNetworkId') ?? '';
    if (networks && !networks.has(virtualNetworkId.toLowerCase())) continue;
    const { linkIdentifier } = properties;
    if (!isLinkIdentifier(linkIdentifier)) {
      problem('linkIdentifier is not an integer from 0 to 4294967295: the connection has no listener');
      continue;
    }
    const status = readStatus(objectAt(properties, 'privateLinkServiceConnectionState')?.status);
    for (const entry of listAt(properties, 'members')) {
      const member = objectOf(entry);
      const memberName = stringAt(member, 'memberName') ?? '';
      const address = listenerAddress(stringAt(member, 'privateIpAddress') ?? '');
      if (!address) {
        problem(`member ${memberName || '(unnamed)'} has no address at which a listener can stand`);
        continue;
      }
      listeners.push({
        address,
        connectionId: document.id,
        privateEndpointId: referenceAt(properties, 'privateEndpoint') ?? '',
        virtualNetworkId,
        subnetId: stringAt(properties, 'subnetId') ?? '',
        groupId: stringAt(member, 'groupId') ?? '',
        memberName,
        fqdns: stringsAt(member, 'fqdns')
          .map((name) => name.toLowerCase())
          .filter((name) => name !== ''),
        linkIdentifier,
        status,
        disposition: status === 'Approved' ? 'accept' : options.timing === 'azure' ? 'drop' : 'reset',
      });
    }
  }
  return { listeners, problems };
};

/** What isn't one of the four words accepts nothing. */
const readStatus = (value: Json | undefined): ConnectionStatus =>
  value === 'Approved' || value === 'Rejected' || value === 'Disconnected' ? value : 'Pending';

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
