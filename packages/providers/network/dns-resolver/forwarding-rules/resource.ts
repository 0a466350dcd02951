/** Microsoft.Network/dnsForwardingRulesets/forwardingRules. */

import { defineResourceType } from '@tombolo/arm';
import { dnsResolverApiVersions } from '../../api-versions.ts';
import { networkError } from '../../refusals.ts';
import { types } from '../../types.ts';
import { type LoadedRule, putRule } from './model.ts';
import { type RuleProperties, ruleProperties } from './schema.ts';

/** No dots, which people write since a rule is for a domain (hashicorp/terraform-provider-azurerm#32965). */
const ruleName = {
  pattern: /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,78}[A-Za-z0-9_])?$/,
  rule: '1 to 80 letters, digits, underscores and hyphens; it begins with a letter or digit and ends with a letter, digit or underscore.',
} as const;

export const forwardingRules = defineResourceType<RuleProperties, LoadedRule>({
  type: types.forwardingRule,
  apiVersions: dnsResolverApiVersions,
  placement: 'proxy',
  name: ruleName,
  etagInBody: true,
  properties: ruleProperties,
  lists: ['parent'],
  deletionRank: 'with-parent',
  load: async (context, command) => ({ ruleset: (await context.store.get(command.id.parent!.text))! }),
  put: putRule,
  patch: 'merge',
  explain: (reason) =>
    reason.key.startsWith('rule ')
      ? networkError(
          'BadRequest',
          [`The ruleset has the rule '${reason.held.value}' for this domain already.`],
          'domainName',
        )
      : undefined,
});
