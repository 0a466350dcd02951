/** Waiting for what nothing announces. */

/** Polls a condition that nothing announces; throws after a generous bound. */
export const until = async <T>(
  what: string,
  condition: () => T | Promise<T>,
  boundMs = 120_000,
): Promise<NonNullable<T>> => {
  const deadline = Date.now() + boundMs;
  for (;;) {
    const value = await condition();
    if (value) return value as NonNullable<T>;
    if (Date.now() > deadline) throw new Error(`Not within ${boundMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
};
