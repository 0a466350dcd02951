/** Microsoft.HybridCompute/privateLinkScopes/privateEndpointConnections, the scope's view of them. */

import { defineResourceType } from '@tombolo/arm';
import { objectOf, parentIdOf, propertiesIn, referenceAt } from '@tombolo/store/document';
import type { Json, Reads } from '@tombolo/store/port';
import type { PlannedRecords } from '../../network/networks/private-dns-zone-groups/model.ts';
import { groupsOf } from '../../network/networks/private-dns-zone-groups/records.ts';
import { recordsUponApproval } from '../../network/networks/private-dns-zone-groups/surroundings.ts';
import { privateLinkVersions } from '../api-versions.ts';
import { types } from '../types.ts';
import { asksForApproval, putConnection, removeConnection } from './model.ts';
import { type ConnectionProperties, connectionProperties } from './schema.ts';
import { endpointsOf, isRemoved, publicProperties } from './state.ts';

const readsOfEndpoint = (body: Json | undefined): Reads => {
  const endpointId = referenceAt(propertiesIn(objectOf(body)), 'privateEndpoint');
  return endpointId === undefined ? {} : { lists: [groupsOf(endpointId)] };
};

const nothing: PlannedRecords = { effects: {}, warnings: [] };

export const privateEndpointConnections = defineResourceType<ConnectionProperties, PlannedRecords | string>({
  type: types.connection,
  apiVersions: privateLinkVersions,
  placement: 'proxy',
  properties: connectionProperties,
  readOnly: ['groupIds'],
  // Clients echo what they were shown, the endpoint too: of whom leaves it out the approval reads once more.
  reads: (_, { method, body }) => (method === 'PUT' ? readsOfEndpoint(body) : {}),
  load: async ({ store, settings }, { existing, properties }) =>
    asksForApproval(existing, properties)
      ? recordsUponApproval(store, existing, settings.strictDns)
      : nothing,
  put: (input) => putConnection({ ...input, loaded: input.loaded as PlannedRecords }),
  remove: (input) => removeConnection({ ...input, loaded: String(input.loaded) }),
  loadForRemove: async ({ store }, existing) => {
    const scope = await store.get(parentIdOf(existing.id));
    return String(scope?.body.location ?? 'global');
  },
  hidden: isRemoved,
  // A group's deletion may not disconnect an endpoint of another group.
  deletionRank: 'with-parent',
  users: endpointsOf,
  present: async (_, documents) =>
    documents.map((document) => ({ ...document.body, properties: publicProperties(document) })),
  lists: ['parent'],
});
