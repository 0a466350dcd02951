/** Microsoft.HybridCompute/privateLinkScopes. */

import { defineResourceType } from '@tombolo/arm';
import { parentIdOf, propertiesOf, subscriptionIdIn } from '@tombolo/store/document';
import type { JsonObject } from '@tombolo/store/port';
import { privateLinkVersions, serviceExtensionsSince } from '../api-versions.ts';
import { isRemoved, shownConnection } from '../private-endpoint-connections/state.ts';
import { types } from '../types.ts';
import { putScope, removeScope } from './model.ts';
import { type ScopeProperties, scopeProperties } from './schema.ts';

export const privateLinkScopes = defineResourceType<ScopeProperties>({
  type: types.scope,
  apiVersions: privateLinkVersions,
  placement: 'tracked',
  name: {
    pattern: /^[a-zA-Z0-9\-_.]{1,255}$/,
    rule: 'a private link scope name has letters, digits, hyphens, underscores and periods.',
  },
  properties: scopeProperties,
  since: { serviceExtensions: serviceExtensionsSince },
  readOnly: ['privateLinkScopeId', 'privateEndpointConnections'],
  reads: ({ text }, { method }) =>
    method === 'DELETE' ? {} : { lists: [{ type: types.connection, under: text }] },
  put: putScope,
  // `az resource patch --properties` sends properties too.
  patch: 'merge',
  patchContract: 'tags',
  remove: removeScope,
  deletionRank: 60,
  present: async (context, documents) => {
    if (documents.length === 0) return [];
    // One read for a page of scopes: all of them are in one subscription.
    const [first] = documents;
    const under = documents.length === 1 ? first!.id : subscriptionIdIn(first!.id);
    const connections = await context.store.list({ type: types.connection, under });
    const byScope = Map.groupBy(
      connections.filter((connection) => !isRemoved(connection)),
      (connection) => parentIdOf(connection.id).toLowerCase(),
    );
    return documents.map((document): JsonObject => {
      const own = byScope.get(document.id.toLowerCase()) ?? [];
      const properties = { ...propertiesOf(document), privateEndpointConnections: own.map(shownConnection) };
      return { ...document.body, properties };
    });
  },
  lists: ['subscription', 'resourceGroup'],
  movable: true,
  keptBy: [types.connection],
});
