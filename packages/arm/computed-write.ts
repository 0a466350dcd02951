/** Writes of computed types and of actions: their decision's effects in one batch, with its audit line. */

import type { ComputedWrite } from './decision.ts';
import type { ArmResponse } from './message.ts';
import type { OperationContext } from './resource-type.ts';
import type { WriteServices, WriteTarget } from './write-batch.ts';
import { auditEntry, merge, startOperation, surroundings, writeHeaders } from './write-batch.ts';

const isAnswer = (value: ArmResponse | ComputedWrite): value is ArmResponse => 'headers' in value;

/** `decide` runs on the state that the batch then expects; an answer without writes passes as it is. */
export const writeComputed = async (
  context: OperationContext,
  services: WriteServices,
  target: Pick<WriteTarget, 'type' | 'id' | 'action'>,
  decide: () => Promise<ArmResponse | ComputedWrite>,
): Promise<ArmResponse> => {
  const outcome = await decide();
  if (isAnswer(outcome)) return outcome;
  const expected = await surroundings(context, target.type, target.id);
  const operation = startOperation(context, outcome.operation, target.id.text, 'global');
  const committed = await services.store.commit(
    merge(
      {
        expect: expected,
        audit: [auditEntry(context, target, outcome.status)],
        ...(operation ? { operations: [operation] } : {}),
      },
      outcome.effects,
    ),
  );
  return {
    status: outcome.status,
    headers: writeHeaders(context, services, committed.feed, operation, outcome.status === 202),
    ...(outcome.body === undefined ? {} : { body: outcome.body }),
  };
};
