/** A step of `connect` that asks a service: with patience where it is asked for, and as a failure of its number where it is refused. */

import { AgentFailure, type FailureNumber, NetworkFault, ServiceRefusal } from './failure.ts';
import { fixOf } from './failure-fix.ts';

export interface Step {
  /** Which failure a refusal is. */
  readonly refused: FailureNumber;
  /** Which one it is where nothing answers. */
  readonly unreached: FailureNumber;
  /** Which one it is where who asks is not known (401). */
  readonly unknown?: FailureNumber;
  readonly what: string;
  /** What is there nevertheless. */
  readonly after?: string;
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A service that asks for patience (429, 503) gets it three times, at most ten seconds each. */
const patiently = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const again =
        error instanceof ServiceRefusal && (error.status === 429 || error.status === 503) && attempt < 3;
      if (!again) throw error;
      await pause(Math.min(error.retryAfterMs ?? 2_000, 10_000));
    }
  }
};

/** @throws AgentFailure of the step's numbers */
export const taking = async <T>(step: Step, work: () => Promise<T>): Promise<T> => {
  const { refused, unreached, unknown = refused, what, after = '' } = step;
  const failure = (number: FailureNumber, how: string, code: string): AgentFailure => {
    const fix = fixOf(code, after !== '');
    return new AgentFailure(number, `${what} ${how}${after}`, {
      serviceCode: code,
      ...(fix === undefined ? {} : { fix }),
    });
  };
  try {
    return await patiently(work);
  } catch (error) {
    if (error instanceof ServiceRefusal)
      throw failure(
        error.status === 401 ? unknown : refused,
        `was refused: ${error.code}: ${error.message}`,
        error.code,
      );
    if (error instanceof NetworkFault) throw failure(unreached, `failed: ${error.message}`, error.reason);
    throw error;
  }
};
