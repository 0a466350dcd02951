/** Refusals of the private-link rules in ARM's terms. */

import { ArmError } from '@tombolo/arm';
import { httpStatusOf, type Refusal } from '@tombolo/private-link';

/** A refusal of the private-link rules in ARM's terms. */
export const refusalError = (refusal: Refusal): ArmError =>
  new ArmError({
    code: refusal.code,
    status: httpStatusOf(refusal.code),
    message: refusal.message,
    ...(refusal.target === undefined ? {} : { target: refusal.target }),
  });

/** Throws a refusal, passes anything else on. */
export const orThrow = <T extends object>(decided: T | Refusal | ArmError): T => {
  if (decided instanceof ArmError) throw decided;
  if ('refused' in decided && decided.refused === true) throw refusalError(decided as Refusal);
  return decided as T;
};
