/** What the gates among neighbours came to: a line each, and what failed in them. */

import { linedUp } from './gate-report.mjs';

/** Of what a gate printed: its totals, and the names of what failed. */
export const outcomeOf = (text) => {
  const totals = [...text.matchAll(/^(\d+) passed, (\d+) failed, (\d+) skipped$/gm)].at(-1);
  // Node's reporter says what failed once more at its end, with the place.
  const failed = [...text.matchAll(/^\s*✖ (.+?)(?: \([\d.]+ms\))?$/gm)].map(([, name]) => name);
  return {
    passed: totals?.[1] ?? '–',
    failed: totals?.[2] ?? '–',
    skipped: totals?.[3] ?? '–',
    failures: [...new Set(failed)].filter((name) => name !== 'failing tests:'),
  };
};

/** Lines. */
export const tableOf = (gates) => [
  ...linedUp([
    ['round', 'clone', 'gate', 'passed', 'failed', 'skipped', 'time'],
    ...gates.map(({ round, name, code, passed, failed, skipped, ms }) => [
      String(round),
      name,
      code === 0 ? 'open' : `shut (${code})`,
      passed,
      failed,
      skipped,
      `${Math.round(ms / 1000)} s`,
    ]),
  ]),
  ...gates
    .filter(({ code }) => code !== 0)
    .flatMap(({ round, name, failures, log }) => [
      '',
      `Round ${round}, clone ${name} (${log})`,
      ...failures.map((failure) => `  ${failure}`),
    ]),
];
