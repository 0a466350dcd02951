/** Microsoft.HybridCompute/machines. */

import { defineResourceType } from '@tombolo/arm';
import { propertiesOf } from '@tombolo/store/document';
import { heartbeatKey } from '@tombolo/store/heartbeat-fact';
import { machineVersions } from '../api-versions.ts';
import { types } from '../types.ts';
import { shownStatus } from './machine-status.ts';
import { type MachineSurroundings, putMachine, requestedScopeOf } from './model.ts';
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
  envelope: ['identity', 'kind'],
  echoed: ['resources'],
  properties: machineProperties,
  readOnly: ['status', 'lastStatusChange', 'errorDetails', 'networkProfile'],
  reads: ({ text }, { method }) => (method === 'DELETE' ? {} : { facts: [heartbeatKey(text)] }),
  load: async ({ request, tenantId }) => ({ tenantId, requestedScope: requestedScopeOf(request.body) }),
  put: putMachine,
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
