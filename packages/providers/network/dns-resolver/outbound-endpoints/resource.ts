/** Microsoft.Network/dnsResolvers/outboundEndpoints. */

import { defineResourceType } from '@tombolo/arm';
import { takenAddresses } from '../../address-allocation.ts';
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
  polled: true,
  deletionRank: 41,
  load: async ({ store }, command) => {
    const [resolver, taken] = await Promise.all([
      store.get(command.id.parent!.text),
      takenAddresses(store, command.properties.subnet.id),
    ]);
    return { resolver: resolver!, taken };
  },
  put: putOutbound,
  patch: 'tags',
  inUse: inUseByOthers,
  explain: explainEndpoint,
});
