/** The daemon's ear: follows the notifications of the session that it has, and says when something has changed. */

import { relayNamespace } from '@tombolo/private-link';
import type { DaemonLog } from './daemon-log.ts';
import { wait } from './directory-watch.ts';
import { type Session, withToken } from './session.ts';

interface DaemonNotificationsOptions {
  /** False: the machine asks with its heartbeats only. */
  readonly wanted: boolean;
  readonly now: () => number;
  readonly random: () => number;
  readonly log: DaemonLog;
}

interface DaemonNotifications {
  /** From now on of this session; a cloud without a relay has none. */
  readonly follow: (session: Session) => void;
  readonly stop: () => void;
  /** Resolves once something has changed since it last did, or when the signal aborts. */
  readonly changed: (signal: AbortSignal) => Promise<void>;
}

/** Several changes in a row are one. */
const settleMs = 100;

export const createDaemonNotifications = (options: DaemonNotificationsOptions): DaemonNotifications => {
  const { wanted, now, random, log } = options;
  let followed: Session | undefined;
  let end = new AbortController();
  let pending = false;
  let wake = (): void => {};
  const stop = (): void => {
    end.abort();
    followed = undefined;
    pending = false;
  };
  const follow = (session: Session): void => {
    const { connected, client, services } = session;
    const host = relayNamespace(connected.location, connected.profile.suffixes);
    if (!wanted || session === followed || host === undefined) return;
    stop();
    followed = session;
    end = new AbortController();
    const { signal } = end;
    let told = '';
    const following = async (): Promise<void> => {
      // Loaded by who listens: commands do not.
      const { followNotifications } = await import('./notifications.ts');
      await followNotifications({
        ...{ client, now, random, signal },
        request: () => withToken(session, now(), (token) => services.notifications(host, token)),
        onChange: () => {
          pending = true;
          wake();
        },
        onState: (state, why) => {
          // One line for each change: it may be closed for weeks.
          if (told !== `${state} ${why}`)
            log('info', `notifications ${state}`, { host, ...(why ? { why } : {}) });
          told = `${state} ${why}`;
        },
      });
    };
    following().catch((error: unknown) => log('error', 'notifications ended', { error: String(error) }));
  };
  return {
    follow,
    stop,
    changed: async (signal) => {
      if (!pending)
        await new Promise<void>((resolve) => {
          wake = (): void => {
            signal.removeEventListener('abort', wake);
            resolve();
          };
          signal.addEventListener('abort', wake);
          if (signal.aborted) wake();
        });
      await wait(settleMs, signal);
      if (!signal.aborted) pending = false;
    },
  };
};
