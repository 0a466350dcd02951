/** How far the streams to followers are: who is catching up, how much is left, when each last took something in, and who is alive. */

import type { Follower } from '../port.ts';

export interface FollowerProgress {
  /** Epoch milliseconds: when it asked for the feed, or took in what had filled its connection. */
  readonly takenAt: number;
  /** Of the present round or snapshot, whose ends are fixed when it begins; absent between rounds. */
  readonly round?: { readonly sent: number; readonly of: number; readonly since: number };
}

/** By the follower's name; those whose stream is open. */
export type FollowersProgress = ReadonlyMap<string, FollowerProgress>;

/** Who has not heard of the other for so long takes it for gone: control its followers, and each of them control. */
export const silenceMs = 60_000;

/**
 * Whether a follower has given a sign of life: it acknowledged, or took in what it was sent, for who takes in a long round has nothing
 * to acknowledge before its end. Either is absent where there was none.
 */
export const isAlive = (
  follower: Follower | undefined,
  progress: FollowerProgress | undefined,
  now: number,
): boolean => now - Math.max(follower?.at ?? 0, progress?.takenAt ?? 0) <= silenceMs;

export interface CatchingUp {
  /** Share of the round that is sent, in percent. */
  readonly percent: number;
  /** As fast as so far; absent while nothing can be said. */
  readonly secondsLeft?: number;
}

/** What can be said at `now`; undefined where the follower is not in the middle of a round. */
export function catchingUp(progress: FollowerProgress | undefined, now: number): CatchingUp | undefined {
  if (progress?.round === undefined) return undefined;
  const { sent, of, since } = progress.round;
  const share = of > 0 ? Math.min(1, sent / of) : 1;
  const percent = Math.floor(share * 100);
  if (share <= 0) return { percent };
  return { percent, secondsLeft: Math.ceil(((now - since) * (1 / share - 1)) / 1_000) };
}
