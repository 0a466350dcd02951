/** How long to wait after failures: exponential with full jitter, so that a fleet does not come back at once. */

/**
 * @param failures in a row, 1 at the first
 * @param random in [0, 1)
 * @param atLeast what the service asked for in Retry-After, milliseconds
 */
export const backOffMs = (
  failures: number,
  random: number,
  bounds: { readonly baseMs: number; readonly capMs: number; readonly atLeast?: number },
): number => {
  const ceiling = Math.min(bounds.capMs, bounds.baseMs * 2 ** Math.min(failures - 1, 30));
  return Math.floor(random * ceiling) + (bounds.atLeast ?? 0);
};
