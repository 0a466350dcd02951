/** Says how far an area is, what it costs and how long it may still take: at most once in so many seconds. */

import { margin, needed, percent } from './score.mjs';

const everyMs = 20_000;

const duration = (ms) => (ms < 90_000 ? `${Math.ceil(ms / 1_000)} s` : `${Math.ceil(ms / 60_000)} min`);

export const createProgress = (name, { of, sampled, say, now = () => performance.now() }) => {
  const began = now();
  let said = began;
  let worked = 0;
  return {
    /** One more that was run, and not known from before. */
    worked: () => {
      worked += 1;
    },
    known: (killed, taken) => {
      const at = now();
      if (worked === 0 || at - said < everyMs) return;
      said = at;
      const end = sampled ? needed(killed, taken, of) : of;
      const left = ((at - began) / worked) * (end - taken);
      const sure = sampled ? ` ±${margin(killed, taken, of).toFixed(1)}` : '';
      say(
        `${name}: ${taken} of ${sampled ? 'some ' : ''}${end} mutants, ${percent(killed, taken).toFixed(1)} %${sure} killed, about ${duration(left)} left`,
      );
    },
  };
};
