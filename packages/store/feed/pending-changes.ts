/** What has come of the feed and is not applied yet: the latest change of each id, or a snapshot. */
import type { Change, Document } from '../port.ts';
import type { FeedEvent } from './event-stream.ts';
import type { Cursor } from './follower-state.ts';

/** Ends at a number where the whole is consistent. */
export interface Pending {
  readonly cursor: Cursor;
  /** Present: replaces everything before `changes`. */
  readonly snapshot?: Map<string, Document>;
  readonly changes: Map<string, Change>;
}

/**
 * Later changes win, and go last; a snapshot forgets what was before. They are added to the earlier ones, which nobody else
 * has yet: a copy for each number would cost all that waits, again and again.
 */
function merge(earlier: Pending | undefined, later: Pending): Pending {
  if (earlier === undefined || later.snapshot !== undefined) return later;
  const { changes, snapshot } = earlier;
  for (const [key, change] of later.changes) {
    changes.delete(key);
    changes.set(key, change);
  }
  return { cursor: later.cursor, changes, ...(snapshot ? { snapshot } : {}) };
}

export interface PendingChanges {
  /** Returns true at a `through`, when there is something to {@link take}. Throws on a break of the protocol. */
  add(event: FeedEvent): boolean;
  /**
   * The connection is gone: keeps what came of a round, which the next one goes on with, and forgets a snapshot without its end.
   */
  cut(): void;
  /** Where the next connection has to go on; absent: from nothing. */
  resumeAt(): Cursor | undefined;
  take(): Pending | undefined;
}

export function pendingChanges(start: Cursor | undefined): PendingChanges {
  let complete: Pending | undefined;
  let position = start;
  let snapshot: Map<string, Document> | undefined;
  let epoch = position?.epoch;
  let changes = new Map<string, Change>();
  /** The number of the last change that came, of which more may be missing. */
  let reached = 0;

  const reset = () => {
    snapshot = undefined;
    changes = new Map();
    reached = 0;
    epoch = position?.epoch;
  };

  return {
    add(event) {
      if (event.event === 'snapshot') {
        if (event.part === 0) {
          reset();
          snapshot = new Map();
          epoch = event.epoch;
        }
        if (snapshot === undefined) throw new Error('The feed sent a snapshot without its beginning.');
        for (const document of event.documents) snapshot.set(document.id.toLowerCase(), document);
        return false;
      }
      if (event.epoch !== epoch) throw new Error('The feed changed its epoch without a snapshot.');
      if (event.event === 'changes') {
        for (const change of event.changes) {
          const key = change.id.toLowerCase();
          changes.delete(key);
          changes.set(key, change);
          reached = change.feed;
        }
        return false;
      }
      position = { epoch: event.epoch, through: event.through };
      complete = merge(complete, { cursor: position, changes, ...(snapshot ? { snapshot } : {}) });
      reset();
      return true;
    },
    cut() {
      if (snapshot !== undefined) reset();
    },
    // A round comes in the order of its numbers, and whatever is changed again has a later one: what came stays good.
    resumeAt: () => position && { ...position, through: Math.max(position.through, reached - 1) },
    take() {
      const taken = complete;
      complete = undefined;
      return taken;
    },
  };
}
