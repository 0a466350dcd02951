/** Why a document is not read, and what it leaves open where it is. */

export type DocumentProblemCode =
  /** Over a bound: bytes, depth, values, names. */
  | 'TooLarge'
  /** No text in UTF-8 or UTF-16. */
  | 'NotText'
  | 'NotJson'
  /** The end is missing. */
  | 'Truncated'
  /** The program that should have printed it printed an error. */
  | 'ErrorAnswer'
  /** It is something else than what is wanted. */
  | 'WrongKind'
  /** It is what is wanted, with what is needed missing. */
  | 'Incomplete'
  /** It says two things that cannot both be. */
  | 'Contradictory'
  /** A value in it is none. */
  | 'Invalid';

/** `message` says what was found and why it does not do, `fix` what to do. */
export class DocumentProblem extends Error {
  readonly code: DocumentProblemCode;
  readonly fix: string;
  constructor(code: DocumentProblemCode, message: string, fix: string) {
    super(message);
    this.name = 'DocumentProblem';
    this.code = code;
    this.fix = fix;
  }
}

export interface DocumentWarning {
  readonly code:
    | 'connection-not-approved'
    | 'derived-name'
    | 'incomplete-zone'
    | 'missing-zone'
    | 'other-service'
    | 'public-address';
  readonly message: string;
}

const longest = 80;

/** Untrusted text as a sentence shows it: quoted, escaped, short. */
export const shown = (text: string): string =>
  JSON.stringify(text.length > longest ? `${text.slice(0, longest)}…` : text)
    // JSON leaves these as they are; a terminal or a log reader may not.
    .replace(
      /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
