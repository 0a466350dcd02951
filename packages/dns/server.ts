/** The name server: keeps the wanted listeners open, address by address, and says of each how it is. */

import { type DnsState, type View, viewKey } from './dns-state.ts';
import { type Listener, type ListenerHandler, openListener } from './listener.ts';
import { type Client, createResponder, type ResponderOptions } from './responder.ts';

export interface WantedListener {
  readonly address: string;
  /** 0: any free port, the same for UDP and TCP. */
  readonly port: number;
  readonly view: View;
}

export type ListenerReport =
  | { readonly address: string; readonly port: number; readonly state: 'listening' }
  | {
      readonly address: string;
      /** The wanted one. */
      readonly port: number;
      readonly state: 'unrealized';
      readonly reason: string;
      /** What to do about it, a command where one does it. */
      readonly fix: string;
    };

export interface DnsServerOptions extends ResponderOptions {
  /** Addresses of the installation's own listeners: no network's view is served there. */
  readonly ownAddresses?: readonly string[];
  /** TCP: silence after which a connection ends. Default 10 s. */
  readonly tcpIdleMs?: number;
  /** TCP connections in all (default 256) and from one client (default 64). */
  readonly maxTcpConnections?: number;
  readonly maxTcpConnectionsPerClient?: number;
}

export interface DnsServer {
  /**
   * Opens what is newly wanted, closes what no longer is, gives a kept listener its new view, and tries the unrealized
   * again. An address and port serve one view: a second one for them is unrealized. Never rejects for a listener's
   * sake. Calls are run one after another; the reports are in the wanted order.
   */
  reconcile(wanted: readonly WantedListener[]): Promise<readonly ListenerReport[]>;
  reports(): readonly ListenerReport[];
  close(): Promise<void>;
  readonly counters: { queries: number; answers: number; dropped: number };
}

const keyOf = ({ address, port }: { address: string; port: number }): string => `${address} ${port}`;

/** What a system error at binding means and what to do about it. */
const unrealized = (wanted: WantedListener, error: NodeJS.ErrnoException): ListenerReport => {
  const { address, port } = wanted;
  const report = (reason: string, fix: string): ListenerReport => ({
    address,
    port,
    state: 'unrealized',
    reason,
    fix,
  });
  switch (error.code) {
    case 'EADDRNOTAVAIL':
      return report(
        `${address} is not an address of this host`,
        `ip addr add ${address}/${address.includes(':') ? 128 : 32} dev lo`,
      );
    case 'EADDRINUSE':
      return report(
        `port ${port} at ${address} is taken by another program`,
        `find it with: ss -lnp 'sport = :${port}'; stop it, or choose another DNS port`,
      );
    case 'EACCES':
      return report(
        `binding port ${port} is not allowed to this user`,
        'run with CAP_NET_BIND_SERVICE, or choose a DNS port above 1023',
      );
    default:
      return report(
        `${address} port ${port}: ${error.code ?? error.message}`,
        'check the address and the port',
      );
  }
};

const ownAddress = ({ address, port }: WantedListener): ListenerReport => ({
  address,
  port,
  state: 'unrealized',
  reason: `${address} is an address of the installation itself`,
  fix: 'give the inbound endpoint another address, or the installation: --services-address, --arm-address, --dns-address',
});

const secondView = ({ address, port }: WantedListener): ListenerReport => ({
  address,
  port,
  state: 'unrealized',
  reason: `${address} port ${port} serves another view already`,
  fix: 'give each inbound endpoint an address of its own: virtual networks that overlap cannot share one host',
});

/** A listener for each inbound endpoint, at the installation's one DNS port, serving its network's view. */
export const inboundListeners = (state: DnsState, port: number): readonly WantedListener[] =>
  state.inboundEndpoints.map(({ address, virtualNetworkId }) => ({
    address,
    port,
    view: { kind: 'network', virtualNetworkId },
  }));

interface Slot {
  view: View;
  listener: Listener | undefined;
  report: ListenerReport;
}

export const createDnsServer = (options: DnsServerOptions): DnsServer => {
  const { tcpIdleMs = 10_000, maxTcpConnections = 256, maxTcpConnectionsPerClient = 64 } = options;
  const respond = createResponder(options);
  const slots = new Map<string, Slot>();
  const connectionsOf = new Map<string, number>();
  const counters = { queries: 0, answers: 0, dropped: 0 };
  let connections = 0;
  let wantedReports: readonly (() => ListenerReport)[] = [];
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;

  const handlerFor = (slot: Slot, wanted: WantedListener): ListenerHandler => ({
    idleMs: tcpIdleMs,
    maxPipelined: 32,
    respond(query, address, transport) {
      counters.queries++;
      const client: Client = { address, transport, view: slot.view };
      const answer = respond(query, client);
      if (answer === undefined) counters.dropped++;
      else counters.answers++;
      return answer;
    },
    admit(address) {
      const own = connectionsOf.get(address) ?? 0;
      if (connections >= maxTcpConnections || own >= maxTcpConnectionsPerClient) return false;
      connections++;
      connectionsOf.set(address, own + 1);
      return true;
    },
    released(address) {
      connections--;
      const own = (connectionsOf.get(address) ?? 1) - 1;
      if (own > 0) connectionsOf.set(address, own);
      else connectionsOf.delete(address);
    },
    dropped: () => {
      counters.dropped++;
    },
    failed(error) {
      slot.report = unrealized(wanted, error);
      const { listener } = slot;
      slot.listener = undefined;
      void listener?.close();
    },
  });

  const open = async (wanted: WantedListener): Promise<void> => {
    const key = keyOf(wanted);
    const slot = slots.get(key) ?? {
      view: wanted.view,
      listener: undefined,
      report: unrealized(wanted, new Error('not yet open')),
    };
    slots.set(key, slot);
    slot.view = wanted.view;
    if (slot.listener) return;
    try {
      slot.listener = await openListener(wanted.address, wanted.port, handlerFor(slot, wanted));
      slot.report = { address: wanted.address, port: slot.listener.port, state: 'listening' };
    } catch (error) {
      slot.report = unrealized(wanted, error as NodeJS.ErrnoException);
    }
  };

  const reports = (): readonly ListenerReport[] => wantedReports.map((report) => report());

  const run = async (wanted: readonly WantedListener[]): Promise<readonly ListenerReport[]> => {
    const byKey = new Map<string, WantedListener>();
    const isOwn = ({ address, view }: WantedListener): boolean =>
      view.kind === 'network' && (options.ownAddresses ?? []).includes(address);
    for (const entry of wanted) if (!isOwn(entry) && !byKey.has(keyOf(entry))) byKey.set(keyOf(entry), entry);
    for (const [key, slot] of slots) {
      if (byKey.has(key)) continue;
      slots.delete(key);
      await slot.listener?.close();
    }
    if (!closed) for (const entry of byKey.values()) await open(entry);
    wantedReports = wanted.flatMap((entry) => {
      if (isOwn(entry)) return [() => ownAddress(entry)];
      const slot = slots.get(keyOf(entry));
      if (slot === undefined) return [];
      return [() => (viewKey(slot.view) === viewKey(entry.view) ? slot.report : secondView(entry))];
    });
    return reports();
  };

  const reconcile = (wanted: readonly WantedListener[]): Promise<readonly ListenerReport[]> => {
    const next = last.then(() => run(wanted));
    last = next.catch(() => undefined);
    return next;
  };

  return {
    counters,
    reconcile,
    reports,
    async close() {
      closed = true;
      await reconcile([]);
    },
  };
};
