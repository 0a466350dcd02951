/** Follows the control plane's feed: keeps the state on disk, applies it, and only then acknowledges it. */
import { backOffMs } from '@tombolo/back-off';
import type { Change, Document, JsonObject } from '../port.ts';
import { type FeedClient, type FeedClientOptions, feedClient } from './feed-client.ts';
import { silenceMs } from './follower-progress.ts';
import type { Cursor, OpenFollowerState } from './follower-state.ts';
import { type Pending, pendingChanges } from './pending-changes.ts';
import { systemTimers, type Timers } from './timers.ts';

export interface Applied {
  /**
   * Everything of the follower's types, for who has to begin anew: read from where the follower keeps it, which holds a fleet
   * in memory only once. To be gone through before `apply` first waits.
   */
  readonly documents: () => Iterable<Document>;
  /** What differs from the call before, each id once, or `snapshot`: compare with everything. */
  readonly changed: readonly Change[] | 'snapshot';
}

export interface FollowOptions {
  /** The follower's name: its role, or its role with a suffix. */
  readonly name: string;
  readonly types: readonly string[];
  readonly socketPath: string;
  /** The role token; it goes into the Authorization header only. */
  readonly token: string;
  /** Its own, on its own disk. */
  readonly state: OpenFollowerState;
  /**
   * Makes the state true, and reports what `status` should show. Calls never overlap. A rejection is retried
   * with everything (`snapshot`) after a while, and nothing is acknowledged meanwhile.
   */
  readonly apply: (applied: Applied) => Promise<JsonObject>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: (event: string, fields: Readonly<Record<string, unknown>>) => void;
  /** In [0, 1); spreads reconnects. */
  readonly random?: () => number;
  readonly timers?: Timers;
  /** The wire; by default the control plane's Unix socket. */
  readonly connect?: (options: FeedClientOptions) => FeedClient;
}

export interface Follow {
  /** The last number applied, 0 for none. */
  applied(): number;
  /** Epoch milliseconds of the last sign of life of the control plane; 0 before the first. */
  lastContact(): number;
  /** Whether there was no contact for longer than `maxAgeMs`, counted from the start where there was none at all. */
  stale(maxAgeMs?: number): boolean;
  /** What `status` should show has changed without a change of the feed: acknowledges again, with this report. */
  tell(report: JsonObject): void;
  /** Resolves when nothing runs any more; what was received and not applied comes again at the next start. */
  stop(): Promise<void>;
}

/** Three keep-alives missed: the stream is dead even though the socket does not say so. */
const SILENCE_MS = 45_000;
/** Half of each wait is drawn by lot, so that followers do not return all at once. */
const retries = { baseMs: 100, capMs: 5_000, spread: 0.5 };

