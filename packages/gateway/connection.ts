/** One client's connection: peek at its ClientHello, dial the upstream, then pump both ways until an end. */

import type { Socket } from 'node:net';
import { type HelloReading, readClientHello } from './client-hello.ts';
import type { Clock } from './clock.ts';
import type { Counters, Outcome } from './counters.ts';
import type { DesiredListener } from './projection.ts';
import { encodeProxyHeader, linkIdentifierTlv } from './proxy-protocol.ts';
import { resetSocket } from './socket-reset.ts';

/** Where and what the upstream is; returns a connecting socket with `allowHalfOpen`. */
export type Dial = (route: DesiredListener) => Socket;

/** Milliseconds. */
export interface Timeouts {
  /** For the whole ClientHello. */
  readonly hello: number;
  /** For the upstream to take the connection. */
  readonly connect: number;
  /** Without a byte either way. Azure's is 4 to 5 minutes. */
  readonly idle: number;
}

export interface ConnectionEnvironment {
  readonly dial: Dial;
  readonly clock: Clock;
  readonly timeouts: Timeouts;
  /** The port that a PROXY header's destination names, whatever port the listener really has. */
  readonly logicalPort: number;
  readonly counters: Counters;
  readonly onUpstreamFailure: (message: string) => void;
  readonly onEnd: () => void;
}

export type Phase = 'hello' | 'dialling' | 'forwarding' | 'held';

export type ConnectionReport = {
  readonly source: string;
  readonly phase: Phase;
  readonly serverName: string | null;
  /** Milliseconds. */
  readonly age: number;
  readonly bytesFromClient: number;
  readonly bytesToClient: number;
};

/** How long a full accept queue of a Unix-socket upstream (EAGAIN) is given before the next attempt, milliseconds. */
const dialAgainAfter = 20;

export class GatewayConnection {
  readonly #client: Socket;
  readonly #route: DesiredListener;
  readonly #environment: ConnectionEnvironment;
  readonly #source: { readonly address: string; readonly port: number };
  readonly #openedAt: number;
  #upstream: Socket | undefined;
  #phase: Phase = 'hello';
  #serverName: string | null = null;
  #cancelTimer: () => void = () => {};
  #lastActivity: number;
  #fromClient = 0;
  #toClient = 0;
  #ended = false;

  /** Takes over an accepted, paused socket. `route.disposition` was judged by the listener, except for `drop`. */
  constructor(client: Socket, route: DesiredListener, environment: ConnectionEnvironment) {
    this.#client = client;
    this.#route = route;
    this.#environment = environment;
    this.#source = { address: client.remoteAddress ?? '', port: client.remotePort ?? 0 };
    this.#openedAt = environment.clock.now();
    this.#lastActivity = this.#openedAt;
    client.on('error', () => this.end(this.#phase === 'forwarding' ? 'client-reset' : 'client-gone'));
    client.on('close', () => this.#closed());
    if (this.#source.address === '') this.end('client-gone');
    else if (route.disposition === 'drop') this.#hold();
    else this.#peek();
  }

  report(): ConnectionReport {
    return {
      source: `${this.#source.address} port ${this.#source.port}`,
      phase: this.#phase,
      serverName: this.#serverName,
      age: this.#environment.clock.now() - this.#openedAt,
      bytesFromClient: this.#fromClient,
      bytesToClient: this.#toClient,
    };
  }

  /** Ends it at once, with a reset to both sides unless it is complete; the first outcome is the one that counts. */
  end(outcome: Outcome): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#cancelTimer();
    this.#environment.counters.end(this.#phase === 'held' && outcome !== 'shut-down' ? 'dropped' : outcome);
    resetSocket(this.#client);
    if (this.#upstream) resetSocket(this.#upstream);
    this.#environment.onEnd();
  }

  /** Azure timing: take what comes and never answer. The bound runs from the start, so that a talker isn't held longer. */
  #hold(): void {
    this.#phase = 'held';
    this.#client.on('end', () => this.end('dropped'));
    this.#client.resume();
    this.#arm(this.#environment.timeouts.idle, () => this.end('dropped'));
  }

  #peek(): void {
    const chunks: Buffer[] = [];
    let have = 0;
    let wanted = 1;
    const onData = (chunk: Buffer) => {
      chunks.push(chunk);
      have += chunk.length;
      if (have < wanted) return;
      const bytes = Buffer.concat(chunks, have);
      chunks.splice(0, chunks.length, bytes);
      const reading = readClientHello(bytes);
      if (reading.status === 'need-more') {
        wanted = reading.atLeast;
        return;
      }
      this.#client.off('data', onData).off('end', onEnd).pause();
      this.#judge(reading, bytes);
    };
    const onEnd = () => this.end('client-gone');
    this.#client.on('data', onData).on('end', onEnd).resume();
    this.#arm(this.#environment.timeouts.hello, () => this.end('hello-timeout'));
  }

  #judge(reading: Exclude<HelloReading, { status: 'need-more' }>, bytes: Buffer): void {
    if (reading.status === 'error') {
      this.end(reading.reason === 'no-server-name' ? 'no-server-name' : 'bad-hello');
      return;
    }
    if (!this.#route.fqdns.includes(reading.hello.serverName)) {
      this.end('wrong-server-name');
      return;
    }
    this.#serverName = reading.hello.serverName;
    this.#phase = 'dialling';
    this.#arm(this.#environment.timeouts.connect, () => {
      this.#environment.onUpstreamFailure(`no connection within ${this.#environment.timeouts.connect} ms`);
      this.end('upstream-timeout');
    });
    this.#dial(bytes);
  }

