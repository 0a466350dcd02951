/** Why service tags were refused: a code, what is wrong where, and what to do. */

export type ServiceTagRefusalCode =
  | 'NotJson'
  | 'Truncated'
  | 'TooLarge'
  | 'NotServiceTags'
  | 'IncompletePages'
  | 'MixedPages'
  | 'CloudMissing'
  | 'BadPrefixes'
  | 'DuplicateTags'
  | 'OtherContent'
  | 'Damaged'
  | 'NotKept';

/** One thing wrong with one tag. */
export interface Problem {
  readonly tag: string;
  readonly message: string;
}

export class ServiceTagRefusal extends Error {
  override readonly name = 'ServiceTagRefusal';
  readonly code: ServiceTagRefusalCode;
  readonly fix: string;
  /** All of them, at most {@link mostProblems}; the message shows the first few. */
  readonly problems: readonly Problem[];
  constructor(code: ServiceTagRefusalCode, message: string, fix: string, problems: readonly Problem[] = []) {
    super(message);
    this.code = code;
    this.fix = fix;
    this.problems = problems;
  }
}

/** A list with more problems than this is another kind of file. */
export const mostProblems = 1000;
const shownProblems = 5;

/** The first few as lines, and how many more there are. */
export const problemLines = (problems: readonly Problem[], total = problems.length): string => {
  const lines = problems.slice(0, shownProblems).map(({ tag, message }) => `\n  ${tag}: ${message}`);
  const more = total - lines.length;
  return `${lines.join('')}${more > 0 ? `\n  and ${more} more` : ''}`;
};
