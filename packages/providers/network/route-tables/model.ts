/** Decides a route table with the routes that its PUT carries. */

import type { ArmError, PutDecision, PutInput } from '@tombolo/arm';
import type { Document } from '@tombolo/store/port';
import { nameOf, propertiesOf, stringAt } from '../document.ts';
import { networkError, orThrow } from '../refusals.ts';
import { checkRoutes, planRoute, type RoutePlan } from '../routes/model.ts';
import { networkName, types } from '../types.ts';
import type { RouteTableProperties } from './schema.ts';

export interface LoadedRouteTable {
  readonly routes: readonly Document[];
}

/** A PUT says all routes: those that it leaves out are deleted, as in Azure. */
export const putRouteTable = (
  input: PutInput<RouteTableProperties, LoadedRouteTable>,
): PutDecision | ArmError => {
  const { command, loaded } = input;
  const tableId = command.storedId;
  const plans: { plan: RoutePlan; before: Document | undefined }[] = [];
  for (const entry of command.properties.routes ?? []) {
    const name = entry.name ?? (entry.id === undefined ? '' : nameOf(entry.id));
    if (!networkName.pattern.test(name))
      return networkError('InvalidRoute', [name, networkName.rule], 'routes');
    const before = loaded.routes.find((route) => nameOf(route.id).toLowerCase() === name.toLowerCase());
    const id = before?.id ?? `${tableId}/routes/${name}`;
    if (plans.some(({ plan }) => plan.id.toLowerCase() === id.toLowerCase()))
      return networkError('InvalidRoute', [name, 'it is given twice.'], 'routes');
    plans.push({ plan: orThrow(planRoute(id, entry.properties)), before });
  }
  const refused = checkRoutes(plans.map(({ plan }) => plan));
  if (refused) return refused;
  const gone = loaded.routes.filter((route) => !plans.some(({ before }) => before === route));
  return {
    properties: {
      disableBgpRoutePropagation: command.properties.disableBgpRoutePropagation ?? false,
      provisioningState: 'Succeeded',
      resourceGuid:
        (command.existing && stringAt(propertiesOf(command.existing), 'resourceGuid')) ?? input.newGuid(),
    },
    effects: {
      expect: plans.map(({ plan, before }) => ({
        id: plan.id,
        version: before?.version ?? ('absent' as const),
      })),
      puts: plans.map(({ plan, before }) => ({
        id: plan.id,
        type: types.route,
        body: { ...before?.body, properties: plan.properties },
      })),
      deletes: gone.map((route) => route.id),
    },
  };
};
