/** The gateway: keeps one listener at each desired private-endpoint address, and reports what they do. */

import { connect, type Socket } from 'node:net';
import { type Clock, systemClock } from './clock.ts';
import type { Dial, Timeouts } from './connection.ts';
import { Counters, type CountersReport } from './counters.ts';
import { GatewayListener, type ListenerReport } from './listener.ts';
import { ListenerTable } from './listener-table.ts';
import type { LoopbackRealizer } from './loopback-realizer.ts';
import type { DesiredListener } from './projection.ts';

export interface GatewayOptions {
  /** The installation's HTTPS port; 0 gives each listener one of its own. */
  readonly port: number;
  readonly dial: Dial;
  /** Addresses of the installation's own listeners: never bound here, whatever is desired. */
  readonly ownAddresses?: readonly string[];
  /** Default 443: policy judges the logical port. */
  readonly logicalPort?: number;
  readonly timeouts?: Partial<Timeouts>;
  readonly limits?: { readonly perListener?: number; readonly total?: number; readonly perSource?: number };
  /** A connection was reset because a limit was reached. */
  readonly onOverLimit?: () => void;
  /** Between attempts at unrealized addresses, milliseconds; default 30 s. */
  readonly retryAfter?: number;
  readonly clock?: Clock;
  /** `--realize lo`. */
  readonly realizer?: Pick<LoopbackRealizer, 'realize' | 'release' | 'close'>;
}

export type GatewayReport = {
  readonly listeners: readonly ListenerReport[];
  /** Of all listeners that there ever were. */
  readonly totals: CountersReport;
  readonly draining: boolean;
  /** Why addresses could not be added to or taken from the loopback interface, the last time. */
  readonly realizerFailure?: string;
};

const defaultTimeouts: Timeouts = { hello: 5_000, connect: 10_000, idle: 240_000 };
const defaultLimits = { perListener: 4096, total: 16_384, perSource: 4096 };

/** Dials the services' Unix socket for every route. */
export const dialTo =
  (path: string): Dial =>
  (): Socket =>
    connect({ path, allowHalfOpen: true });

