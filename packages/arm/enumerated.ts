/** Values of which ARM knows a few: taken in any letter case, kept and answered in the canonical one. */

import { z } from 'zod';

const longestShown = 64;

/** The one comparison of enumerated values: every schema of a body uses it. */
export const enumerated = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.string().transform((given, context): T[number] => {
    const found = values.find((value) => value.toLowerCase() === given.toLowerCase());
    if (found !== undefined) return found;
    const message = `'${given.slice(0, longestShown)}' is none of ${values.join(', ')}`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
