/** Says when a process's descriptors run out: the system then closes new connections without a word to the process. */

import { createBites, descriptorLimit, openDescriptors } from '@tombolo/listener-bounds';
import { systemTimers, type Timers } from '@tombolo/store';
import { counter, gauge } from './metrics-text.ts';

export interface DescriptorWatchOptions {
  readonly log: (event: string, fields: Readonly<Record<string, unknown>>) => void;
  readonly now: () => number;
  /** Undefined where the system does not say. */
  readonly limit?: number | undefined;
  readonly open?: () => number | undefined;
  readonly timers?: Timers;
}

export interface DescriptorWatch {
  /** Prometheus text. */
  readonly metrics: () => string;
}

const lookEveryMs = 10_000;
/** Fewer are left than a moment of work takes. */
const fewLeft = 16;

export const watchDescriptors = (options: DescriptorWatchOptions): DescriptorWatch => {
  const { limit = descriptorLimit(), open = openDescriptors, timers = systemTimers } = options;
  const bites = createBites(options.now, (_reason, times) =>
    options.log('descriptors run out', { open: held(), limit, times }),
  );
  const held = (): number | undefined => {
    const count = open();
    return count === Number.POSITIVE_INFINITY ? limit : count;
  };
  timers.every(lookEveryMs, () => {
    const count = held();
    if (limit !== undefined && count !== undefined && count > limit - fewLeft) bites.add('descriptors');
  });
  return {
    metrics: () => {
      const count = held();
      if (limit === undefined || count === undefined) return '';
      return [
        gauge('descriptors_open', 'Files, sockets and pipes that the process has open.', count),
        gauge('descriptors_limit', 'How many it may have (ulimit -n).', limit),
        counter(
          'descriptors_short',
          'Looks, one each 10 s, at which hardly any were left.',
          bites.counts().get('descriptors') ?? 0,
        ),
      ].join('');
    },
  };
};
