/** Ids of other resources in a body, as its schema declares them: of which type, what becomes of them, what they need. */

import { isObject } from '@tombolo/store/document';
import { z } from 'zod';
import type { ArmError } from './arm-error.ts';
import { type Place, walkSchema } from './schema-walk.ts';

export interface ReferenceDeclaration {
  /** The type of what is referred to; left out: any. */
  readonly type?: string;
  /**
   * `must-exist`: refused where it is not there. `must-exist-at-first`: a new or changed one is; later it may go. `may-dangle`: the type decides what it makes of one that is not there.
   * `not-implemented`: nothing of the type can be here; refused as a gap, but for what is stored already.
   */
  readonly resolve: 'must-exist' | 'must-exist-at-first' | 'may-dangle' | 'not-implemented';
  /** What the caller needs on the resource for a new or changed reference to it, as Azure's linked checks ask it. */
  readonly linkedAction?: string;
  /** What else than a role assignment helps a caller who lacks it. */
  readonly withoutAction?: string;
  /** Where it has to be, seen from the resource that refers to it. */
  readonly near?: 'region' | 'region-and-subscription';
  /** It cannot be deleted while it is referred to. */
  readonly uses?: true;
  /** What is said, in a code of the type's own, where it is not there. */
  readonly notThere?: (holder: string, text: string, path: string) => ArmError;
  /** '' says that there is none; elsewhere it is an id that is none. */
  readonly orEmpty?: true;
  /** The type itself refuses an id that is none, or of another type, in a code of its own. */
  readonly judgedByType?: true;
}

const declarations = z.registry<ReferenceDeclaration>();

const longestId = 2048;

/** As ids are stored; a loop, since a pattern would go back and forth over a long text of slashes. */
const withoutTrailingSlashes = (text: string): string => {
  let end = text.length;
  while (text[end - 1] === '/') end -= 1;
  return text.slice(0, end);
};

/** A resource id as a string. */
export const resourceId = (
  declaration: ReferenceDeclaration,
  form: Pick<ReferenceDeclaration, 'orEmpty'> = {},
) =>
  z
    .string({ error: 'the id of what it refers to is missing, or is no string' })
    .overwrite(withoutTrailingSlashes)
    .max(longestId)
    .register(declarations, { ...declaration, ...form });

/** `{id}`, as Microsoft.Network refers to other resources. */
export const resourceReference = (declaration: ReferenceDeclaration) =>
  z.object({ id: resourceId(declaration) });

/** What a schema declares a part to be. */
export const declarationOf = (schema: z.core.$ZodType): ReferenceDeclaration | undefined =>
  declarations.get(schema as z.ZodType);

export interface DeclaredReference {
  readonly place: Place;
  readonly declaration: ReferenceDeclaration;
}

const known = new WeakMap<z.core.$ZodType, readonly DeclaredReference[]>();

/** All references that a schema declares. */
export const declaredReferences = (schema: z.core.$ZodType): readonly DeclaredReference[] => {
  const before = known.get(schema);
  if (before) return before;
  const found: DeclaredReference[] = [];
  walkSchema(schema, (part, place) => {
    const declaration = declarationOf(part);
    // A wrapper (optional, nullable) has no declaration of its own.
    if (declaration) found.push({ place, declaration });
  });
  known.set(schema, found);
  return found;
};

/** The texts at a place of a value, each with the way to it; nothing where the value has another form there. */
export const foundAlong = (
  value: unknown,
  place: Place,
  way: Place = [],
): readonly { readonly way: Place; readonly text: string }[] => {
  const [step, ...rest] = place;
  if (step === undefined) return typeof value === 'string' ? [{ way, text: value }] : [];
  if (step === '[]')
    return Array.isArray(value)
      ? value.flatMap((item, index) => foundAlong(item, rest, [...way, String(index)]))
      : [];
  if (!isObject(value)) return [];
  if (step === '{}') return Object.keys(value).flatMap((key) => foundAlong(value[key], rest, [...way, key]));
  return foundAlong(value[step], rest, [...way, step]);
};
