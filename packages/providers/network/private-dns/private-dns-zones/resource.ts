/** Microsoft.Network/privateDnsZones. */

import { defineResourceType, useKey } from '@tombolo/arm';
import { privateDnsApiVersions } from '../../api-versions.ts';
import { inUseByLinks } from '../../in-use.ts';
import { networkError } from '../../refusals.ts';
import { isIdOf, types } from '../../types.ts';
import { putZone, removeZone, shownZone } from './model.ts';
import { whatIsWrongWithZoneName, zoneName } from './names.ts';
import { zoneProperties, zoneReadOnly } from './schema.ts';

export const privateDnsZones = defineResourceType<object>({
  type: types.zone,
  apiVersions: privateDnsApiVersions,
  placement: 'global',
  name: {
    ...zoneName,
    refusal: (name) => networkError('BadRequest', [whatIsWrongWithZoneName(name)], 'name'),
  },
  etagInBody: true,
  flatErrors: true,
  properties: zoneProperties,
  readOnly: zoneReadOnly,
  lists: ['subscription', 'resourceGroup'],
  movable: true,
  polled: true,
  keptBy: [types.zoneLink],
  deletionRank: 60,
  reads: ({ text }, { method }) => (method === 'DELETE' ? {} : { claims: [useKey(text)] }),
  put: putZone,
  patch: 'merge',
  remove: removeZone,
  present: async ({ store }, documents) =>
    Promise.all(
      documents.map(async (zone) => {
        const holders = (await store.claim(useKey(zone.id)))?.holders ?? [];
        const links = await store.getMany(holders.filter((holder) => isIdOf(holder, types.zoneLink)));
        return shownZone(zone, holders, [...links.values()]);
      }),
    ),
  inUse: inUseByLinks(types.zoneLink),
});
