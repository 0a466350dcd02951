/** Decides a route table with the routes that its PUT carries. */

import type { ArmError, PutDecision, PutInput } from '@tombolo/arm';
import { propertiesOf, stringAt } from '@tombolo/store/document';
import type { Document } from '@tombolo/store/port';
import { inlineChildrenEffects } from '../../inline-children.ts';
import { networkError } from '../../refusals.ts';
import { types } from '../../types.ts';
import { checkRoutes, planRoute } from '../routes/model.ts';
import type { RouteTableProperties } from './schema.ts';

export interface LoadedRouteTable {
  readonly routes: readonly Document[];
}

/** A PUT says all routes: those that it leaves out are deleted, as in Azure. */
export const putRouteTable = (
  input: PutInput<RouteTableProperties, LoadedRouteTable>,
): PutDecision | ArmError => {
  const { command, loaded } = input;
  const effects = inlineChildrenEffects({
    parentId: command.storedId,
    collection: 'routes',
    type: types.route,
    entries: command.properties.routes ?? [],
    stored: loaded.routes,
    plan: planRoute,
    check: checkRoutes,
    invalid: (name, why) => networkError('InvalidRoute', [name, why], 'routes'),
  });
  return {
    properties: {
      disableBgpRoutePropagation: command.properties.disableBgpRoutePropagation ?? false,
      provisioningState: 'Succeeded',
      resourceGuid:
        (command.existing && stringAt(propertiesOf(command.existing), 'resourceGuid')) ?? input.newGuid(),
    },
    effects,
  };
};
