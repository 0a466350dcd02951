/** Microsoft.Network/dnsForwardingRulesets/forwardingRules. */

import { defineResourceType } from '@tombolo/arm';
import { dnsResolverApiVersions } from '../../api-versions.ts';
import { networkError } from '../../refusals.ts';
import { networkName, types } from '../../types.ts';
import { type LoadedRule, putRule } from './model.ts';
import { type RuleProperties, ruleProperties } from './schema.ts';

export const forwardingRules = defineResourceType<RuleProperties, LoadedRule>({
  type: types.forwardingRule,
  apiVersions: dnsResolverApiVersions,
  placement: 'proxy',
  name: networkName,
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
