/** Microsoft.Network/dnsResolvers/inboundEndpoints. */

import { defineResourceType } from '@tombolo/arm';
import { takenAddresses } from '../../address-allocation.ts';
import { dnsResolverApiVersions } from '../../api-versions.ts';
import { inUseByOthers } from '../../in-use.ts';
import { networkName, types } from '../../types.ts';
import { explainEndpoint } from '../dns-resolvers/explain-endpoint.ts';
import { type LoadedInbound, putInbound } from './model.ts';
import { type InboundProperties, inboundProperties, inboundReadOnly } from './schema.ts';

export const inboundEndpoints = defineResourceType<InboundProperties, LoadedInbound>({
  type: types.inboundEndpoint,
  apiVersions: dnsResolverApiVersions,
  placement: 'tracked',
  name: networkName,
  etagInBody: true,
  properties: inboundProperties,
  readOnly: inboundReadOnly,
  lists: ['parent'],
  polled: true,
  deletionRank: 41,
  load: async (context, command) => {
    const subnetId = command.properties.ipConfigurations[0]!.subnet.id;
    const { store } = context;
    const [resolver, taken] = await Promise.all([
      store.get(command.id.parent!.text),
      takenAddresses(store, subnetId),
    ]);
    return { resolver: resolver!, taken };
  },
  put: putInbound,
  patch: 'tags',
  inUse: inUseByOthers,
  explain: explainEndpoint,
});
