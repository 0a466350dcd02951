/** Microsoft.HybridCompute/machines. */

import { defineResourceType, parseResourceId } from '@tombolo/arm';
import { heartbeatKey } from '@tombolo/store/heartbeat-key';
import { machineVersions } from '../api-versions.ts';
import { propertiesOf } from '../document.ts';
import { types } from '../types.ts';
import { shownStatus } from './machine-status.ts';
import { type MachineSurroundings, putMachine, requestedScopeOf, scopeReadAction } from './model.ts';
import {
  errorsOfHeartbeat,
  type MachineProperties,
  machineProperties,
  reportedByHeartbeat,
} from './schema.ts';

export const machines = defineResourceType<MachineProperties, MachineSurroundings>({
  type: types.machine,
  apiVersions: machineVersions,
  placement: 'tracked',
  name: {
    pattern: /^[a-zA-Z0-9\-_.]{1,54}$/,
    rule: 'a machine name has 1 to 54 letters, digits, hyphens, underscores and periods.',
  },
  envelope: ['identity', 'kind', 'resources'],
  properties: machineProperties,
  readOnly: ['status', 'lastStatusChange', 'errorDetails', 'networkProfile'],
  load: async (context) => {
    const requestedScope = requestedScopeOf(context.request.body);
    const named = requestedScope ? parseResourceId(requestedScope) : undefined;
    const scope = named && (await context.store.get(named.text));
    return {
      tenantId: context.tenantId,
      caller: context.principal.objectId,
      requestedScope,
      scope: scope?.type === types.scope ? scope : undefined,
      mayReadScope: named === undefined || (await context.allows(scopeReadAction, named.text)),
    };
  },
  put: ({ command, loaded, newGuid }) => putMachine(command, loaded, newGuid),
  patch: 'merge',
  // Its identity document and its extensions are below it and go with it: a deleted machine has no way in.
  remove: () => ({ status: 200 }),
  present: async ({ store, now }, documents) => {
    const facts = await store.facts(documents.map(({ id }) => heartbeatKey(id)));
    return documents.map((document) => {
      const heartbeat = facts.get(heartbeatKey(document.id));
      const status = shownStatus(document, heartbeat, now);
      const properties = {
        ...propertiesOf(document),
        ...reportedByHeartbeat(heartbeat?.value),
        ...(status.status === 'Error' ? errorsOfHeartbeat(heartbeat?.value) : {}),
        ...status,
      };
      return { ...document.body, properties };
    });
  },
  lists: ['subscription', 'resourceGroup'],
});