  #dial(hello: Buffer): void {
    if (this.#ended) return;
    let upstream: Socket;
    try {
      upstream = this.#environment.dial(this.#route);
    } catch (error) {
      this.#upstreamFailed(error instanceof Error ? error.message : String(error));
      return;
    }
    this.#upstream = upstream;
    upstream.on('error', () => {});
    const onDialError = (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EAGAIN') return this.#upstreamFailed(error.message);
      this.#upstream = undefined;
      this.#environment.clock.after(dialAgainAfter, () => this.#dial(hello));
    };
    upstream.once('error', onDialError);
    upstream.once('connect', () => {
      upstream.off('error', onDialError);
      if (this.#ended) return;
      this.#forward(upstream, hello);
    });
  }

  #upstreamFailed(message: string): void {
    if (this.#ended) return;
    this.#environment.onUpstreamFailure(message);
    this.end('upstream-failed');
  }

  #forward(upstream: Socket, hello: Buffer): void {
    this.#phase = 'forwarding';
    upstream.on('error', () => this.end('upstream-reset'));
    upstream.on('close', () => this.#closed());
    const header = encodeProxyHeader({
      command: 'PROXY',
      source: this.#source,
      destination: { address: this.#route.address, port: this.#environment.logicalPort },
      tlvs: [linkIdentifierTlv(this.#route.linkIdentifier)],
    });
    this.#countFromClient(hello.length);
    this.#lastActivity = this.#environment.clock.now();
    // In one write: the upstream wakes once.
    const writable = upstream.write(Buffer.concat([header, hello]));
    this.#pump(this.#client, upstream, (count) => this.#countFromClient(count));
    this.#pump(upstream, this.#client, (count) => this.#countToClient(count));
    if (!writable) this.#client.pause();
    this.#watchIdle();
  }

  /** By hand and not by `pipe()`: a third less processor time a byte, measured; an end travels on as a half-close. */
  #pump(from: Socket, to: Socket, count: (bytes: number) => void): void {
    from.on('data', (chunk: Buffer) => {
      count(chunk.length);
      this.#lastActivity = this.#environment.clock.now();
      if (!to.write(chunk)) from.pause();
    });
    to.on('drain', () => {
      this.#lastActivity = this.#environment.clock.now();
      from.resume();
    });
    from.on('end', () => to.end());
    from.resume();
  }

  #countFromClient(bytes: number): void {
    this.#fromClient += bytes;
    this.#environment.counters.bytesFromClient(bytes);
  }

  #countToClient(bytes: number): void {
    this.#toClient += bytes;
    this.#environment.counters.bytesToClient(bytes);
  }

  /** Complete once both sockets have closed by themselves; one that closed without having ended took the other with it. */
  #closed(): void {
    if (this.#ended) return;
    const upstream = this.#upstream;
    if (this.#client.closed && upstream?.closed) this.end('completed');
    else if (this.#client.closed && !this.#client.readableEnded) this.end('client-gone');
    else if (upstream?.closed && !upstream.readableEnded) this.end('upstream-reset');
  }

  /** One timer for a connection's life: it looks when the last byte went by, and sleeps on. */
  #watchIdle(): void {
    const { clock, timeouts } = this.#environment;
    const left = this.#lastActivity + timeouts.idle - clock.now();
    if (left <= 0) this.end('idle');
    else this.#arm(left, () => this.#watchIdle());
  }

  #arm(ms: number, run: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#environment.clock.after(ms, run);
  }
}
