/** Microsoft.Network/privateDnsZones/virtualNetworkLinks. */

import { defineResourceType } from '@tombolo/arm';
import { nameOf } from '@tombolo/store/document';
import { privateDnsApiVersions, resolutionPolicySince } from '../../api-versions.ts';
import { networkName, types } from '../../types.ts';
import { type LoadedLink, putLink, registrationTaken, zoneTaken } from './model.ts';
import { type LinkProperties, linkProperties, linkReadOnly } from './schema.ts';

export const privateDnsLinks = defineResourceType<LinkProperties, LoadedLink>({
  type: types.zoneLink,
  apiVersions: privateDnsApiVersions,
  placement: 'global',
  name: networkName,
  etagInBody: true,
  properties: linkProperties,
  readOnly: linkReadOnly,
  since: { resolutionPolicy: resolutionPolicySince },
  lists: ['parent'],
  polled: true,
  deletionRank: 20,
  load: async ({ store }, command) => {
    const zone = (await store.get(command.id.parent!.text))!;
    const recordSets = await store.list({ under: zone.id, limit: 500 });
    const recordSetNames = recordSets
      .filter(({ type }) => type !== types.zoneLink)
      .map(({ id }) => nameOf(id));
    return { zone, recordSetNames };
  },
  put: putLink,
  patch: 'merge',
  explain: (reason, id) => {
    const rival = reason.held.holders[0] ?? '';
    const registering = /^registration zone of (.+)$/.exec(reason.key)?.[1];
    if (registering !== undefined) return registrationTaken(id.text, registering, rival);
    const networkId = /^zone \S+ of (.+)$/.exec(reason.key)?.[1];
    return networkId === undefined ? undefined : zoneTaken(id.text, id.parent!.text, networkId, rival);
  },
});
