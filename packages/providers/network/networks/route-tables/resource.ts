/** Microsoft.Network/routeTables, with routes shown inline. */

import { defineResourceType, type OperationContext, useKey } from '@tombolo/arm';
import { propertiesOf } from '@tombolo/store/document';
import type { Document } from '@tombolo/store/port';
import { networkApiVersions } from '../../api-versions.ts';
import { inlineChild } from '../../document.ts';
import { inUse } from '../../in-use.ts';
import { networkName, types } from '../../types.ts';
import { ofRouteTable } from '../expandable.ts';
import { type LoadedRouteTable, putRouteTable } from './model.ts';
import { type RouteTableProperties, routeTableProperties, routeTableReadOnly } from './schema.ts';

const show = async ({ store }: OperationContext, table: Document) => {
  const [routes, users] = await Promise.all([
    store.list({ type: types.route, under: table.id }),
    store.claim(useKey(table.id)),
  ]);
  const subnets = [...(await store.getMany(users?.holders ?? [])).values()];
  return {
    ...table.body,
    properties: {
      ...propertiesOf(table),
      routes: routes.map((route) => inlineChild(route)),
      ...(subnets.length > 0 ? { subnets: subnets.map((subnet) => ({ id: subnet.id })) } : {}),
    },
  };
};

export const routeTables = defineResourceType<RouteTableProperties, LoadedRouteTable>({
  type: types.routeTable,
  apiVersions: networkApiVersions,
  placement: 'tracked',
  name: networkName,
  etagInBody: true,
  properties: routeTableProperties,
  inlineChildren: ['routes'],
  readOnly: routeTableReadOnly,
  expands: ofRouteTable,
  lists: ['subscription', 'resourceGroup'],
  movable: true,
  polled: true,
  deletionRank: 65,
  reads: ({ text }) => ({ lists: [{ type: types.route, under: text }], claims: [useKey(text)] }),
  load: async (context, command) => ({
    routes: await context.store.list({ type: types.route, under: command.id.text }),
  }),
  put: putRouteTable,
  patch: 'tags',
  present: (context, documents) => Promise.all(documents.map((document) => show(context, document))),
  inUse: inUse('InUseRouteTableCannotBeDeleted'),
});
