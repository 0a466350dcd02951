/** Waits, by events, until followers have applied a feed number. */
import type { Follower, Store } from '../port.ts';

export interface Convergence {
  /** The last acknowledgement of each name that has one. */
  readonly followers: ReadonlyMap<string, Follower>;
  /** Names that had not acknowledged the number when the deadline came; empty means converged. */
  readonly behind: readonly string[];
}

/**
 * Resolves once each of `names` has acknowledged `feed` or a later number, or when `deadline` aborts (for example
 * `AbortSignal.timeout(ms)`); it rejects only when the store fails.
 */
export async function waitForFollowers(
  store: Pick<Store, 'followers' | 'onAcknowledge'>,
  feed: number,
  names: readonly string[],
  deadline: AbortSignal,
): Promise<Convergence> {
  const last = new Map<string, Follower>();
  const behind = () => names.filter((name) => (last.get(name)?.through ?? -1) < feed);
  let wake = () => {};
  // Listening before reading, so that no acknowledgement falls between.
  const unsubscribe = store.onAcknowledge((follower) => {
    if (names.includes(follower.name)) last.set(follower.name, follower);
    wake();
  });
  const aborted = () => wake();
  deadline.addEventListener('abort', aborted);
  try {
    for (const follower of await store.followers())
      if (names.includes(follower.name) && !last.has(follower.name)) last.set(follower.name, follower);
    while (behind().length > 0 && !deadline.aborted)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    return { followers: last, behind: behind() };
  } finally {
    unsubscribe();
    deadline.removeEventListener('abort', aborted);
  }
}
