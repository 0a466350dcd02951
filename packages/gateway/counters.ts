/** What is counted: every accepted connection is active or has ended in exactly one outcome. */

export const outcomes = [
  /** Both sides ended in order. */
  'completed',
  /** The private-endpoint connection was not Approved: reset at once. */
  'not-approved',
  /** The same in Azure timing: held in silence. */
  'dropped',
  /** Reset while live, because the connection was rejected, disconnected or deleted. */
  'revoked',
  'over-limit',
  /** No ClientHello that could be read: not TLS, malformed, too long, several names, an IP literal. */
  'bad-hello',
  'no-server-name',
  /** A server name that is another member's, or nobody's. */
  'wrong-server-name',
  'hello-timeout',
  /** The client left before it had been forwarded. */
  'client-gone',
  'upstream-failed',
  'upstream-timeout',
  'client-reset',
  'upstream-reset',
  'idle',
  /** Still live at the deadline of a shutdown. */
  'shut-down',
] as const;

export type Outcome = (typeof outcomes)[number];

export type CountersReport = {
  readonly accepted: number;
  readonly active: number;
  /** accepted = active + the sum of these. */
  readonly ended: Readonly<Record<Outcome, number>>;
  /** The client's own bytes, without the PROXY header. */
  readonly bytesFromClient: number;
  readonly bytesToClient: number;
};

/** Counters that add into their parent's, so that a total outlives the listeners that it sums. */
export class Counters {
  readonly #parent: Counters | undefined;
  readonly #ended = Object.fromEntries(outcomes.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  #accepted = 0;
  #active = 0;
  #fromClient = 0;
  #toClient = 0;

  constructor(parent?: Counters) {
    this.#parent = parent;
  }

  get active(): number {
    return this.#active;
  }

  accept(): void {
    this.#accepted++;
    this.#active++;
    this.#parent?.accept();
  }

  end(outcome: Outcome): void {
    this.#active--;
    this.#ended[outcome]++;
    this.#parent?.end(outcome);
  }

  bytesFromClient(count: number): void {
    this.#fromClient += count;
    this.#parent?.bytesFromClient(count);
  }

  bytesToClient(count: number): void {
    this.#toClient += count;
    this.#parent?.bytesToClient(count);
  }

  report(): CountersReport {
    return {
      accepted: this.#accepted,
      active: this.#active,
      ended: { ...this.#ended },
      bytesFromClient: this.#fromClient,
      bytesToClient: this.#toClient,
    };
  }
}
