/** Pure: which listeners the private-endpoint connections ask for, and what each does with a connection. */

import {
  type ConnectionStatus,
  carriesTraffic,
  connectionType,
  readConnection,
  type Timing,
} from '@tombolo/private-link';
import type { Change, Document } from '@tombolo/store/port';

/** `accept`: forward; `reset`: RST at once; `drop`: take the connection and never answer (Azure timing). */
type Disposition = 'accept' | 'reset' | 'drop';

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
  /** `azure` imitates how a connection that isn't approved looks in Azure: it hangs instead of being reset. */
  readonly timing?: Timing;
}

/**
 * Projects the documents of private-endpoint connections (others are ignored) to listeners. Without a document
 * there is no listener.
 */
export const createListenerProjection = (options: ProjectionOptions = {}): ListenerProjection => {
  /** By lower-case id. */
  const connections = new Map<string, Projection>();

  const put = (document: Document): void => {
    const key = document.id.toLowerCase();
    if (document.type.toLowerCase() !== connectionType.toLowerCase()) remove(key);
    else connections.set(key, projectConnection(document, options.timing));
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
const projectConnection = (document: Document, timing: Timing | undefined): Projection => {
  const { id: connectionId, linkIdentifier, status, members, ...places } = readConnection(document);
  const problem = (message: string) => ({ connectionId, message });
  if (linkIdentifier === undefined)
    return {
      listeners: [],
      problems: [
        problem('linkIdentifier is not an integer from 0 to 4294967295: the connection has no listener'),
      ],
    };
  const { privateEndpointId, virtualNetworkId, subnetId } = places;
  const disposition = carriesTraffic(status) ? 'accept' : timing === 'azure' ? 'drop' : 'reset';
  const isPlaced = ({ privateIpAddress }: (typeof members)[number]): boolean => privateIpAddress !== '';
  return {
    listeners: members.filter(isPlaced).map(({ privateIpAddress: address, ...member }) => ({
      ...{ address, connectionId, privateEndpointId, virtualNetworkId, subnetId },
      ...member,
      ...{ linkIdentifier, status, disposition },
    })),
    problems: members
      .filter((member) => !isPlaced(member))
      .map(({ memberName }) =>
        problem(`member ${memberName || '(unnamed)'} has no address at which a listener can stand`),
      ),
  };
};

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
