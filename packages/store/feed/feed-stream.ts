/** Sends one follower the feed over an open response: a snapshot or changes, then each number as it comes. */
import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FeedGone, type Store } from '../port.ts';
import { eventBytes, KEEP_ALIVE, listEvents } from './event-stream.ts';
import type { Timers } from './timers.ts';

const KEEP_ALIVE_MS = 15_000;
/** Keep-alives that a stalled reader may miss before it is cut off: a minute, after which it counts as stale. */
const MAX_STALLED = 4;

export interface FeedStream {
  /** Resolves when the stream has ended, by either side; rejects when the store failed. */
  readonly ended: Promise<void>;
  end(): void;
}

export interface FeedStreamOptions {
  readonly store: Pick<Store, 'round' | 'snapshot' | 'onHead'>;
  readonly types: readonly string[];
  /** Where the follower stands; absent: it starts from a snapshot. */
  readonly cursor?: { readonly epoch: string; readonly after: number };
  readonly response: ServerResponse;
  readonly timers: Timers;
}

export function feedStream({ store, types, cursor, response, timers }: FeedStreamOptions): FeedStream {
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
  }

  async function sendSnapshot(): Promise<{ epoch: string; after: number }> {
    const { epoch, through, documents } = await store.snapshot(types);
    for (const event of listEvents('snapshot', epoch, documents)) {
      if (closed) break;
      await send(event);
      await nextTurn();
    }
    return { epoch, after: through };
  }

  /** Up to a number that is fixed at the beginning: writes that come faster than they are sent do not put it off. */
  const sendChanges = (epoch: string, after: number): Promise<number> =>
    store.round({ epoch, after, types }, async (changes) => {
      for (const event of listEvents('changes', epoch, changes)) await send(event);
      return !closed;
    });

  async function pump(): Promise<void> {
    let at = cursor;
    while (!closed) {
      moved = false;
      try {
        at ??= await sendSnapshot();
        at = { epoch: at.epoch, after: await sendChanges(at.epoch, at.after) };
        await send(eventBytes({ event: 'through', epoch: at.epoch, through: at.after }));
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
