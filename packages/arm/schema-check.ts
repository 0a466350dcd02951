/** A part of a body against its schema: the first fault is one clear ARM error, with its path as target. */

import type { Json } from '@tombolo/store/port';
import type { z } from 'zod';
import type { ArmError } from './arm-error.ts';
import { armError } from './errors.ts';
import { jsonPath } from './json-path.ts';
import { nearMember } from './near-member.ts';

const faultOf = (issue: z.core.$ZodIssue): string =>
  issue.code === 'too_big' && issue.origin === 'array'
    ? `it has more than the ${issue.maximum} entries that are taken`
    : issue.message;

/** The refusal of a part that is not as its schema has it: what it says, and the path of the fault. */
export type Malformed = (message: string, target: string) => ArmError;

export const invalidContent: Malformed = (message, target) =>
  armError('InvalidRequestContent', [message], target);

/** Throws InvalidRequestContent, or what `malformed` makes of it. `at`: where in the body the part stands. */
export const checkedPart = <T>(
  schema: z.ZodType<T>,
  part: Json | undefined,
  at: string,
  malformed: Malformed = invalidContent,
): T => {
  const parsed = schema.safeParse(part);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const path = jsonPath([...at.split('.'), ...issue.path.map(String)]).slice(0, 512);
  throw malformed(`${path}: ${faultOf(issue)}.`, path);
};

/** The refusal of a member that nobody knows; `prefix`: `properties.` or nothing. */
export const unknownMember = (
  key: string,
  known: readonly string[],
  prefix: string,
  refusal: Malformed = invalidContent,
) => {
  const nearest = nearMember(key, known);
  const hint =
    known.length === 0
      ? 'Nothing may stand here.'
      : nearest === undefined
        ? `Known members are: ${known.join(', ')}.`
        : `Did you mean '${nearest}'?`;
  const shown = key.slice(0, 128);
  return refusal(`could not find member '${shown}'. ${hint}`, `${prefix}${shown}`);
};
