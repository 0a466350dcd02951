/** Waits until the followers have acknowledged a feed number. */

import { type Store, waitForFollowers } from '@tombolo/store';
import type { JsonObject } from '@tombolo/store/port';

/** `{applied, converged, behind:[names]}`; never longer than `timeoutMs`. */
export const waitApplied = async (
  store: Store,
  feed: number,
  followers: readonly string[],
  timeoutMs: number,
): Promise<JsonObject> => {
  const { behind } = await waitForFollowers(store, feed, followers, AbortSignal.timeout(timeoutMs));
  return { applied: feed, converged: behind.length === 0, behind };
};
