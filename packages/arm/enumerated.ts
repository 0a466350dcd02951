/** Values of which ARM knows a few: taken in any letter case, kept and answered in the canonical one. */

import { z } from 'zod';

const longestShown = 64;

const declared = z.registry<{ readonly values: readonly string[] }>();

/** The one comparison of enumerated values: every schema of a body uses it. */
export const enumerated = <const T extends readonly [string, ...string[]]>(values: T) =>
  z
    .string()
    .transform((given, context): T[number] => {
      const found = values.find((value) => value.toLowerCase() === given.toLowerCase());
      if (found !== undefined) return found;
      const message = `'${given.slice(0, longestShown)}' is none of ${values.join(', ')}`;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    })
    .register(declared, { values });

/** What a schema was declared to take; undefined where it is no enumeration. */
export const enumeratedValues = (schema: z.core.$ZodType): readonly string[] | undefined =>
  declared.get(schema as z.ZodType)?.values;
