/** Seeded chance: the same seed draws the same inputs on every machine. */

export interface Random {
  /** From 0 up to, and without, `bound`. */
  readonly below: (bound: number) => number;
  readonly oneOf: <T>(values: readonly T[]) => T;
}

/** Mulberry32: 32 bits of state are enough to choose by, and nothing secret is made of them. */
export const seededRandom = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  return { below, oneOf: (values) => values[below(values.length)]! };
};
