/** Finishes a private endpoint: Succeeded once every live follower has applied it. */

import type { OperationKind } from '@tombolo/arm';
import { autoApproved } from '@tombolo/private-link';
import { objectAt, propertiesOf, stringAt } from '@tombolo/store/document';
import type { Document, JsonObject } from '@tombolo/store/port';
import { settle } from '../../convergence.ts';
import { connectionOf } from './connection.ts';

/** The live service rewords the state of an automatic approval as it finishes. */
const finishedConnection = (connection: Document): { id: string; type: string; body: JsonObject } => {
  const properties = propertiesOf(connection);
  const state = objectAt(properties, 'privateLinkServiceConnectionState');
  const unsettled = stringAt(state, 'description') === autoApproved(false).description;
  return {
    id: connection.id,
    type: connection.type,
    body: {
      ...connection.body,
      properties: {
        ...properties,
        provisioningState: 'Succeeded',
        ...(unsettled ? { privateLinkServiceConnectionState: { ...autoApproved(true) } } : {}),
      },
    },
  };
};

export const provisioningKind: OperationKind = {
  wakesOnAcknowledge: true,
  step: async (input) => {
    const { operation, store } = input;
    const endpoint = await store.get(operation.target);
    const same = endpoint && propertiesOf(endpoint).resourceGuid === operation.state.resourceGuid;
    if (!endpoint || !same) {
      const message = `Private endpoint '${operation.target}' was deleted before it was ready.`;
      return { status: 'Failed', error: { code: 'ResourceNotFound', message } };
    }
    const settling = await settle(input);
    if (!settling.settled) return settling.outcome;
    const connection = await store.get(connectionOf(endpoint));
    const { warning } = settling;
    const kept = warning === undefined ? {} : { warning };
    return {
      status: 'Succeeded',
      state: { ...operation.state, ...kept },
      effects: {
        expect: [
          { id: endpoint.id, version: endpoint.version },
          ...(connection ? [{ id: connection.id, version: connection.version }] : []),
        ],
        puts: [
          {
            id: endpoint.id,
            type: endpoint.type,
            body: {
              ...endpoint.body,
              ...kept,
              properties: { ...propertiesOf(endpoint), provisioningState: 'Succeeded' },
            },
          },
          ...(connection ? [finishedConnection(connection)] : []),
        ],
      },
    };
  },
};
