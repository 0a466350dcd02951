/** Decides a ruleset's link: a network takes its rules from one ruleset. */

import { type ArmError, type PutDecision, type PutInput, sameId, useClaim } from '@tombolo/arm';
import { propertiesOf, referenceAt, withValues } from '@tombolo/store/document';
import type { Claim, Document } from '@tombolo/store/port';
import { linkOfNetworkClaim } from '../../network-links.ts';
import { networkError } from '../../refusals.ts';
import type { RulesetLinkProperties } from './schema.ts';

export interface LoadedRulesetLink {
  readonly ruleset: Document;
}

export const rulesetClaim = (networkId: string, linkId: string): Claim => ({
  key: `forwarding ruleset of ${networkId.toLowerCase()}`,
  value: linkId.toLowerCase(),
  holder: linkId,
});

export const putRulesetLink = ({
  command,
  loaded: { ruleset },
  referenced,
}: PutInput<RulesetLinkProperties, LoadedRulesetLink>): PutDecision | ArmError => {
  const id = command.existing?.id ?? `${ruleset.id}/virtualNetworkLinks/${command.id.name}`;
  const network = referenced.get(command.properties.virtualNetwork.id.toLowerCase())!;
  const before = command.existing && referenceAt(propertiesOf(command.existing), 'virtualNetwork');
  if (before !== undefined && !sameId(before, network.id))
    return networkError(
      'BadRequest',
      [`The virtual network of link '${id}' cannot be changed. Delete the link and create it anew.`],
      'virtualNetwork',
    );
  return {
    properties: withValues({
      virtualNetwork: { id: network.id },
      metadata: command.properties.metadata,
      provisioningState: 'Succeeded',
    }),
    effects: {
      claims: [rulesetClaim(network.id, id), linkOfNetworkClaim(network.id, id), useClaim(ruleset.id, id)],
    },
  };
};
