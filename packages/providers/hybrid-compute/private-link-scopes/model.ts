/** Private Link Scopes: what a PUT makes of one, and when it may go. */

import type { PutDecision, PutInput, RemoveDecision, RemoveInput } from '@tombolo/arm';
import { type ArmError, armError } from '@tombolo/arm';
import type { PublicNetworkAccess } from '@tombolo/private-link';
import { decidePublicNetworkAccess } from '@tombolo/private-link';
import { propertiesOf, textAt, withValues } from '@tombolo/store/document';
import { refusalError } from '../../rule-refusal.ts';
import { isRemoved, stateOf } from '../private-endpoint-connections/state.ts';
import { removalKind, types } from '../types.ts';
import type { ScopeProperties } from './schema.ts';

/** Validation details are asked for by the scope's GUID: the claim's value is the scope's id. */
export const scopeGuidKey = (guid: string): string => `private link scope ${guid.toLowerCase()}`;

/** R8, R20: Disabled unless asked otherwise; either way at any time. */
export const putScope = ({
  command,
  newGuid,
}: PutInput<ScopeProperties, unknown>): PutDecision | ArmError => {
  const { id, existing, properties } = command;
  const stored = existing ? propertiesOf(existing) : {};
  const access = decidePublicNetworkAccess(
    id.text,
    stored.publicNetworkAccess as PublicNetworkAccess | undefined,
    properties.publicNetworkAccess,
  );
  if (access.refused) return refusalError(access);
  const privateLinkScopeId = textAt(stored, 'privateLinkScopeId') ?? newGuid();
  return {
    properties: withValues({
      publicNetworkAccess: access.access,
      serviceExtensions: properties.serviceExtensions?.map(withValues),
      provisioningState: 'Succeeded',
      privateLinkScopeId,
    }),
    effects: {
      claims: [
        {
          key: scopeGuidKey(privateLinkScopeId),
          value: id.text.toLowerCase(),
          holder: id.text.toLowerCase(),
        },
      ],
    },
    // The live service answers a create with 200.
    status: { created: 200, updated: 200 },
  };
};

/**
 * Refused while a private endpoint connects to it, Pending and Rejected ones too: an endpoint that lost its scope could
 * not be told from one that still has it. Removed connections and associated machines do not hold it.
 */
export const removeScope = ({ existing, below }: RemoveInput<unknown>): RemoveDecision | ArmError => {
  const endpoints = below
    .filter((document) => document.type === types.connection && !isRemoved(document))
    .map((document) => {
      const endpoint = propertiesOf(document).privateEndpoint as { readonly id?: string } | undefined;
      return `${endpoint?.id ?? document.id} (${stateOf(document).status})`;
    });
  if (endpoints.length > 0) return armError('CannotDeleteResource', [existing.id, endpoints.join(', ')]);
  return { operation: { kind: removalKind, state: {} }, status: 202 };
};
