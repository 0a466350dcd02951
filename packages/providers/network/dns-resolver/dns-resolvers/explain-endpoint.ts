/** What stands in the way of a resolver's endpoint, in words. */

import type { ArmError, ClaimTaken } from '@tombolo/arm';
import { addressOfKey } from '../../address-allocation.ts';
import { networkError } from '../../refusals.ts';

export const explainEndpoint = (reason: ClaimTaken): ArmError | 'retry' | undefined => {
  if (addressOfKey(reason.key) !== undefined) return 'retry';
  return reason.key.startsWith('resolver endpoint of ')
    ? networkError(
        'BadRequest',
        [
          `The subnet has the resolver endpoint '${reason.held.holders[0]}' already, and it cannot be shared. Use another subnet.`,
        ],
        'subnet',
      )
    : undefined;
};
