/** Sends one follower the feed over an open response: a snapshot or changes, then each number as it comes. */
import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FeedGone, type Store } from '../port.ts';
import { eventBytes, KEEP_ALIVE, listEvents } from './event-stream.ts';
import type { Timers } from './timers.ts';

const KEEP_ALIVE_MS = 15_000;
/** Keep-alives that a stalled reader may miss before it is cut off: a minute, after which it counts as stale. */
const MAX_STALLED = 4;

/** How far the present round or snapshot is; both its ends are fixed when it begins. */
interface StreamProgress {
  /** Numbers of the feed, or documents of a snapshot. */
  readonly sent: number;
  readonly of: number;
}

export interface FeedStream {
  /** Resolves when the stream has ended, by either side; rejects when the store failed. */
  readonly ended: Promise<void>;
  end(): void;
}

export interface FeedStreamOptions {
  readonly store: Pick<Store, 'round' | 'snapshotInParts' | 'onHead'>;
  readonly types: readonly string[];
  /** Where the follower stands; absent: it starts from a snapshot. */
  readonly cursor?: { readonly epoch: string; readonly after: number };
  readonly response: ServerResponse;
  readonly timers: Timers;
  /** Called as a round goes on, and with undefined at its end. */
  readonly onProgress?: (progress: StreamProgress | undefined) => void;
  /** Called when the follower has taken in what had filled the connection. */
  readonly onTaken?: () => void;
}

export function feedStream(options: FeedStreamOptions): FeedStream {
  const { store, types, cursor, response, timers, onProgress = () => {}, onTaken = () => {} } = options;
  let closed = response.destroyed;
  let stalled = 0;
  let wake = () => {};
  let moved = true;
  const stop = () => {
    closed = true;
    wake();
  };
  response.on('close', stop);
  response.on('error', stop);
  const unsubscribe = store.onHead(() => {
    moved = true;
    wake();
  });
  const stopKeepAlive = timers.every(KEEP_ALIVE_MS, () => {
    if (!response.writableNeedDrain) {
      stalled = 0;
      response.write(KEEP_ALIVE);
    } else if (++stalled >= MAX_STALLED) response.destroy();
  });

  const woken = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });

  async function send(event: string): Promise<void> {
    if (closed) return;
    response.write(event);
    // Back-pressure: a slow follower holds up its own stream only, and later numbers coalesce meanwhile.
    if (!response.writableNeedDrain) return;
    const drained = new Promise<void>((resolve) => response.once('drain', resolve));
    while (!closed && response.writableNeedDrain) await Promise.race([drained, woken()]);
    if (!closed) onTaken();
  }

  /** Ends a round. */
  async function sendThrough(epoch: string, after: number): Promise<{ epoch: string; after: number }> {
    onProgress(undefined);
    await send(eventBytes({ event: 'through', epoch, through: after }));
    return { epoch, after };
  }

  /**
   * It is complete by itself: what is compacted away while it is sent costs the follower the next round, never this one,
   * so that it gets on however often that happens.
   */
  async function sendSnapshot(): Promise<{ epoch: string; after: number }> {
    let part = 0;
    let sent = 0;
    const { epoch, through } = await store.snapshotInParts(types, async (documents, size) => {
      for (const event of listEvents('snapshot', size.epoch, documents, part)) {
        await send(event);
        part += 1;
      }
      sent += documents.length;
      onProgress({ sent, of: size.count });
      return !closed;
    });
    if (part === 0) await send(eventBytes({ event: 'snapshot', epoch, part, documents: [] }));
    return sendThrough(epoch, through);
  }

  /** Up to a number that is fixed at the beginning: writes that come faster than they are sent do not put it off. */
  const sendChanges = (epoch: string, after: number): Promise<number> =>
    store.round({ epoch, after, types }, async (changes, through) => {
      for (const event of listEvents('changes', epoch, changes)) await send(event);
      onProgress({ sent: (changes.at(-1)?.feed ?? after) - after, of: through - after });
      return !closed;
    });

  async function pump(): Promise<void> {
    let at = cursor;
    /** The number that this stream has last told to be complete. */
    let told: number | undefined;
    while (!closed) {
      moved = false;
      try {
        if (at === undefined) {
          at = await sendSnapshot();
          told = at.after;
        }
        const { epoch } = at;
        const after = await sendChanges(epoch, at.after);
        at = after === told ? { epoch, after } : await sendThrough(epoch, after);
        told = after;
      } catch (error) {
        if (!(error instanceof FeedGone)) throw error;
        at = undefined;
        continue;
      }
      // A round of a few changes takes no turn of the loop, and who writes without end must not take all of them.
      if (moved) await nextTurn();
      while (!moved && !closed) await woken();
    }
  }

  const ended = pump().finally(() => {
    unsubscribe();
    stopKeepAlive();
    response.off('close', stop);
    response.off('error', stop);
    response.on('error', () => {});
    response.end();
  });
  return { ended, end: stop };
}
