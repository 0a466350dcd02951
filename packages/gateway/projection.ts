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
import type { Change, Document, Json } from '@tombolo/store/port';
import { isLinkIdentifier } from './proxy-protocol.ts';

export const connectionType = 'Microsoft.HybridCompute/privateLinkScopes/privateEndpointConnections';

type ConnectionStatus = 'Approved' | 'Pending' | 'Rejected' | 'Disconnected';

/** `accept`: forward; `reset`: RST at once; `drop`: take the connection and never answer (Azure timing). */
type Disposition = 'accept' | 'reset' | 'drop';

/** `azure` imitates how a connection that isn't approved looks in Azure: it hangs instead of being reset. */
type Timing = 'immediate' | 'azure';

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

export interface ListenerProjection {
  /** A snapshot: all that was known before is forgotten. */
  replace(documents: Iterable<Document>): Projection;
  /** Changes of the feed: only what they name is read anew. */
  apply(changes: readonly Change[]): Projection;
}

interface ProjectionOptions {
  readonly timing?: Timing;
  /** Ids; limits it, for a gateway that stands in one network only. */
  readonly virtualNetworks?: readonly string[];
}

/**
 * Projects the documents of private-endpoint connections (others are ignored) to listeners. Without a document
 * there is no listener.
 */
export const createListenerProjection = (options: ProjectionOptions = {}): ListenerProjection => {
  const networks = options.virtualNetworks && new Set(options.virtualNetworks.map((id) => id.toLowerCase()));
  /** By lower-case id. */
  const connections = new Map<string, Projection>();

  const put = (document: Document): void => {
    const key = document.id.toLowerCase();
    if (document.type.toLowerCase() !== connectionType.toLowerCase()) remove(key);
    else connections.set(key, projectConnection(document, networks, options.timing));
  };
  const remove = (key: string): void => {
    connections.delete(key);
  };
  const projection = (): Projection => {
    const each = [...connections].sort(([a], [b]) => compare(a, b)).map(([, projected]) => projected);
    return {
      listeners: each.flatMap(({ listeners }) => listeners),
      problems: each.flatMap(({ problems }) => problems),
    };
  };
  return {
    replace(documents) {
      connections.clear();
      for (const document of documents) put(document);
      return projection();
    },
    apply(changes) {
      for (const { id, document } of changes)
        if (document) put(document);
        else remove(id.toLowerCase());
      return projection();
    },
  };
};

/** The listeners of these documents, for who asks once. */
export const projectListeners = (
  documents: Iterable<Document>,
  options: ProjectionOptions = {},
): Projection => createListenerProjection(options).replace(documents);

/** What one connection asks for. */
const projectConnection = (
  document: Document,
  networks: ReadonlySet<string> | undefined,
  timing: Timing | undefined,
): Projection => {
  const listeners: DesiredListener[] = [];
  const problems: { connectionId: string; message: string }[] = [];
  const problem = (message: string) => problems.push({ connectionId: document.id, message });
  const properties = propertiesOf(document);
  const virtualNetworkId = stringAt(properties, 'virtualNetworkId') ?? '';
  if (networks && !networks.has(virtualNetworkId.toLowerCase())) return { listeners, problems };
  const { linkIdentifier } = properties;
  if (!isLinkIdentifier(linkIdentifier)) {
    problem('linkIdentifier is not an integer from 0 to 4294967295: the connection has no listener');
    return { listeners, problems };
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
      disposition: status === 'Approved' ? 'accept' : timing === 'azure' ? 'drop' : 'reset',
    });
  }
  return { listeners, problems };
};

/** What isn't one of the four words accepts nothing. */
const readStatus = (value: Json | undefined): ConnectionStatus =>
  value === 'Approved' || value === 'Rejected' || value === 'Disconnected' ? value : 'Pending';

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
