/** Store conflicts as ARM errors. */

import type { StoreConflict } from '@tombolo/store/port';
import type { ArmError } from './arm-error.ts';
import { armError } from './errors.ts';
import type { ResourceId } from './resource-id.ts';
import type { AnyResourceType } from './resource-type.ts';

/** A claim or use that stood in the way, as an ARM error; undefined where a retry may help. */
export const explainConflict = (
  conflict: StoreConflict,
  type: AnyResourceType,
  id: ResourceId,
): ArmError | undefined => {
  const reason = conflict.reason;
  if (reason.kind === 'version') return undefined;
  const own = type.explain?.(reason, id);
  if (own === 'retry') return undefined;
  if (own) return own;
  if (reason.kind === 'in-use') return armError('CannotDeleteResource', [id.text, reason.holders.join(', ')]);
  return armError('Conflict', [
    `'${reason.key}' is '${reason.held.value}' for ${reason.held.holders.join(', ')}; it cannot be '${reason.wanted}' too.`,
  ]);
};
