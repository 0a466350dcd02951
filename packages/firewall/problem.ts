/** Rules that cannot be made: what was refused, why, what to do, and the nearest right names. */

export type FirewallProblemCode =
  | 'UnknownFormat'
  | 'InvalidHost'
  | 'InvalidAddress'
  | 'InvalidOption'
  | 'OptionMissing'
  | 'NothingToAllow'
  | 'NothingExpressed'
  | 'InvalidExport';

export class FirewallProblem extends Error {
  readonly code: FirewallProblemCode;
  readonly fix: string;
  readonly nearest: readonly string[];
  constructor(code: FirewallProblemCode, message: string, fix: string, nearest: readonly string[] = []) {
    super(message);
    this.name = 'FirewallProblem';
    this.code = code;
    this.fix = fix;
    this.nearest = nearest;
  }
}
