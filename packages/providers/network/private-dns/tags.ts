/** How many tags zones and their links take: fewer than ARM's other resources (Azure/bicep-registry-modules#1541). */

import type { ArmError, Command } from '@tombolo/arm';
import { objectOf } from '@tombolo/store/document';
import { networkError } from '../refusals.ts';

const mostTags = 15;

/** As many as are stored already stay possible. */
export const checkTags = ({
  storedId,
  tags = {},
  existing,
}: Pick<Command<unknown>, 'storedId' | 'tags' | 'existing'>): ArmError | undefined => {
  const count = Object.keys(tags).length;
  const stored = Object.keys(objectOf(existing?.body.tags)).length;
  return count <= Math.max(mostTags, stored)
    ? undefined
    : networkError(
        'BadRequest',
        [
          `The resource tags are invalid. A maximum of ${mostTags} tags are allowed, and '${storedId}' has ${count}.`,
        ],
        'tags',
      );
};
