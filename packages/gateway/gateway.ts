/** The gateway: keeps one listener at each desired private-endpoint address, and reports what they do. */

import { connect, type Socket } from 'node:net';
import { type Clock, systemClock } from './clock.ts';
import type { Dial, Timeouts } from './connection.ts';
import { Counters, type CountersReport } from './counters.ts';
import { GatewayListener, type ListenerReport } from './listener.ts';
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
  /** By connection id (lower case) and address. */
  readonly #listeners = new Map<string, GatewayListener>();
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
    const wanted = new Map(desired.map((listener) => [keyOf(listener), listener]));
    const closing: Promise<void>[] = [];
    for (const [key, listener] of this.#listeners) {
      const next = wanted.get(key);
      if (next && next.linkIdentifier === listener.desired.linkIdentifier) listener.update(next);
      else closing.push(this.#remove(key, listener));
    }
    if (!this.#draining) {
      for (const [key, next] of wanted) {
        if (this.#listeners.has(key)) continue;
        const { port, dial, logicalPort = 443, timeouts, limits } = this.#options;
        const environment = {
          port,
          logicalPort,
          dial,
          clock: this.#clock,
          timeouts: { ...defaultTimeouts, ...timeouts },
          limits: { ...defaultLimits, ...limits },
          totals: this.#totals,
          sources: this.#sources,
          onOverLimit: this.#options.onOverLimit ?? (() => {}),
        };
        this.#listeners.set(key, new GatewayListener(next, environment));
      }
    }
    await this.#bindAll(Promise.all(closing));
    return this.report();
  }

  /** Data only. `connections` adds the live connections of each listener. */
  report(options: { readonly connections?: boolean } = {}): GatewayReport {
    return {
      listeners: [...this.#listeners.values()].map((listener) => listener.report(options.connections)),
      totals: this.#totals.report(),
      draining: this.#draining,
      ...(this.#realizerFailure === undefined ? {} : { realizerFailure: this.#realizerFailure }),
    };
  }

  /** Stops accepting, lets live connections finish for at most `deadline` milliseconds, resets the rest, frees everything. */
  async drain(deadline: number): Promise<void> {
    this.#draining = true;
    this.#cancelRetry?.();
    const listeners = [...this.#listeners.values()];
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
    for (const listener of this.#listeners.values()) void listener.close('shut-down');
    await this.drain(0);
  }

  #remove(key: string, listener: GatewayListener): Promise<void> {
    this.#listeners.delete(key);
    return listener.close('revoked');
  }

  /** Binding is serial, so that two reconciliations never race for an address. */
  #bindAll(before: Promise<unknown>): Promise<void> {
    this.#binding = this.#binding.then(async () => {
      await before;
      await this.#releaseUnused();
      for (const listener of [...this.#listeners.values()]) {
        if (this.#draining) return;
        await this.#bind(listener);
      }
      this.#scheduleRetry();
    });
    return this.#binding;
  }

  async #bind(listener: GatewayListener): Promise<void> {
    const { address, connectionId } = listener.desired;
    if (listener.state === 'listening' || listener.state === 'closed') return;
    if (this.#options.ownAddresses?.includes(address)) {
      listener.refuse({
        reason: `${address} is an address of the installation itself`,
        fix: 'give the private endpoint another address, or the installation: --services-address, --arm-address, --dns-address',
      });
      return;
    }
    const holder = [...this.#listeners.values()].find(
      (other) => other.state === 'listening' && other.desired.address === address,
    );
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
    if (error?.code !== 'EADDRNOTAVAIL' || !realizer || this.#draining) return;
    const refusal = await realizer.realize(address);
    if (refusal) listener.refuse(refusal);
    else await listener.bind();
  }

  async #releaseUnused(): Promise<void> {
    const used = new Set([...this.#listeners.values()].map((listener) => listener.desired.address));
    await this.#realizing(async () => this.#options.realizer?.release((address) => !used.has(address)));
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
    if (this.#draining || [...this.#listeners.values()].every((listener) => listener.state === 'listening'))
      return;
    this.#cancelRetry = this.#clock.after(
      this.#options.retryAfter ?? 30_000,
      () => void this.#bindAll(Promise.resolve()),
    );
  }
}

const keyOf = (listener: DesiredListener): string =>
  `${listener.connectionId.toLowerCase()} ${listener.address}`;
