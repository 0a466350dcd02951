/** Tables of refusals: how a code, its status and its words are declared, and the one way to make its error. */

import { ArmError, type ArmErrorShape, type ErrorSource } from './arm-error.ts';

/**
 * What was refused and why, of typed arguments; what to do, where it has a sentence of its own, is said after it.
 * `never` takes a message of any arguments; those of a code are its own row's.
 */
type RefusalRow = readonly [status: number, message: (...args: never) => string, fix?: string];

type RefusalTable = Readonly<Record<string, RefusalRow>>;

/** What the error is about, beside its words. */
interface RefusalSubject extends Pick<ArmErrorShape, 'target' | 'details' | 'headers'> {
  /** Says when to try again: `Retry-After`. */
  readonly retryAfterSeconds?: number;
}

/** Makes the error of a table's code; a text names the field or id that is at fault. */
export type Refuse<T extends RefusalTable> = <C extends keyof T & string>(
  code: C,
  args: Parameters<T[C][1]>,
  about?: string | RefusalSubject,
) => ArmError;

/** Codes and what they say, once for each namespace or service. */
export const defineRefusals =
  <const T extends RefusalTable>(table: T, source: ErrorSource = 'service'): Refuse<T> =>
  (code, args, about = {}) => {
    const [status, message, fix] = table[code] as RefusalRow;
    const said = (message as (...args: readonly unknown[]) => string)(...args);
    const { retryAfterSeconds, ...subject }: RefusalSubject =
      typeof about === 'string' ? { target: about } : about;
    return new ArmError({
      code,
      status,
      message: fix === undefined ? said : `${said} ${fix}`,
      source,
      ...subject,
      ...(retryAfterSeconds === undefined
        ? {}
        : { headers: { ...subject.headers, 'retry-after': String(retryAfterSeconds) } }),
    });
  };

/** Resource Manager's own: what it refuses before a provider's service is asked. */
export const defineGatewayRefusals = <const T extends RefusalTable>(table: T): Refuse<T> =>
  defineRefusals(table, 'gateway');
