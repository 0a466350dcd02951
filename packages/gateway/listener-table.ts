/** The gateway's listeners by connection and by address: what a change touches is found without a look at the others. */

import type { GatewayListener } from './listener.ts';

const none: ReadonlyMap<string, GatewayListener> = new Map();

export class ListenerTable {
  /** By lower-case id of the connection, then by address. */
  readonly #connections = new Map<string, Map<string, GatewayListener>>();
  /** All that want an address, in the order in which they came. */
  readonly #wanting = new Map<string, Set<GatewayListener>>();
  readonly #holders = new Map<string, GatewayListener>();
  readonly #waiting = new Set<GatewayListener>();

  *[Symbol.iterator](): Iterator<GatewayListener> {
    for (const listeners of this.#connections.values()) yield* listeners.values();
  }

  connections(): Iterable<string> {
    return this.#connections.keys();
  }

  /** Of one connection, by address. */
  of(connection: string): ReadonlyMap<string, GatewayListener> {
    return this.#connections.get(connection) ?? none;
  }

  /** Those that do not stand. */
  get waiting(): ReadonlySet<GatewayListener> {
    return this.#waiting;
  }

  /** Those that stand, by address. */
  get holders(): ReadonlyMap<string, GatewayListener> {
    return this.#holders;
  }

  wanting(address: string): Iterable<GatewayListener> {
    return this.#wanting.get(address) ?? [];
  }

  isWanted(address: string): boolean {
    return this.#wanting.has(address);
  }

  add(connection: string, listener: GatewayListener): void {
    const { address } = listener.desired;
    const siblings = this.#connections.get(connection) ?? new Map<string, GatewayListener>();
    this.#connections.set(connection, siblings.set(address, listener));
    const others = this.#wanting.get(address) ?? new Set();
    this.#wanting.set(address, others.add(listener));
    this.#waiting.add(listener);
  }

  /** It has its address. */
  stands(listener: GatewayListener): void {
    this.#waiting.delete(listener);
    this.#holders.set(listener.desired.address, listener);
  }

  remove(connection: string, listener: GatewayListener): void {
    const { address } = listener.desired;
    const siblings = this.#connections.get(connection);
    siblings?.delete(address);
    if (siblings?.size === 0) this.#connections.delete(connection);
    const others = this.#wanting.get(address);
    others?.delete(listener);
    if (others?.size === 0) this.#wanting.delete(address);
    this.#waiting.delete(listener);
    if (this.#holders.get(address) === listener) this.#holders.delete(address);
  }
}
