/** When a command that stays in the foreground is to end. */

/**
 * Aborted by the first SIGINT, SIGTERM or SIGHUP. Later ones change nothing: one Ctrl-C comes from the terminal, from npm and from
 * the scripts between, and the end that the first one began has its bounds.
 */
export const endingSignal = (): AbortSignal => {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());
  return ending.signal;
};

export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
