/** NDJSON on standard error; secrets never get there. */

const secret = /secret|password|token|authorization|assertion|cookie|privatekey|private_key/i;

const redact = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      secret.test(key) ? '[redacted]' : value instanceof Error ? (value.stack ?? value.message) : value,
    ]),
  );

export type Log = (event: string, fields?: Readonly<Record<string, unknown>>) => void;

export const createLog =
  (process_: string, now: () => number = Date.now): Log =>
  (event, fields = {}) => {
    process.stderr.write(
      `${JSON.stringify({ time: new Date(now()).toISOString(), process: process_, event, ...redact(fields) })}\n`,
    );
  };
