/** Tags as `--tags "A=B,C='D E'"` has them: a list with commas, values in single quotes where they need it. */

import { OnboardingProblem } from './problem.ts';

/** The portal's physical location tags; it writes each, empty or not. */
export const locationTagNames = ['Datacenter', 'City', 'StateOrDistrict', 'CountryOrRegion'] as const;

export type Tags = Readonly<Record<string, string>>;

/** ARM's bounds; `,` and `=` end a name in this list, and `'` has no way into it. */
const nameForm = /^[^=,'<>%&\\?/]{1,512}$/;
const plain = /^[\w.@:/+-]*$/;

const refuse = (what: string, fix: string): never => {
  throw new OnboardingProblem(what, fix);
};

/** Throws OnboardingProblem for what the agent's list cannot say. */
export const checkTags = (tags: Tags): void => {
  const names = Object.keys(tags);
  if (names.length > 50) refuse(`There are ${names.length} tags.`, 'A resource has at most 50.');
  for (const [name, value] of Object.entries(tags)) {
    const shown = `'${name.slice(0, 80)}'`;
    if (!nameForm.test(name) || name.trim() !== name)
      refuse(
        `The tag name ${shown} cannot be given to an agent.`,
        "Use 1 to 512 characters without = , ' < > % & \\ ? / and without spaces at its ends.",
      );
    if (names.some((other) => other !== name && other.toLowerCase() === name.toLowerCase()))
      refuse(`The tag ${shown} is there twice.`, 'Names are the same in any letter case: leave one.');
    if (value.length > 256 || value.includes("'"))
      refuse(
        `The value of the tag ${shown} cannot be given to an agent.`,
        "Use at most 256 characters and no single quote: the agent's list of tags has no way to write one. Set it on the machine resource afterwards.",
      );
  }
};

export const tagsArgument = (tags: Tags): string =>
  Object.entries(tags)
    .map(([name, value]) => `${name}=${plain.test(value) ? value : `'${value}'`}`)
    .join(',');
