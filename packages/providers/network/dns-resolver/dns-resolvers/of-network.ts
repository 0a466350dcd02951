/** What a virtual network has of Azure DNS Private Resolver: the POST lists of its resolver and its rulesets. */

import { armError, type OperationContext, type PostAction, type ResourceId } from '@tombolo/arm';
import type { JsonObject } from '@tombolo/store/port';
import { types } from '../../types.ts';
import { rulesetClaim } from '../ruleset-links/model.ts';
import { resolverClaim } from './model.ts';

/** The resources that hold this claim; a network that is not there is refused. */
const holdersOf = async ({ store }: OperationContext, networkId: ResourceId, key: string) => {
  if ((await store.get(networkId.text))?.type !== types.network)
    throw armError('ResourceNotFound', [`${types.network}/${networkId.name}`, networkId.resourceGroup ?? '']);
  const claim = await store.claim(key);
  return [...(await store.getMany(claim?.holders ?? [])).values()];
};

const answer = (value: readonly JsonObject[]) => ({ status: 200, headers: {}, body: { value } });

/** `{value: [{id}]}`: DnsResolvers_ListByVirtualNetwork. */
export const listDnsResolvers: PostAction = {
  run: async (context, networkId) => {
    const resolvers = await holdersOf(context, networkId, resolverClaim(networkId.text, '').key);
    return answer(resolvers.map(({ id }) => ({ id })));
  },
};

/** `{value: [{id, properties: {virtualNetworkLink: {id}}}]}`: DnsForwardingRulesets_ListByVirtualNetwork. */
export const listDnsForwardingRulesets: PostAction = {
  run: async (context, networkId) => {
    const links = await holdersOf(context, networkId, rulesetClaim(networkId.text, '').key);
    return answer(
      links.map(({ id }) => ({
        id: id.slice(0, id.toLowerCase().lastIndexOf('/virtualnetworklinks/')),
        properties: { virtualNetworkLink: { id } },
      })),
    );
  },
};
