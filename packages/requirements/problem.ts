/** A question that cannot be answered: what was refused, why, and the nearest right names. */

export type ProblemCode =
  | 'UnknownProduct'
  | 'UnknownCloud'
  | 'UnknownRegion'
  | 'UnknownFeature'
  | 'UnknownName'
  | 'NotStatedForCloud'
  | 'InvalidVersion'
  | 'InvalidParameter'
  | 'InvalidHost'
  | 'InvalidCatalogue'
  | 'InvalidDate'
  | 'UnknownCatalogueVersion';

export class RequirementsProblem extends Error {
  readonly code: ProblemCode;
  readonly fix: string;
  readonly nearest: readonly string[];
  constructor(code: ProblemCode, message: string, fix: string, nearest: readonly string[] = []) {
    super(message);
    this.name = 'RequirementsProblem';
    this.code = code;
    this.fix = fix;
    this.nearest = nearest;
  }
}
