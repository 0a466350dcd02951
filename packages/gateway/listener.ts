/** The listening socket of one private-endpoint address: binds it, judges each connection, and keeps the live ones. */

import { createServer, type Server, type Socket } from 'node:net';
import type { Clock } from './clock.ts';
import { type ConnectionReport, type Dial, GatewayConnection, type Timeouts } from './connection.ts';
import { Counters, type CountersReport, type Outcome } from './counters.ts';
import type { DesiredListener } from './projection.ts';
import { resetSocket } from './socket-reset.ts';
import { explainBindError } from './unrealized.ts';

export interface ListenerEnvironment {
  /** 0 lets the system choose one. */
  readonly port: number;
  readonly logicalPort: number;
  readonly dial: Dial;
  readonly clock: Clock;
  readonly timeouts: Timeouts;
  readonly totals: Counters;
  readonly limits: { readonly perListener: number; readonly total: number; readonly perSource: number };
  /** Live connections of the whole gateway by client address. */
  readonly sources: Map<string, number>;
  readonly onOverLimit: () => void;
}

export type ListenerReport = {
  readonly address: string;
  readonly port: number;
  readonly state: 'binding' | 'listening' | 'unrealized' | 'closed';
  /** Only with `unrealized`. */
  readonly reason?: string;
  readonly fix?: string;
  readonly connectionId: string;
  readonly privateEndpointId: string;
  readonly memberName: string;
  readonly linkIdentifier: number;
  readonly status: string;
  readonly disposition: string;
  readonly counters: CountersReport;
  readonly lastUpstreamFailure?: string;
  readonly connections?: readonly ConnectionReport[];
};

export class GatewayListener {
  readonly #environment: ListenerEnvironment;
  readonly #counters: Counters;
  readonly #live = new Set<GatewayConnection>();
  #desired: DesiredListener;
  #server: Server | undefined;
  #binding: Promise<NodeJS.ErrnoException | undefined> | undefined;
  #state: ListenerReport['state'] = 'binding';
  #problem: { reason: string; fix: string } | undefined;
  #lastUpstreamFailure: string | undefined;
  readonly #waiting: (() => void)[] = [];

  constructor(desired: DesiredListener, environment: ListenerEnvironment) {
    this.#desired = desired;
    this.#environment = environment;
    this.#counters = new Counters(environment.totals);
  }

  get desired(): DesiredListener {
    return this.#desired;
  }

  get state(): ListenerReport['state'] {
    return this.#state;
  }

  /** Why it has no address; undefined: it has one, or was not tried yet. */
  get problem(): { readonly reason: string; readonly fix: string } | undefined {
    return this.#state === 'unrealized' ? this.#problem : undefined;
  }

  /** Binds where it isn't bound; resolves to the error that kept it from it, which `report` explains. */
  async bind(): Promise<NodeJS.ErrnoException | undefined> {
    if (this.#state === 'listening' || this.#state === 'closed') return undefined;
    this.#binding ??= this.#listen().finally(() => {
      this.#binding = undefined;
    });
    return this.#binding;
  }

  /** Takes a new state of the same connection: what no longer accepts is reset before this returns. */
  update(desired: DesiredListener): void {
    this.#desired = desired;
    if (desired.disposition !== 'accept') this.#endAll('revoked');
  }

  /** Stops listening; live connections go on. */
  async stop(): Promise<void> {
    this.#state = 'closed';
    await this.#binding;
    this.#server?.close();
  }

  /** Stops listening and resets what is live, with this outcome, before the first await. */
  async close(outcome: Outcome): Promise<void> {
    this.#endAll(outcome);
    await this.stop();
  }

  /** Resolves once no connection is live. */
  async drained(): Promise<void> {
    if (this.#live.size > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  report(withConnections = false): ListenerReport {
    const { address, connectionId, privateEndpointId, memberName, linkIdentifier, status, disposition } =
      this.#desired;
    const bound = this.#server?.address();
    return {
      address,
      port: typeof bound === 'object' && bound ? bound.port : this.#environment.port,
      state: this.#state,
      ...this.problem,
      connectionId,
      privateEndpointId,
      memberName,
      linkIdentifier,
      status,
      disposition,
      counters: this.#counters.report(),
      ...(this.#lastUpstreamFailure === undefined ? {} : { lastUpstreamFailure: this.#lastUpstreamFailure }),
      ...(withConnections ? { connections: [...this.#live].map((connection) => connection.report()) } : {}),
    };
  }

  /** Says that the address is not this listener's to bind, e.g. because another connection's stands there. */
  refuse(problem: { reason: string; fix: string }): void {
    this.#state = 'unrealized';
    this.#problem = problem;
  }

  #endAll(outcome: Outcome): void {
    for (const connection of [...this.#live]) connection.end(outcome);
  }

  #listen(): Promise<NodeJS.ErrnoException | undefined> {
    const { port } = this.#environment;
    const { address } = this.#desired;
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (socket) =>
      this.#accept(socket),
    );
    return new Promise((resolve) => {
      const onError = (error: NodeJS.ErrnoException) => {
        if (this.#state !== 'closed') this.refuse(explainBindError(error, address, port));
        resolve(error);
      };
      server.once('error', onError);
      server.listen({ host: address, port, exclusive: true }, () => {
        // Later errors are of single accepts (no file descriptor left): the client sees them, the listener goes on.
        server.off('error', onError).on('error', () => {});
        this.#server = server;
        if (this.#state !== 'closed') this.#state = 'listening';
        resolve(undefined);
      });
    });
  }

  #accept(socket: Socket): void {
    const { limits, totals, sources } = this.#environment;
    const source = socket.remoteAddress ?? '';
    const fromSource = sources.get(source) ?? 0;
    const refusal: Outcome | undefined =
      this.#state === 'closed'
        ? 'shut-down'
        : this.#desired.disposition === 'reset'
          ? 'not-approved'
          : this.#live.size >= limits.perListener ||
              totals.active >= limits.total ||
              fromSource >= limits.perSource
            ? 'over-limit'
            : undefined;
    this.#counters.accept();
    if (refusal) {
      socket.on('error', () => {});
      this.#counters.end(refusal);
      if (refusal === 'over-limit') this.#environment.onOverLimit();
      resetSocket(socket);
      return;
    }
    sources.set(source, fromSource + 1);
    let connection: GatewayConnection | undefined;
    let ended = false;
    const onEnd = () => {
      ended = true;
      const left = (sources.get(source) ?? 1) - 1;
      if (left === 0) sources.delete(source);
      else sources.set(source, left);
      if (connection) this.#live.delete(connection);
      if (this.#live.size === 0) for (const resolve of this.#waiting.splice(0)) resolve();
    };
    const { dial, clock, timeouts, logicalPort } = this.#environment;
    const onUpstreamFailure = (message: string) => {
      this.#lastUpstreamFailure = message;
    };
    connection = new GatewayConnection(socket, this.#desired, {
      dial,
      clock,
      timeouts,
      logicalPort,
      counters: this.#counters,
      onUpstreamFailure,
      onEnd,
    });
    if (!ended) this.#live.add(connection);
  }
}
