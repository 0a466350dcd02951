/** Why no script is made of these values, and what to do. */

export class OnboardingProblem extends Error {
  readonly fix: string;
  constructor(message: string, fix: string) {
    super(message);
    this.name = 'OnboardingProblem';
    this.fix = fix;
  }
}
