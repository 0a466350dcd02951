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

interface ListenerChanges extends Pick<Projection, 'problems'> {
  /** By lower-case id of the connection that changed, all that it asks for now. */
  readonly connections: ReadonlyMap<string, readonly DesiredListener[]>;
}

export interface ListenerProjection {
  /** A snapshot: all that was known before is forgotten. */
  replace(documents: Iterable<Document>): Projection;
  /** Changes of the feed: only what they name is read anew, and told. */
  apply(changes: readonly Change[]): ListenerChanges;
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
  /** Those of them that have problems. */
  const troubled = new Map<string, Projection>();

  const put = (document: Document): void => {
    const key = document.id.toLowerCase();
    if (document.type.toLowerCase() !== connectionType.toLowerCase()) remove(key);
    else {
      const projected = projectConnection(document, options.timing);
      connections.set(key, projected);
      if (projected.problems.length > 0) troubled.set(key, projected);
      else troubled.delete(key);
    }
  };
  const remove = (key: string): void => {
    connections.delete(key);
    troubled.delete(key);
  };
  const sorted = (of: ReadonlyMap<string, Projection>) =>
    [...of].sort(([a], [b]) => compare(a, b)).map(([, projected]) => projected);
  const problems = () => sorted(troubled).flatMap((projected) => projected.problems);
  return {
    replace(documents) {
      connections.clear();
      troubled.clear();
      for (const document of documents) put(document);
      return { listeners: sorted(connections).flatMap(({ listeners }) => listeners), problems: problems() };
    },
    apply(changes) {
      const changed = new Set<string>();
      for (const { id, document } of changes) {
        const key = id.toLowerCase();
        if (document) put(document);
        else remove(key);
        changed.add(key);
      }
      const now = [...changed].map((key) => [key, connections.get(key)?.listeners ?? []] as const);
      return { connections: new Map(now), problems: problems() };
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
