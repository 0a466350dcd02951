/** Resource groups: created and changed at once; deleting marks the group and leaves the rest to an operation. */

import type { Command, PutDecision, RemoveDecision, RemoveInput } from '@tombolo/arm';
import { type ArmError, armError } from '@tombolo/arm';
import { propertiesOf } from '@tombolo/store/document';
import type { Document } from '@tombolo/store/port';
import { type DeletionState, deletionKind, storedState } from './deletion-state.ts';

export const stateOf = (group: Pick<Document, 'body'>): string =>
  String(propertiesOf(group).provisioningState ?? 'Succeeded');

/** The group's document with another provisioning state. */
export const inState = (group: Document, provisioningState: 'Deleting' | 'Succeeded') => ({
  id: group.id,
  type: group.type,
  body: { ...group.body, properties: { ...propertiesOf(group), provisioningState } },
});

export const putGroup = ({ id, existing }: Command<unknown>): PutDecision | ArmError => {
  if (existing && stateOf(existing) === 'Deleting') return armError('ResourceGroupBeingDeleted', [id.name]);
  if (existing && stateOf(existing) === 'MovingResources')
    return armError('ResourceGroupBeingMoved', [id.name]);
  return { properties: { provisioningState: 'Succeeded' } };
};

/** 202 at once; every write into the group is refused from then on. */
export const removeGroup = ({
  id,
  existing,
  loaded,
}: RemoveInput<DeletionState>): RemoveDecision | ArmError => {
  if (stateOf(existing) === 'MovingResources') return armError('ResourceGroupBeingMoved', [id.name]);
  return {
    deferred: true,
    effects: { puts: [inState(existing, 'Deleting')] },
    operation: { kind: deletionKind, state: storedState(loaded) },
    status: 202,
  };
};

/** Letters, digits, `_`, `-`, `.`, parentheses; at most 90; no final dot. */
export const groupName = {
  pattern: /^[\p{L}\p{N}_\-.()]{0,89}[\p{L}\p{N}_\-()]$/u,
  rule: 'a resource group name has 1 to 90 letters, digits, periods, underscores, hyphens and parentheses, and does not end with a period.',
};
