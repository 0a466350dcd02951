/** The access decision over stored documents, for tests of those who write them. */

import { decideAccess } from '@tombolo/private-link';
import { parentIdOf, propertiesOf } from '@tombolo/store/document';
import type { Document } from '@tombolo/store/port';
import { accessMachine } from './access.ts';
import { createHybridProjection } from './projection.ts';

/** `allow`, or the code: for a machine that registers by this connection's endpoint, or in public. */
export const accessOver = (
  documents: readonly Document[],
): ((machineId: string, connection: Document | undefined) => string) => {
  const state = createHybridProjection();
  state.replace(documents);
  return (machineId, connection) => {
    const found = connection && state.connection(Number(propertiesOf(connection).linkIdentifier));
    const machine = state.machine(machineId);
    const decision = decideAccess({
      operation: 'registration',
      route: found
        ? { kind: 'private', scopeId: parentIdOf(found.id), connectionId: found.id, status: found.status }
        : { kind: 'public' },
      ...(machine ? { machine: accessMachine(machine, state) } : {}),
    });
    return decision.allow ? 'allow' : decision.code;
  };
};
