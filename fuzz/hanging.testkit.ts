/** Targets that do not come to an end, for the test of the thread that watches. */

import { type Target, textOf } from './target.ts';

const target = (name: string, run: Target['run']): Target => ({
  ...{ name, asks: name, seeds: ['go', 'stay'], dictionary: [], run },
});

const hanging = [
  target('loops', (input) => {
    while (textOf(input) === 'stay');
  }),
  target('forgets', (input) => (textOf(input) === 'stay' ? new Promise(() => {}) : undefined)),
  target('ends', () => {}),
];

export const loadTarget = async (name: string): Promise<Target | undefined> =>
  hanging.find((each) => each.name === name);
