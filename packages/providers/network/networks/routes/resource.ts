/** Microsoft.Network/routeTables/routes. */

import { type ArmError, defineResourceType, type PutDecision, sameId } from '@tombolo/arm';
import { parentIdOf, propertiesOf } from '@tombolo/store/document';
import type { Document } from '@tombolo/store/port';
import { orThrow } from '../../../rule-refusal.ts';
import { networkApiVersions } from '../../api-versions.ts';
import { touched } from '../../document.ts';
import { networkName, types } from '../../types.ts';
import { checkRoutes, planRoute } from './model.ts';
import { type RouteProperties, routeProperties, routeReadOnly } from './schema.ts';

interface Loaded {
  readonly table: Document;
  readonly siblings: readonly Document[];
}

export const routes = defineResourceType<RouteProperties, Loaded>({
  type: types.route,
  apiVersions: networkApiVersions,
  placement: 'proxy',
  name: networkName,
  etagInBody: true,
  properties: routeProperties,
  readOnly: routeReadOnly,
  lists: ['parent'],
  polled: true,
  deletionRank: 'with-parent',
  reads: ({ parent }, { method }) =>
    method === 'PUT' ? { lists: [{ type: types.route, under: parent!.text }] } : {},
  load: async (context, command) => {
    const tableId = command.id.parent!.text;
    const [table, siblings] = await Promise.all([
      context.store.get(tableId),
      context.store.list({ type: types.route, under: tableId }),
    ]);
    return { table: table!, siblings };
  },
  put: ({ command, loaded: { table, siblings } }): PutDecision | ArmError => {
    const id = command.existing?.id ?? `${table.id}/routes/${command.id.name}`;
    const plan = orThrow(planRoute(id, command.properties));
    const others = siblings.filter((route) => !sameId(route.id, id));
    const refused = checkRoutes([
      ...others.map((route) => ({ id: route.id, properties: propertiesOf(route) })),
      plan,
    ]);
    if (refused) return refused;
    // Two routes written at once could take one prefix: each write moves the table's version.
    return {
      properties: plan.properties,
      effects: { expect: [{ id: table.id, version: table.version }], puts: [touched(table)] },
    };
  },
  loadForRemove: async (context, existing) => ({
    table: (await context.store.get(parentIdOf(existing.id)))!,
    siblings: [],
  }),
  remove: ({ loaded: { table } }) => ({
    effects: { expect: [{ id: table.id, version: table.version }], puts: [touched(table)] },
  }),
});
