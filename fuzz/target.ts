/** What a fuzz run asks: a production function, what it may answer to any input at all, and what to begin with. */

export interface Target {
  /** Kebab-case: as the command, the corpus folder and the table call it. */
  readonly name: string;
  /** The production functions that are run. */
  readonly asks: string;
  /** Inputs that the parser takes, and those that it has a rule for. */
  readonly seeds: readonly (string | Uint8Array)[];
  /** Words of the format, which chance would not find. */
  readonly dictionary: readonly string[];
  /** Octets of the longest input; default 4096. */
  readonly longest?: number;
  /** Throws whatever is wrong: an exception that is no refusal, or a property that does not hold. */
  readonly run: (input: Uint8Array) => void | Promise<void>;
}

/** The input as a text parser is handed it: whatever is no UTF-8 has become U+FFFD. */
export const textOf = (input: Uint8Array): string => new TextDecoder().decode(input);

export const octetsOf = (seed: string | Uint8Array): Uint8Array =>
  typeof seed === 'string' ? new TextEncoder().encode(seed) : Uint8Array.from(seed);

type Refusal = abstract new (...given: never[]) => Error;

/** What the work returned; undefined where it refused in one of these ways, each of which says something. */
export const unlessRefused = <T>(refusals: readonly Refusal[], work: () => T): T | undefined => {
  try {
    return work();
  } catch (error) {
    return refusedAs(refusals, error);
  }
};

/** The same of work that takes its time. */
export const unlessRejected = async <T>(
  refusals: readonly Refusal[],
  work: () => Promise<T>,
): Promise<T | undefined> => {
  try {
    return await work();
  } catch (error) {
    return refusedAs(refusals, error);
  }
};

const refusedAs = (refusals: readonly Refusal[], error: unknown): undefined => {
  if (!(error instanceof Error) || !refusals.some((refusal) => error instanceof refusal)) throw error;
  if (error.message === '') throw new Error('it is refused without a word', { cause: error });
  const { code, status } = error as { readonly code?: unknown; readonly status?: unknown };
  if (code === '') throw new Error('it is refused without a code', { cause: error });
  if (typeof status === 'number' && (status < 400 || status > 499))
    throw new Error(`what was sent is answered with the status ${status}`, { cause: error });
};
