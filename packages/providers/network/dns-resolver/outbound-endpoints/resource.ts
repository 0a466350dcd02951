/** Microsoft.Network/dnsResolvers/outboundEndpoints. */

import { defineResourceType } from '@tombolo/arm';
import { dnsResolverApiVersions } from '../../api-versions.ts';
import { inUseByOthers } from '../../in-use.ts';
import { networkName, types } from '../../types.ts';
import { explainEndpoint } from '../dns-resolvers/explain-endpoint.ts';
import { type LoadedOutbound, putOutbound } from './model.ts';
import { type OutboundProperties, outboundProperties, outboundReadOnly } from './schema.ts';

export const outboundEndpoints = defineResourceType<OutboundProperties, LoadedOutbound>({
  type: types.outboundEndpoint,
  apiVersions: dnsResolverApiVersions,
  placement: 'tracked',
  name: networkName,
  etagInBody: true,
  properties: outboundProperties,
  readOnly: outboundReadOnly,
  lists: ['parent'],
  deletionRank: 41,
  load: async (context, command) => ({ resolver: (await context.store.get(command.id.parent!.text))! }),
  put: putOutbound,
  patch: 'tags',
  inUse: inUseByOthers,
  explain: explainEndpoint,
});
