/** Decides a forwarding rule: one a domain in a ruleset, its domain fixed. */

import { type ArmError, type PutDecision, type PutInput, useClaim } from '@tombolo/arm';
import { propertiesOf, stringAt, withValues } from '@tombolo/store/document';
import type { Claim, Document } from '@tombolo/store/port';
import { networkError } from '../../refusals.ts';
import type { RuleProperties } from './schema.ts';

export interface LoadedRule {
  readonly ruleset: Document;
}

const domainClaim = (rulesetId: string, domain: string, ruleId: string): Claim => ({
  key: `rule ${domain.toLowerCase()} of ${rulesetId.toLowerCase()}`,
  value: ruleId.toLowerCase(),
  holder: ruleId,
});

export const putRule = ({
  command,
  loaded: { ruleset },
}: PutInput<RuleProperties, LoadedRule>): PutDecision | ArmError => {
  const id = command.existing?.id ?? `${ruleset.id}/forwardingRules/${command.id.name}`;
  const { domainName, targetDnsServers, metadata, forwardingRuleState } = command.properties;
  const before = command.existing && stringAt(propertiesOf(command.existing), 'domainName');
  if (before !== undefined && before.toLowerCase() !== domainName.toLowerCase())
    return networkError(
      'Conflict',
      [`The domain of rule '${id}' cannot be changed. Delete the rule and create it anew.`],
      'domainName',
    );
  return {
    properties: withValues({
      domainName,
      targetDnsServers: targetDnsServers.map(({ ipAddress, port }) => ({ ipAddress, port: port ?? 53 })),
      metadata,
      forwardingRuleState: forwardingRuleState ?? 'Enabled',
      provisioningState: 'Succeeded',
    }),
    effects: { claims: [domainClaim(ruleset.id, domainName, id), useClaim(ruleset.id, id)] },
  };
};
