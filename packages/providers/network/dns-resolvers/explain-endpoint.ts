/** What stands in the way of a resolver's endpoint, in words. */

import type { ArmError } from '@tombolo/arm';
import type { ConflictReason } from '@tombolo/store/port';
import { addressOfKey } from '../address-allocation.ts';
import { networkError } from '../refusals.ts';

export const explainEndpoint = (
  reason: ConflictReason,
  id: { readonly text: string },
): ArmError | 'retry' | undefined => {
  if (reason.kind === 'in-use')
    return networkError('CannotDeleteResource', [id.text, reason.holders.join(', ')], id.text);
  if (reason.kind !== 'claim') return undefined;
  if (addressOfKey(reason.key) !== undefined) return 'retry';
  return reason.key.startsWith('resolver endpoint of ')
    ? networkError(
        'BadRequest',
        [
          `The subnet has the resolver endpoint '${reason.held.value}' already, and it cannot be shared. Use another subnet.`,
        ],
        'subnet',
      )
    : undefined;
};
