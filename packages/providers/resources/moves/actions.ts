/** `moveResources` and `validateMoveResources` of a resource group. */

import type { PostAction } from '@tombolo/arm';
import { moveKind, moveState } from './operation.ts';
import { heldGroups, validatedMove } from './request.ts';

export const moveActions: Readonly<Record<string, PostAction>> = {
  moveResources: {
    run: async (context, id, body) => {
      const move = await validatedMove(context, id, body);
      return {
        effects: heldGroups(move, 'MovingResources'),
        status: 202,
        operation: { kind: moveKind, state: moveState(move.source.id, move.target.id, move.renamings) },
      };
    },
  },
  // Azure takes its time to say so; clients take either answer.
  validateMoveResources: {
    run: async (context, id, body) => {
      await validatedMove(context, id, body);
      return { status: 204, headers: {} };
    },
  },
};
