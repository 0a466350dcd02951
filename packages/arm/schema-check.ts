/** A part of a body against its schema: the first fault is one clear ARM error, with its path as target. */

import type { Json } from '@tombolo/store/port';
import type { z } from 'zod';
import type { ArmError } from './arm-error.ts';
import { armError } from './errors.ts';
import { jsonPath } from './json-path.ts';
import { nearMember } from './near-member.ts';

/** What zod says where a schema has no words of its own; those stay. */
const ofLibrary = /^(?:Invalid input: expected|Too (?:small|big): expected) /;

const shapes: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

const units: Readonly<Record<string, readonly [one: string, many: string]>> = {
  array: ['entry', 'entries'],
  string: ['character', 'characters'],
};

const sizeOf = (origin: string, bound: number | bigint): string => {
  const unit = units[origin]?.[bound === 1 ? 0 : 1];
  return unit === undefined ? String(bound) : `${bound} ${unit}`;
};

const faultOf = (issue: z.core.$ZodIssue): string => {
  if (issue.code === 'too_big' && issue.origin === 'array')
    return `it has more than the ${issue.maximum} entries that are taken`;
  if (!ofLibrary.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type': {
      const shape = shapes[issue.expected] ?? issue.expected;
      return issue.message.endsWith('received undefined')
        ? `it is missing; ${shape} is needed`
        : `${shape} is needed`;
    }
    case 'too_small':
      return `it has to be at least ${sizeOf(issue.origin, issue.minimum)}`;
    case 'too_big':
      return `it may be at most ${sizeOf(issue.origin, issue.maximum)}`;
    default:
      return issue.message;
  }
};

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
