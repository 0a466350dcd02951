/** What is refused, and what is done but worth a warning. */

import type { DocumentWarning } from '@tombolo/azure-documents';

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
  readonly code: DocumentWarning['code'] | 'hides-other-names';
  readonly message: string;
}
