/** Forgets what nobody needs: deletions that all followers have applied, heartbeats of deleted machines, activity of over 90 days. */

import {
  activityForgets,
  type FeedKept,
  type FollowersProgress,
  feedForgets,
  markDay,
  type Store,
} from '@tombolo/store';
import { listAt } from '@tombolo/store/document';
import { heartbeatKey } from '@tombolo/store/heartbeat-fact';
import { z } from 'zod';

/** In one transaction: what else is written waits no longer for it. */
const factsAtOnce = 500;
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
  // Heartbeats may come in after the deletion of their machine, so the deletion itself cannot take them along.
  let after: string | undefined;
  do {
    const from = after === undefined ? {} : { after };
    after = await store.forgetFacts({ keyPrefix: heartbeatKey(''), limit: factsAtOnce, ...from });
  } while (after !== undefined);
  await store.compact({ before, auditBefore: Math.min(before, activityForgets(marks, at)) });
};
