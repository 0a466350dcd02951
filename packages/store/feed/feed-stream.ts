/** Sends one follower the feed over an open response: a snapshot or changes, then each number as it comes. */
import type { ServerResponse } from 'node:http';
import { FeedGone, type Store } from '../port.ts';
import { eventBytes, type FeedEvent, KEEP_ALIVE } from './event-stream.ts';
import type { Timers } from './timers.ts';

const DOCUMENTS_PER_EVENT = 100;
const CHANGES_PER_PAGE = 200;
const KEEP_ALIVE_MS = 15_000;
/** Keep-alives that a stalled reader may miss before it is cut off: a minute, after which it counts as stale. */
const MAX_STALLED = 4;

export interface FeedStream {
  /** Resolves when the stream has ended, by either side; rejects when the store failed. */
  readonly ended: Promise<void>;
  end(): void;
}

export interface FeedStreamOptions {
  readonly store: Pick<Store, 'changes' | 'snapshot' | 'onHead'>;
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

  async function send(event: FeedEvent): Promise<void> {
    if (closed) return;
    response.write(eventBytes(event));
    // Back-pressure: a slow follower holds up its own stream only, and later numbers coalesce meanwhile.
    if (!response.writableNeedDrain) return;
    const drained = new Promise<void>((resolve) => response.once('drain', resolve));
    while (!closed && response.writableNeedDrain) await Promise.race([drained, woken()]);
  }

  async function sendSnapshot(): Promise<{ epoch: string; after: number }> {
    const { epoch, through, documents } = await store.snapshot(types);
    for (
      let start = 0, part = 0;
      part === 0 || start < documents.length;
      start += DOCUMENTS_PER_EVENT, part++
    )
      await send({
        event: 'snapshot',
        epoch,
        part,
        documents: documents.slice(start, start + DOCUMENTS_PER_EVENT),
      });
    return { epoch, after: through };
  }

  /** Pages until the head: only there do the pages add up to one state of the store. */
  async function sendChanges(epoch: string, from: number): Promise<number> {
    let after = from;
    while (!closed) {
      const page = await store.changes({ after, epoch, types, limit: CHANGES_PER_PAGE });
      if (page.changes.length > 0) await send({ event: 'changes', epoch, changes: page.changes });
      after = page.through;
      // Judged by the page's own reading: a head asked for afterwards may have moved on, again and again.
      if (page.through === page.head) break;
    }
    return after;
  }

  async function pump(): Promise<void> {
    let at = cursor;
    while (!closed) {
      moved = false;
      try {
        at ??= await sendSnapshot();
        at = { epoch: at.epoch, after: await sendChanges(at.epoch, at.after) };
        await send({ event: 'through', epoch: at.epoch, through: at.after });
      } catch (error) {
        if (!(error instanceof FeedGone)) throw error;
        at = undefined;
        continue;
      }
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
