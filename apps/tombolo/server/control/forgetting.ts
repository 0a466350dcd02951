/** Forgets what nobody needs any more: deletions that every follower has applied, and activity of more than 90 days. */

import {
  activityForgets,
  type FeedKept,
  type FollowersProgress,
  feedForgets,
  markDay,
  type Store,
} from '@tombolo/store';
import { listAt } from '@tombolo/store/document';
import { z } from 'zod';

const marksKey = 'feed:day-marks';
const marksShape = z.array(z.object({ at: z.number(), through: z.number() }));

export interface ForgettingOptions {
  readonly store: Store;
  /** Of the followers' streams. */
  readonly progress: FollowersProgress;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly kept?: FeedKept;
}

export const forgetPast = async ({ store, progress, now, kept }: ForgettingOptions): Promise<void> => {
  const at = now();
  const [followers, { through }, facts] = await Promise.all([
    store.followers(),
    store.head(),
    store.facts([marksKey]),
  ]);
  const stored = marksShape.safeParse(listAt(facts.get(marksKey)?.value, 'marks')).data ?? [];
  const marks = markDay(stored, at, through);
  if (marks !== stored)
    await store.recordFacts([{ key: marksKey, at, value: { marks: marks.map((mark) => ({ ...mark })) } }]);
  const before = feedForgets({ through, followers, progress, now: at }, kept);
  await store.compact({ before, auditBefore: Math.min(before, activityForgets(marks, at)) });
};