export class Gateway {
  readonly #options: GatewayOptions;
  readonly #clock: Clock;
  readonly #totals = new Counters();
  readonly #sources = new Map<string, number>();
  readonly #table = new ListenerTable();
  #binding: Promise<void> = Promise.resolve();
  #cancelRetry: (() => void) | undefined;
  #draining = false;
  #realizerFailure: string | undefined;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /**
   * Makes the listeners those that are desired. What lost its approval or is gone is reset before the first await;
   * new addresses are then bound one by one. An address that can't be bound is reported and tried again, never thrown.
   */
  async reconcile(desired: readonly DesiredListener[]): Promise<GatewayReport> {
    const wanted = Map.groupBy(desired, ({ connectionId }) => connectionId.toLowerCase());
    for (const connection of this.#table.connections())
      if (!wanted.has(connection)) wanted.set(connection, []);
    const { closing } = this.#change(wanted);
    await this.#bindAll(Promise.all(closing), () => this.#table.waiting);
    return this.report();
  }

  /**
   * As {@link reconcile}, where nothing is different but these connections, by lower-case id: no other is looked at, but those
   * that wait for an address which one of these had.
   */
  async update(changed: ReadonlyMap<string, readonly DesiredListener[]>): Promise<void> {
    const { closing, freed } = this.#change(changed);
    const waiting = (): GatewayListener[] => {
      const touched = [...changed.keys()].flatMap((connection) => [...this.#table.of(connection).values()]);
      const others = [...freed].flatMap((address) => [...this.#table.wanting(address)]);
      return [...new Set([...touched, ...others])].filter((listener) => this.#table.waiting.has(listener));
    };
    await this.#bindAll(Promise.all(closing), waiting);
  }

  #change(changed: ReadonlyMap<string, readonly DesiredListener[]>): {
    readonly closing: readonly Promise<void>[];
    readonly freed: ReadonlySet<string>;
  } {
    const closing: Promise<void>[] = [];
    const freed = new Set<string>();
    for (const [connection, desired] of changed) {
      const wanted = new Map(desired.map((listener) => [listener.address, listener]));
      for (const [address, listener] of [...this.#table.of(connection)]) {
        const next = wanted.get(address);
        if (next && next.linkIdentifier === listener.desired.linkIdentifier) listener.update(next);
        else {
          this.#table.remove(connection, listener);
          freed.add(address);
          closing.push(listener.close('revoked'));
        }
      }
      if (this.#draining) continue;
      for (const [address, next] of wanted)
        if (!this.#table.of(connection).has(address))
          this.#table.add(connection, new GatewayListener(next, this.#environment()));
    }
    return { closing, freed };
  }

  #environment(): ConstructorParameters<typeof GatewayListener>[1] {
    const { port, dial, logicalPort = 443, timeouts, limits, onOverLimit = () => {} } = this.#options;
    return {
      port,
      logicalPort,
      dial,
      clock: this.#clock,
      timeouts: { ...defaultTimeouts, ...timeouts },
      limits: { ...defaultLimits, ...limits },
      totals: this.#totals,
      sources: this.#sources,
      onOverLimit,
    };
  }

  /** Addresses that have a listener; and why others have none. Costs what is taken of it. */
  standing(): {
    readonly listening: Iterable<string>;
    readonly unrealized: Iterable<{
      readonly address: string;
      readonly reason: string;
      readonly fix: string;
    }>;
  } {
    const { holders, waiting } = this.#table;
    const unrealized = function* () {
      for (const { problem, desired } of waiting) if (problem) yield { address: desired.address, ...problem };
    };
    return { listening: holders.keys(), unrealized: unrealized() };
  }

  /** Data only. `connections` adds the live connections of each listener. */
  report(options: { readonly connections?: boolean } = {}): GatewayReport {
    return {
      listeners: [...this.#table].map((listener) => listener.report(options.connections)),
      totals: this.#totals.report(),
      draining: this.#draining,
      ...(this.#realizerFailure === undefined ? {} : { realizerFailure: this.#realizerFailure }),
    };
  }

  /** Stops accepting, lets live connections finish for at most `deadline` milliseconds, resets the rest, frees everything. */
  async drain(deadline: number): Promise<void> {
    this.#draining = true;
    this.#cancelRetry?.();
    const listeners = [...this.#table];
    const stopped = Promise.all(listeners.map((listener) => listener.stop()));
    const finished = Promise.all(listeners.map((listener) => listener.drained()));
    let cancel = () => {};
    const late = new Promise<void>((resolve) => {
      cancel = this.#clock.after(Math.max(0, deadline), resolve);
    });
    await Promise.race([finished, late]);
    cancel();
    await Promise.all(listeners.map((listener) => listener.close('shut-down')));
    await stopped;
    await this.#binding;
    await this.#realizing(async () => this.#options.realizer?.close());
  }

  /** Resets everything and frees everything. */
  async close(): Promise<void> {
    for (const listener of this.#table) void listener.close('shut-down');
    await this.drain(0);
  }

  /** Binding is serial, so that two reconciliations never race for an address. */
  #bindAll(before: Promise<unknown>, waiting: () => Iterable<GatewayListener>): Promise<void> {
    this.#binding = this.#binding.then(async () => {
      await before;
      await this.#releaseUnused();
      for (const listener of [...waiting()]) {
        if (this.#draining) return;
        await this.#bind(listener);
      }
      this.#scheduleRetry();
    });
    return this.#binding;
  }

  async #bind(listener: GatewayListener): Promise<void> {
    const { address, connectionId } = listener.desired;
    if (!this.#table.waiting.has(listener) || listener.state === 'closed') return;
    if (this.#options.ownAddresses?.includes(address)) {
      listener.refuse({
        reason: `${address} is an address of the installation itself`,
        fix: 'give the private endpoint another address, or the installation: --services-address, --arm-address, --dns-address',
      });
      return;
    }
    const holder = this.#table.holders.get(address);
    if (holder) {
      // Networks may overlap, hosts can't: the one that stands there keeps it, so that nobody takes another's traffic.
      listener.refuse({
        reason: `${address} is held by a listener of ${holder.desired.connectionId}`,
        fix: `give the private endpoint of ${connectionId} an address that no other network's endpoint has: on one host an address is one listener's`,
      });
      return;
    }
    const error = await listener.bind();
    const { realizer } = this.#options;
    if (error?.code === 'EADDRNOTAVAIL' && realizer && !this.#draining) {
      const refusal = await realizer.realize(address);
      if (refusal) listener.refuse(refusal);
      else await listener.bind();
    }
    // It may have gone while it was bound.
    if (listener.state === 'listening' && this.#table.waiting.has(listener)) this.#table.stands(listener);
  }

  async #releaseUnused(): Promise<void> {
    const isUnused = (address: string): boolean => !this.#table.isWanted(address);
    await this.#realizing(async () => this.#options.realizer?.release(isUnused));
  }

  /** A full disk under the realizer's record must stop neither the listeners nor the next reconciliation. */
  async #realizing(act: () => Promise<void>): Promise<void> {
    try {
      await act();
      this.#realizerFailure = undefined;
    } catch (error) {
      this.#realizerFailure = error instanceof Error ? error.message : String(error);
    }
  }

  #scheduleRetry(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    if (this.#draining || this.#table.waiting.size === 0) return;
    this.#cancelRetry = this.#clock.after(
      this.#options.retryAfter ?? 30_000,
      () => void this.#bindAll(Promise.resolve(), () => this.#table.waiting),
    );
  }
}
