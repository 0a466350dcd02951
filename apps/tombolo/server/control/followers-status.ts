/** How far each follower is: what it has acknowledged, what it is catching up with, and whether it has fallen silent. */

import { catchingUp, type FollowersProgress, isAlive, type Store } from '@tombolo/store';
import type { JsonObject } from '@tombolo/store/port';

export interface FollowersStatusOptions {
  readonly store: Pick<Store, 'head' | 'followers'>;
  readonly followers: readonly string[];
  readonly progress: FollowersProgress;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Connections that the bounds of ARM's listener cut off, by reason. */
  readonly cutOff: () => ReadonlyMap<string, number>;
}

export const followersStatus = async (options: FollowersStatusOptions): Promise<JsonObject> => {
  const { store, followers, progress } = options;
  const head = await store.head();
  const known = new Map((await store.followers()).map((follower) => [follower.name, follower]));
  const now = options.now();
  return {
    feed: head.through,
    epoch: head.epoch,
    cutOff: Object.fromEntries(options.cutOff()),
    followers: followers.map((name) => {
      const follower = known.get(name);
      const stream = progress.get(name);
      const applied = follower?.through ?? 0;
      const round = catchingUp(stream, now);
      return {
        name,
        applied,
        behind: Math.max(0, head.through - applied),
        converged: follower !== undefined && applied >= head.through,
        stale: (follower === undefined || applied < head.through) && !isAlive(follower, stream, now),
        ...(round ? { catchingUp: { ...round } } : {}),
        ...(follower ? { lastAcknowledgement: new Date(follower.at).toISOString() } : {}),
        report: follower?.report ?? {},
      };
    }),
  };
};
