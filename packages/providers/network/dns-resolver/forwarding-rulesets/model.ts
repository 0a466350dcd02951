/** Decides a forwarding ruleset: which outbound endpoints its rules leave by. */

import type { ArmError, PutDecision, PutInput } from '@tombolo/arm';
import { propertiesOf, stringAt } from '@tombolo/store/document';
import { networkError } from '../../refusals.ts';
import type { RulesetProperties } from './schema.ts';

export const putRuleset = ({
  command,
  referenced,
  newGuid,
}: PutInput<RulesetProperties, undefined>): PutDecision | ArmError => {
  const id = command.storedId;
  const wanted = (command.properties.dnsResolverOutboundEndpoints ?? []).map(
    ({ id: endpoint }) => referenced.get(endpoint.toLowerCase())!,
  );
  if (wanted.length === 0)
    return networkError(
      'BadRequest',
      [`Ruleset '${id}' needs at least one outbound endpoint.`],
      'dnsResolverOutboundEndpoints',
    );
  const before = command.existing && propertiesOf(command.existing);
  return {
    properties: {
      dnsResolverOutboundEndpoints: wanted.map((endpoint) => ({ id: endpoint.id })),
      provisioningState: 'Succeeded',
      resourceGuid: stringAt(before, 'resourceGuid') ?? newGuid(),
    },
  };
};
