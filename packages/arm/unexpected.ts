/** The answer to what no rule refused: a store that fails is told as such, anything else is a fault of ours. */

import { StoreFault } from '@tombolo/store/port';
import type { ArmError } from './arm-error.ts';
import { armError } from './errors.ts';

const retryAfterSeconds = 30;

/** `correlationId`: under which the log has the cause. */
export const unexpected = (error: unknown, correlationId: string): ArmError => {
  if (!(error instanceof StoreFault)) return armError('InternalServerError', [correlationId]);
  return armError(error.kind === 'full' ? 'InsufficientStorage' : 'ServiceUnavailable', [], {
    retryAfterSeconds,
  });
};
