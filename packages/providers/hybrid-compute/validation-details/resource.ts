/** Validation details of a scope: by its GUID at a location, and by a machine that is associated with it. */

import type { OperationContext } from '@tombolo/arm';
import { armError, defineResourceType, isUnder } from '@tombolo/arm';
import { isAnotherScope, normalizeLocation } from '@tombolo/private-link';
import { propertiesOf, textAt } from '@tombolo/store/document';
import type { Document, JsonObject } from '@tombolo/store/port';
import { privateLinkVersions } from '../api-versions.ts';
import { associationOf } from '../machines/model.ts';
import { membersOf, stateOf } from '../private-endpoint-connections/state.ts';
import { scopeGuidKey } from '../private-link-scopes/model.ts';
import { types } from '../types.ts';

/** One line a member of each Approved connection: what carries traffic. `linkIdentifier` is a decimal string. */
const connectionDetails = (connections: readonly Document[]): readonly JsonObject[] =>
  connections
    .filter((connection) => stateOf(connection).status === 'Approved')
    .flatMap((connection) =>
      membersOf(connection).map(({ memberName, groupId, privateIpAddress }) => ({
        id: connection.id,
        privateIpAddress,
        linkIdentifier: String(propertiesOf(connection).linkIdentifier ?? ''),
        groupId,
        memberName,
      })),
    );

const detailsOf = (id: string, scope: Document, connections: readonly Document[]): JsonObject => ({
  id,
  publicNetworkAccess: propertiesOf(scope).publicNetworkAccess,
  connectionDetails: connectionDetails(connections),
});

const loadScope = ({ store }: OperationContext, id: string) =>
  Promise.all([store.get(id), store.list({ type: types.connection, under: id })]);

export const validationDetails = defineResourceType<never>({
  type: 'Microsoft.HybridCompute/locations/privateLinkScopes',
  apiVersions: privateLinkVersions,
  placement: 'proxy',
  lists: [],
  reads: ({ name }) => ({ claims: [scopeGuidKey(name)] }),
  computed: {
    get: async (context, id) => {
      const claim = await context.store.claim(scopeGuidKey(id.name));
      const [scope, connections] = claim ? await loadScope(context, claim.value) : [undefined, []];
      const location = normalizeLocation(id.parent?.name ?? '');
      const here =
        scope !== undefined &&
        isUnder(scope.id, `/subscriptions/${id.subscriptionId}`) &&
        normalizeLocation(String(scope.body.location)) === location;
      if (!here) throw armError('NotFound', [`A private link scope with id '${id.name}' in '${location}'`]);
      return detailsOf(id.text, scope, connections);
    },
  },
});

export const machineValidationDetails = defineResourceType<never>({
  type: `${types.machine}/privateLinkScopes`,
  apiVersions: privateLinkVersions,
  placement: 'proxy',
  lists: [],
  reads: ({ parent }) => ({ documents: [parent!.text] }),
  computed: {
    get: async (context, id) => {
      const machine = await context.store.get(id.parent!.text);
      if (machine?.type !== types.machine)
        throw armError('ResourceNotFound', [`${types.machine}/${id.parent!.name}`, id.resourceGroup ?? '']);
      if (id.name.toLowerCase() !== 'current') return undefined;
      const { scopeId, scopeGuid } = associationOf(propertiesOf(machine));
      const [found, connections] =
        scopeId === undefined ? [undefined, []] : await loadScope(context, scopeId);
      const guid = found && textAt(propertiesOf(found), 'privateLinkScopeId');
      const scope = isAnotherScope(scopeGuid, guid) ? undefined : found;
      if (!scope)
        throw armError('NotFound', [
          scopeId === undefined
            ? `A private link scope of machine '${machine.id}' (it is associated with none)`
            : `The private link scope '${scopeId}' of machine '${machine.id}' (it was deleted; associate another, or clear it with null)`,
        ]);
      return detailsOf(scope.id, scope, connections);
    },
  },
});
