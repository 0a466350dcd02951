/** Decides an outbound endpoint: from where a network's forwarded questions leave. */

import { type ArmError, type PutDecision, type PutInput, sameId, useClaim } from '@tombolo/arm';
import { propertiesOf, referenceAt } from '@tombolo/store/document';
import type { Document, HeldClaim } from '@tombolo/store/port';
import { networkError } from '../../refusals.ts';
import { checkEndpointSubnet, dedicationClaim, delegatedSubnet } from '../dns-resolvers/model.ts';
import type { OutboundProperties } from './schema.ts';

export interface LoadedOutbound {
  readonly resolver: Document;
  readonly taken: readonly HeldClaim[];
}

export const putOutbound = ({
  command,
  loaded: { resolver, taken },
  referenced,
  newGuid,
}: PutInput<OutboundProperties, LoadedOutbound>): PutDecision | ArmError => {
  const id = command.existing?.id ?? `${resolver.id}/outboundEndpoints/${command.id.name}`;
  const wanted = command.properties.subnet.id;
  if (command.location !== resolver.body.location)
    return networkError(
      'BadRequest',
      [`Endpoint '${id}' has to be in its resolver's region '${resolver.body.location}'.`],
      'location',
    );
  if (command.existing) {
    const before = propertiesOf(command.existing);
    return sameId(referenceAt(before, 'subnet') ?? '', wanted)
      ? { properties: before }
      : networkError(
          'BadRequest',
          [`The subnet of outbound endpoint '${id}' cannot be changed. Delete it and create it anew.`],
          id,
        );
  }
  const place = referenced.get(wanted.toLowerCase())!;
  const refused = checkEndpointSubnet(id, resolver, place, taken);
  if (refused) return refused;
  return {
    properties: { subnet: { id: place.id }, provisioningState: 'Succeeded', resourceGuid: newGuid() },
    effects: {
      ...delegatedSubnet(place),
      claims: [dedicationClaim(place.id, id), useClaim(resolver.id, id)],
    },
  };
};
