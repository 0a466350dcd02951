/** How far the streams to followers are: who is catching up, how much is left, and when each last took something in. */

export interface FollowerProgress {
  /** Epoch milliseconds: when it asked for the feed, or took in what had filled its connection. */
  readonly takenAt: number;
  /** Of the present round or snapshot, whose ends are fixed when it begins; absent between rounds. */
  readonly round?: { readonly sent: number; readonly of: number; readonly since: number };
}

/** By the follower's name; those whose stream is open. */
export type FollowersProgress = Map<string, FollowerProgress>;

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
