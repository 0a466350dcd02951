/** Microsoft.Network/dnsForwardingRulesets. */

import { type ArmError, defineResourceType } from '@tombolo/arm';
import { nameOf } from '@tombolo/store/document';
import { dnsResolverApiVersions } from '../api-versions.ts';
import { networkError } from '../refusals.ts';
import { isIdOf, networkName, types } from '../types.ts';
import { type LoadedRuleset, putRuleset, wantedEndpoints } from './model.ts';
import { type RulesetProperties, rulesetProperties, rulesetReadOnly } from './schema.ts';

const linked = (id: string, links: readonly string[]): ArmError =>
  networkError('CannotDeleteResource', [id, links.map(nameOf).join(', ')], id);

export const forwardingRulesets = defineResourceType<RulesetProperties, LoadedRuleset>({
  type: types.ruleset,
  apiVersions: dnsResolverApiVersions,
  placement: 'tracked',
  name: networkName,
  etagInBody: true,
  properties: rulesetProperties,
  readOnly: rulesetReadOnly,
  lists: ['subscription', 'resourceGroup'],
  deletionRank: 32,
  load: async (context, command) => ({
    endpoints: await context.store.getMany(wantedEndpoints(command.properties)),
  }),
  put: putRuleset,
  patch: 'merge',
  patchedAtTop: ['dnsResolverOutboundEndpoints'],
  // Its rules go with it; a link to a network keeps it.
  remove: ({ existing, below }) => {
    const links = below
      .filter((document) => document.type === types.rulesetLink)
      .map((document) => document.id);
    return links.length > 0 ? linked(existing.id, links) : {};
  },
  explain: (reason, id) => {
    if (reason.kind !== 'in-use') return undefined;
    const links = reason.holders.filter((holder) => isIdOf(holder, types.rulesetLink));
    // A rule that came while the deletion was decided goes with the ruleset, too.
    return links.length > 0 ? linked(id.text, links) : 'retry';
  },
});
