/** Members as they are stored, and private-link refusals as ARM errors. */

import { ArmError } from '@tombolo/arm';
import { httpStatusOf, type Refusal } from '@tombolo/private-link';
import type { Json, JsonObject } from '@tombolo/store/port';

/** The members that have a value. */
export const withValues = (value: Readonly<Record<string, Json | undefined>>): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined && item !== null));

/** A refusal of the private-link rules in ARM's terms. */
export const refusalError = (refusal: Refusal): ArmError =>
  new ArmError({
    code: refusal.code,
    status: httpStatusOf(refusal.code),
    message: refusal.message,
    ...(refusal.target === undefined ? {} : { target: refusal.target }),
  });