/** Starts following; what is on disk is applied before the first connection, so that it works without one. */
export function follow(options: FollowOptions): Follow {
  const { name, types, socketPath, token, now, log, timers = systemTimers, random = Math.random } = options;
  const state = options.state(types, (error) =>
    log('feed-state-damaged', { follower: name, error: String(error) }),
  );
  let cursor: Cursor | undefined = state.cursor;
  const pending = pendingChanges(cursor);
  /** Whether anything was ever received, here or in an earlier life. */
  let received = cursor !== undefined;
  let applied = 0;
  let report: JsonObject | undefined;
  let mustApplyAll = cursor !== undefined;
  let lastContact = 0;
  const started = now();
  const stopping = new AbortController();
  /** Whether the present stream has come to a `through`: only then is there somebody to tell. */
  let live = false;
  const client = (options.connect ?? feedClient)({
    name,
    types,
    socketPath,
    token,
    contact: () => {
      lastContact = now();
    },
  });

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const done = () => {
        cancel();
        stopping.signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = timers.after(ms, done);
      stopping.signal.addEventListener('abort', done);
      if (stopping.signal.aborted) done();
    });

  /** A snapshot that has just come, until it is in force: it is in memory anyway. */
  let fresh: ReadonlyMap<string, Document> | undefined;

  const work = signalled(stopping.signal);
  const toAcknowledge = signalled(stopping.signal);

  async function persist(next: Pending): Promise<void> {
    const changes = [...next.changes.values()];
    if (next.snapshot !== undefined) {
      const all = next.snapshot;
      amendMap(all, changes);
      await state.replace(next.cursor, all);
      fresh = all;
      mustApplyAll = true;
    } else if (changes.length > 0) {
      await state.amend(next.cursor, changes);
      fresh = undefined;
    }
    cursor = next.cursor;
  }

  async function applyNow(changed: Applied['changed']): Promise<void> {
    // Set first: should apply fail, what it was given is no longer known to be in force.
    mustApplyAll = true;
    report = await options.apply({ documents: () => fresh?.values() ?? state.documents(), changed });
    fresh = undefined;
    mustApplyAll = false;
  }

  /** One step: persist, apply, then have it acknowledged. A failed step keeps what it took. */
  let taken: Pending | undefined;
  async function step(): Promise<void> {
    taken ??= pending.take();
    const changes = taken === undefined ? [] : [...taken.changes.values()];
    if (taken !== undefined) await persist(taken);
    taken = undefined;
    if (mustApplyAll) await applyNow('snapshot');
    else if (changes.length > 0) await applyNow(changes);
    if (cursor === undefined) return;
    applied = cursor.through;
    toAcknowledge.set();
  }

  const pauseAfter = (failures: number): Promise<void> => pause(backOffMs(failures, random(), retries));

  async function applyLoop(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      await work.wait();
      if (stopping.signal.aborted) return;
      try {
        await step();
        failures = 0;
      } catch (error) {
        log('feed-apply-failed', { follower: name, error: String(error) });
        work.set();
        await pauseAfter(++failures);
      }
    }
  }

  async function acknowledgeLoop(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      await toAcknowledge.wait();
      // Without contact since the start there is nobody to tell; the first `through` of the stream says it again.
      if (stopping.signal.aborted || cursor === undefined || report === undefined || !received) continue;
      try {
        await client.acknowledge({ epoch: cursor.epoch, through: applied, report }, stopping.signal);
        failures = 0;
      } catch (error) {
        if (stopping.signal.aborted) return;
        log('feed-acknowledgement-failed', { follower: name, error: String(error) });
        await pauseAfter(++failures);
        toAcknowledge.set();
      }
    }
  }

  async function streamLoop(): Promise<void> {
    let failures = 0;
    let lastFailure = '';
    while (!stopping.signal.aborted) {
      const attempt = new AbortController();
      const opened = now();
      const stopWatch = timers.every(SILENCE_MS / 3, () => {
        if (now() - Math.max(opened, lastContact) > SILENCE_MS)
          attempt.abort(new Error('The feed fell silent.'));
        // Said again in a quiet time, so that control knows who is alive (an endpoint's creation waits for those).
        else if (live) toAcknowledge.set();
      });
      try {
        const signal = AbortSignal.any([stopping.signal, attempt.signal]);
        await client.stream(
          pending.resumeAt(),
          (event) => {
            if (!pending.add(event)) return;
            received = true;
            if (!live) log('feed-connected', { follower: name, ...pending.resumeAt() });
            live = true;
            lastFailure = '';
            failures = 0;
            work.set();
          },
          signal,
        );
      } catch (error) {
        // An outage is one line, however many attempts it takes.
        if (!stopping.signal.aborted && String(error) !== lastFailure)
          log('feed-lost', { follower: name, error: String(error) });
        lastFailure = String(error);
      } finally {
        stopWatch();
        live = false;
        pending.cut();
      }
      if (!stopping.signal.aborted) await pauseAfter(++failures);
    }
  }

  async function run(): Promise<void> {
    if (mustApplyAll)
      await step().catch((error) => {
        log('feed-apply-failed', { follower: name, error: String(error) });
        work.set();
      });
    await Promise.all([applyLoop(), acknowledgeLoop(), streamLoop()]);
  }

  const ended = run().finally(() => {
    client.close();
    state.close();
  });
  return {
    applied: () => applied,
    lastContact: () => lastContact,
    stale: (maxAgeMs = silenceMs) => now() - Math.max(lastContact, started) > maxAgeMs,
    tell(next) {
      // Before the first apply there is nothing to acknowledge, and its own report is newer.
      if (report === undefined) return;
      report = next;
      toAcknowledge.set();
    },
    stop() {
      stopping.abort();
      return ended;
    },
  };
}

function amendMap(documents: Map<string, Document>, changes: readonly Change[]): void {
  for (const { id, document } of changes) {
    if (document === undefined) documents.delete(id.toLowerCase());
    else documents.set(id.toLowerCase(), document);
  }
}

/** A flag to wait for: set any number of times, it wakes its one waiter once; abort wakes it, too. */
function signalled(abort: AbortSignal): { set(): void; wait(): Promise<void> } {
  let isSet = false;
  let wake = () => {};
  abort.addEventListener('abort', () => wake());
  return {
    set() {
      isSet = true;
      wake();
    },
    async wait() {
      if (!isSet && !abort.aborted)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      isSet = false;
    },
  };
}
