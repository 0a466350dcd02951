/** R15: the scope's side approves, rejects and removes connections; endpoints make them. */

import type { PutDecision, PutInput, RemoveDecision, RemoveInput } from '@tombolo/arm';
import { type ArmError, armError, useRelease } from '@tombolo/arm';
import { decideConnectionChange } from '@tombolo/private-link';
import { parentIdOf, propertiesOf } from '@tombolo/store/document';
import type { Document, JsonObject } from '@tombolo/store/port';
import type { PlannedRecords } from '../../network/networks/private-dns-zone-groups/model.ts';
import { refusalError } from '../../rule-refusal.ts';
import { hybridError } from '../refusals.ts';
import { removalKind } from '../types.ts';
import type { ConnectionProperties } from './schema.ts';
import { endpointsOf, isRemoved, stateOf } from './state.ts';

/** Does this write ask for an approval of what is not approved yet? Then the endpoint's zone group writes its records. */
export const asksForApproval = (
  existing: Document | undefined,
  properties: ConnectionProperties,
): existing is Document =>
  existing !== undefined &&
  !isRemoved(existing) &&
  stateOf(existing).status !== 'Approved' &&
  properties.privateLinkServiceConnectionState?.status.toLowerCase() === 'approved';

/** `loaded`: what an approval writes beside the connection (the records of the endpoint's zone group). */
export const putConnection = ({
  command,
  loaded,
}: PutInput<ConnectionProperties, PlannedRecords>): PutDecision | ArmError => {
  const { id, existing, properties } = command;
  if (!existing || isRemoved(existing)) return hybridError('ResourceNotFound', [id.text]);
  const wanted = properties.privateLinkServiceConnectionState;
  if (!wanted)
    return armError(
      'InvalidRequestContent',
      ['properties.privateLinkServiceConnectionState is required, with status Approved or Rejected.'],
      'properties.privateLinkServiceConnectionState',
    );
  const { description } = wanted;
  const change = decideConnectionChange({
    connectionId: existing.id,
    current: stateOf(existing),
    wanted: { status: wanted.status, ...(typeof description === 'string' ? { description } : {}) },
    by: 'scope',
  });
  if (change.refused) return refusalError(change);
  const state: JsonObject = { ...change.state };
  return {
    properties: { ...propertiesOf(existing), privateLinkServiceConnectionState: state },
    effects: loaded.effects,
    warnings: loaded.warnings,
  };
};

/** The document stays, Disconnected, until the endpoint is deleted: its owner is to see what happened. */
export const removeConnection = ({
  existing,
  loaded: location,
}: RemoveInput<string>): RemoveDecision | ArmError => {
  const change = decideConnectionChange({
    connectionId: existing.id,
    current: stateOf(existing),
    wanted: { status: 'Disconnected' },
    by: 'removal',
  });
  if (change.refused) return refusalError(change);
  const properties = { ...propertiesOf(existing), privateLinkServiceConnectionState: { ...change.state } };
  return {
    deferred: true,
    effects: {
      puts: [{ id: existing.id, type: existing.type, body: { ...existing.body, properties } }],
      // A removed connection does not keep the scope from being deleted.
      releases: endpointsOf(existing).map((endpoint) => useRelease(parentIdOf(existing.id), endpoint)),
    },
    operation: { kind: removalKind, state: {}, location },
    status: 202,
  };
};
