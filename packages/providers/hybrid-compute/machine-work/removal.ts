/** What is on a machine goes when the machine has removed it, and not before. */

import type { RemoveDecision, RemoveInput } from '@tombolo/arm';
import { propertiesOf } from '@tombolo/store/document';
import { workOf } from '@tombolo/store/machine-report';
import { workOperation } from './operation.ts';

/** `away`: there is no agent to ask. */
export const removeWork = (
  { existing, loaded: away, newGuid }: RemoveInput<boolean>,
  runMs: number,
): RemoveDecision => {
  if (away || workOf(existing) === undefined) return { status: 200 };
  const generation = newGuid();
  const properties = { ...propertiesOf(existing), work: { generation, state: 'Deleting' } };
  const operation = workOperation({ items: [{ id: existing.id, generation }], runMs });
  return {
    deferred: true,
    effects: { puts: [{ id: existing.id, type: existing.type, body: { ...existing.body, properties } }] },
    operation: { ...operation, state: { ...operation.state, removes: true } },
    status: 202,
  };
};
