/** Listeners at tenants' addresses: `tombolo status` shows them, the log tells of those that cannot stand, and they are tried again. */

import { systemTimers, type Timers } from '@tombolo/store';
import type { JsonObject } from '@tombolo/store/port';

export interface TenantListener {
  readonly address: string;
  readonly state: string;
  /** Where it is `unrealized`. */
  readonly reason?: string;
  readonly fix?: string;
}

export interface TenantListenersOptions {
  /** As they are now. */
  readonly listeners: () => readonly TenantListener[];
  /** Tries those again that do not stand. */
  readonly retry: () => Promise<unknown>;
  /** `status` has to show something else, though the feed brought nothing. */
  readonly onChange: () => void;
  readonly log: (event: string, fields: Readonly<Record<string, unknown>>) => void;
  readonly timers?: Timers;
}

export interface TenantListeners {
  /** For the acknowledgement; what is newly so is logged. */
  readonly report: () => JsonObject;
  readonly stop: () => void;
}

const retryMs = 30_000;
/** Tenants may have thousands: an acknowledgement, and a log line, stay short. */
const most = { listening: 1_000, unrealized: 100, logged: 10 };

/** One address that cannot be bound ends nothing: its resource is there to be read, changed and deleted. */
export const watchTenantListeners = (options: TenantListenersOptions): TenantListeners => {
  const { listeners, log } = options;
  let told = '[]';

  const look = () => {
    const all = listeners();
    const unrealized = all.flatMap(({ address, state, reason = '', fix = '' }) =>
      state === 'unrealized' ? [{ address, reason, fix }] : [],
    );
    const now = JSON.stringify(unrealized);
    if (now !== told) {
      if (unrealized.length === 0) log('every listener stands', {});
      else
        log('listeners unrealized', {
          count: unrealized.length,
          listeners: unrealized.slice(0, most.logged),
        });
    }
    told = now;
    return { unrealized, listening: all.filter(({ state }) => state === 'listening') };
  };

  const again = async (): Promise<void> => {
    const before = told;
    if (before === '[]' && listeners().every(({ state }) => state !== 'unrealized')) return;
    await options.retry();
    look();
    if (told !== before) options.onChange();
  };

  const stop = (options.timers ?? systemTimers).every(retryMs, () => {
    again().catch((error: unknown) => log('listeners could not be tried again', { error }));
  });

  return {
    report: () => {
      const { listening, unrealized } = look();
      return {
        listening: listening.slice(0, most.listening).map(({ address }) => address),
        unrealized: unrealized.slice(0, most.unrealized),
        ...(unrealized.length > most.unrealized ? { unrealizedCount: unrealized.length } : {}),
      };
    },
    stop,
  };
};
