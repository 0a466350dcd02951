/** Microsoft.Network/dnsForwardingRulesets. */

import { defineResourceType } from '@tombolo/arm';
import { dnsResolverApiVersions } from '../../api-versions.ts';
import { inUseByLinks, keptByNested } from '../../in-use.ts';
import { networkName, types } from '../../types.ts';
import { putRuleset } from './model.ts';
import { type RulesetProperties, rulesetProperties, rulesetReadOnly } from './schema.ts';

export const forwardingRulesets = defineResourceType<RulesetProperties>({
  type: types.ruleset,
  apiVersions: dnsResolverApiVersions,
  placement: 'tracked',
  name: networkName,
  etagInBody: true,
  properties: rulesetProperties,
  readOnly: rulesetReadOnly,
  lists: ['subscription', 'resourceGroup'],
  polled: true,
  keptBy: [types.rulesetLink],
  deletionRank: 32,
  put: putRuleset,
  patch: 'merge',
  patchedAtTop: ['dnsResolverOutboundEndpoints'],
  // Its rules go with it; a link to a network keeps it.
  remove: ({ existing, below }) => {
    const links = below
      .filter((document) => document.type === types.rulesetLink)
      .map((document) => document.id);
    return links.length > 0 ? keptByNested(existing.id, links) : {};
  },
  inUse: inUseByLinks(types.rulesetLink),
});
