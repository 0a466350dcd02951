/** What is refused, and what is done but worth a warning. */

/** The input is refused: `message` says what and why, `fix` what to do. */
export class MaterialProblem extends Error {
  readonly fix: string;
  constructor(message: string, fix: string) {
    super(message);
    this.name = 'MaterialProblem';
    this.fix = fix;
  }
}

export interface MaterialWarning {
  readonly code:
    | 'connection-not-approved'
    | 'derived-name'
    | 'hides-other-names'
    | 'incomplete-zone'
    | 'missing-zone'
    | 'public-address';
  readonly message: string;
}

/** Untrusted text as an error shows it. */
export const shown = (text: string): string =>
  JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
