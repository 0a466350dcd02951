/** Microsoft.Network/dnsForwardingRulesets/virtualNetworkLinks. */

import { defineResourceType } from '@tombolo/arm';
import { dnsResolverApiVersions } from '../../api-versions.ts';
import { networkError } from '../../refusals.ts';
import { networkName, types } from '../../types.ts';
import { type LoadedRulesetLink, putRulesetLink } from './model.ts';
import { type RulesetLinkProperties, rulesetLinkProperties } from './schema.ts';

export const rulesetLinks = defineResourceType<RulesetLinkProperties, LoadedRulesetLink>({
  type: types.rulesetLink,
  apiVersions: dnsResolverApiVersions,
  placement: 'proxy',
  name: networkName,
  etagInBody: true,
  properties: rulesetLinkProperties,
  lists: ['parent'],
  polled: true,
  deletionRank: 31,
  load: async (context, command) => ({ ruleset: (await context.store.get(command.id.parent!.text))! }),
  put: putRulesetLink,
  patch: 'merge',
  explain: (reason) =>
    reason.key.startsWith('forwarding ruleset of ')
      ? networkError(
          'BadRequest',
          [
            `The virtual network is linked to a forwarding ruleset by '${reason.held.holders[0]}' already, and one is all that it can have.`,
          ],
          'virtualNetwork',
        )
      : undefined,
});
