/** How long to wait after failures: doubling to a cap, spread so that a fleet does not come back at once. */

export interface BackOffBounds {
  /** After the first failure, at most. */
  readonly baseMs: number;
  /** However many there were. */
  readonly capMs: number;
  /** The share of the wait that is drawn by lot: 0 the whole is waited, 1 anything from nothing to the whole. */
  readonly spread: number;
}

/**
 * @param failures in a row, 1 at the first
 * @param random in [0, 1)
 */
export const backOffMs = (
  failures: number,
  random: number,
  { baseMs, capMs, spread }: BackOffBounds,
): number => {
  const whole = Math.min(capMs, baseMs * 2 ** Math.min(failures - 1, 30));
  return Math.floor(whole * (1 - spread + spread * random));
};
