/** Microsoft.Network/dnsForwardingRulesets/virtualNetworkLinks. */

import { defineResourceType } from '@tombolo/arm';
import { dnsResolverApiVersions } from '../api-versions.ts';
import { checkMayLink } from '../private-dns-links/resource.ts';
import { networkError } from '../refusals.ts';
import { networkName, types } from '../types.ts';
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
  deletionRank: 31,
  load: async (context, command) => {
    const networkId = command.properties.virtualNetwork.id;
    await checkMayLink(context, types.rulesetLink, command.id.text, networkId);
    const [ruleset, network] = await Promise.all([
      context.store.get(command.id.parent!.text),
      context.store.get(networkId),
    ]);
    return { ruleset: ruleset!, network };
  },
  put: putRulesetLink,
  patch: 'merge',
  explain: (reason) =>
    reason.key.startsWith('forwarding ruleset of ')
      ? networkError(
          'BadRequest',
          [
            `The virtual network is linked to a forwarding ruleset by '${reason.held.value}' already, and one is all that it can have.`,
          ],
          'virtualNetwork',
        )
      : undefined,
});
