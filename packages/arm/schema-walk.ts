/** Walks the parts of a schema with their places, for what a schema says beside the form of a value. */

import type { z } from 'zod';

/** `[]` stands for any item of a list, `{}` for any value of a record. */
export type Place = readonly string[];

type Visit = (schema: z.core.$ZodType, place: Place) => void;

/** What a schema wraps, or consists of, with the step to it; undefined: at the same place. */
const partsOf = (schema: z.core.$ZodType): readonly (readonly [string | undefined, z.core.$ZodType])[] => {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return Object.entries(def.shape);
    case 'array':
      return [['[]', def.element]];
    case 'record':
      return [['{}', def.valueType]];
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
      return [[undefined, def.innerType]];
    case 'pipe':
      return [[undefined, def.in]];
    case 'union':
      return def.options.map((option) => [undefined, option] as const);
    case 'intersection':
      return [
        [undefined, def.left],
        [undefined, def.right],
      ];
    default:
      return [];
  }
};

/** Every part once at each of its places, from the outside in. */
export const walkSchema = (schema: z.core.$ZodType, visit: Visit, place: Place = []): void => {
  visit(schema, place);
  for (const [step, part] of partsOf(schema))
    walkSchema(part, visit, step === undefined ? place : [...place, step]);
};
