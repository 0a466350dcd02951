/** How much of its past the feed keeps, and the activity log: pure. Whoever follows with open eyes finds all that it has not applied. */

import type { Follower } from '../port.ts';
import { type FollowersProgress, isAlive } from './follower-progress.ts';

const dayMs = 86_400_000;

/** A follower that is away no longer than this finds where it was; after that it may have to begin from a snapshot. */
const absenceMs = 7 * dayMs;
/** Numbers that are kept whoever has applied them: of those who follow and are no followers by name, as the roles in memory do. */
const leastNumbers = 10_000;
/** Numbers beyond which nobody is waited for: a follower that hangs does not make the store grow for ever. */
const mostNumbers = 1_000_000;

export interface FeedKept {
  readonly leastNumbers: number;
  readonly mostNumbers: number;
}

const feedKept: FeedKept = { leastNumbers, mostNumbers };

/**
 * The number before which the feed may forget its deletions. Followers that are there, or were within a week, have applied all
 * before it; of others, and of those that are too far behind, a snapshot is what they can still get.
 */
export const feedForgets = (
  {
    through,
    followers,
    progress,
    now,
  }: {
    readonly through: number;
    readonly followers: readonly Follower[];
    readonly progress: FollowersProgress;
    readonly now: number;
  },
  kept: FeedKept = feedKept,
): number => {
  const awaited = followers.filter(
    (follower) => now - follower.at < absenceMs || isAlive(follower, progress.get(follower.name), now),
  );
  const applied = Math.min(through - kept.leastNumbers, ...awaited.map((follower) => follower.through));
  return Math.max(0, applied, through - kept.mostNumbers) + 1;
};

/** Where the head was once a day. */
export interface DayMark {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly through: number;
}

/** As Azure keeps it (Microsoft Learn, "Azure Monitor activity log": 90 days). */
const daysOfActivity = 90;

/** Marks with that of today, where it is due. */
export const markDay = (marks: readonly DayMark[], now: number, through: number): readonly DayMark[] => {
  const last = marks.at(-1);
  if (last !== undefined && now - last.at < dayMs) return marks;
  return [...marks, { at: now, through }].slice(-(daysOfActivity + 1));
};

/**
 * The number before which the activity log may be forgotten. So many marks have to lie between as well: a clock that jumps ahead makes
 * one mark and no ninety, and forgets nothing.
 */
export const activityForgets = (marks: readonly DayMark[], now: number): number => {
  const [oldest] = marks;
  const old =
    marks.length > daysOfActivity && oldest !== undefined && now - oldest.at >= daysOfActivity * dayMs;
  return old ? oldest.through : 0;
};
