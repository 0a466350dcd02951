/** Listeners at tenants' addresses: `tombolo status` shows them, the log tells of those that cannot stand, and they are tried again. */

import { systemTimers, type Timers } from '@tombolo/store';
import type { JsonObject } from '@tombolo/store/port';

/** One that does not stand. */
type Unrealized = { readonly address: string; readonly reason: string; readonly fix: string };

interface Standing {
  readonly listening: Iterable<string>;
  readonly unrealized: Iterable<Unrealized>;
}

/** Of a few listeners: each with its state. */
export const standingOf = (
  listeners: readonly (Partial<Unrealized> & { readonly address: string; readonly state: string })[],
): Standing => ({
  listening: listeners.flatMap(({ address, state }) => (state === 'listening' ? [address] : [])),
  unrealized: listeners.flatMap(({ address, state, reason = '', fix = '' }) =>
    state === 'unrealized' ? [{ address, reason, fix }] : [],
  ),
});

export interface TenantListenersOptions {
  /** As they are now; those that stand are looked at only as far as they are shown. */
  readonly standing: () => Standing;
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

const everyOneStands = JSON.stringify([0, []]);

const firstOf = function* <T>(all: Iterable<T>, count: number): Generator<T> {
  let taken = 0;
  for (const each of all) {
    if (taken === count) return;
    taken += 1;
    yield each;
  }
};

/** One address that cannot be bound ends nothing: its resource is there to be read, changed and deleted. */
export const watchTenantListeners = (options: TenantListenersOptions): TenantListeners => {
  const { standing, log } = options;
  let told = everyOneStands;

  const look = () => {
    const { listening, unrealized } = standing();
    const shown: Unrealized[] = [];
    let count = 0;
    for (const each of unrealized) {
      count += 1;
      if (shown.length < most.unrealized) shown.push(each);
    }
    const now = JSON.stringify([count, shown]);
    if (now !== told) {
      if (count === 0) log('every listener stands', {});
      else log('listeners unrealized', { count, listeners: shown.slice(0, most.logged) });
    }
    told = now;
    return { shown, count, listening };
  };

  const again = async (): Promise<void> => {
    const before = told;
    const [one] = standing().unrealized;
    if (before === everyOneStands && one === undefined) return;
    await options.retry();
    look();
    if (told !== before) options.onChange();
  };

  const stop = (options.timers ?? systemTimers).every(retryMs, () => {
    again().catch((error: unknown) => log('listeners could not be tried again', { error }));
  });

  return {
    report: () => {
      const { listening, shown, count } = look();
      return {
        listening: [...firstOf(listening, most.listening)],
        unrealized: shown,
        ...(count > most.unrealized ? { unrealizedCount: count } : {}),
      };
    },
    stop,
  };
};
