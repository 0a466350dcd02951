/** Microsoft.Network/dnsResolvers. */

import { defineResourceType } from '@tombolo/arm';
import { dnsResolverApiVersions } from '../../api-versions.ts';
import { inUseByOthers } from '../../in-use.ts';
import { networkError } from '../../refusals.ts';
import { networkName, types } from '../../types.ts';
import { putResolver, removeEmpty } from './model.ts';
import { type ResolverProperties, resolverProperties, resolverReadOnly } from './schema.ts';

export const dnsResolvers = defineResourceType<ResolverProperties>({
  type: types.resolver,
  apiVersions: dnsResolverApiVersions,
  placement: 'tracked',
  name: networkName,
  etagInBody: true,
  properties: resolverProperties,
  readOnly: resolverReadOnly,
  lists: ['subscription', 'resourceGroup'],
  polled: true,
  deletionRank: 42,
  put: putResolver,
  patch: 'tags',
  keptBy: [types.inboundEndpoint, types.outboundEndpoint],
  remove: removeEmpty,
  inUse: inUseByOthers,
  explain: (reason) => {
    if (!reason.key.startsWith('dns resolver of ')) return undefined;
    return networkError(
      'BadRequest',
      [
        `The virtual network has the resolver '${reason.held.holders[0]}' already, and one is all that it can have.`,
      ],
      'virtualNetwork',
    );
  },
});
