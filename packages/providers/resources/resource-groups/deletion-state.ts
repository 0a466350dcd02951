/** What a resource group's deletion remembers between its steps. */

import { type Principal, storedPrincipal } from '@tombolo/arm';
import type { JsonObject } from '@tombolo/store/port';
import { z } from 'zod';

export const deletionKind = 'Microsoft.Resources/resourceGroupDeletion';

/** `check`: nothing is deleted before it is known that no one outside uses anything inside. */
export interface DeletionState {
  readonly phase: 'check' | 'delete';
  /** The id after which the check goes on. */
  readonly after?: string;
  readonly principal: Principal;
  /** Operations of resources that take their time, by lower-case resource id. */
  readonly waiting?: Readonly<Record<string, string>>;
  /** What the deletion has broken outside of the group so far. */
  readonly warnings?: readonly string[];
}

const stored = z.object({
  phase: z.enum(['check', 'delete']),
  after: z.string().exactOptional(),
  principal: storedPrincipal,
  waiting: z.record(z.string(), z.string()).exactOptional(),
  warnings: z.array(z.string()).exactOptional(),
});

/** Throws where the operation's row is damaged: the operation fails, and the log says why. */
export const readState = (state: JsonObject): DeletionState => stored.parse(state);

export const storedState = ({ phase, after, principal, waiting, warnings }: DeletionState): JsonObject => ({
  phase,
  ...(after === undefined ? {} : { after }),
  principal: { ...principal },
  ...(waiting === undefined ? {} : { waiting }),
  ...(warnings === undefined ? {} : { warnings }),
});
