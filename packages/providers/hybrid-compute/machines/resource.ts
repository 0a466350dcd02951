/** Microsoft.HybridCompute/machines. */

import { defineResourceType, type OperationContext, parseResourceId } from '@tombolo/arm';
import { checkLinked, linkedChecksOfAssociation } from '@tombolo/private-link';
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

/** R15: the refusal where the caller may not read the scope that it names. */
const scopeRefusal = async (context: OperationContext, machineId: string, scopeId: string | undefined) => {
  const checks = linkedChecksOfAssociation(scopeId);
  const allowed = await Promise.all(checks.map(({ action, scope }) => context.allows(action, scope)));
  return checkLinked(checks, (check) => allowed[checks.indexOf(check)]!, {
    caller: context.principal.objectId,
    action: `${types.machine}/write`,
    resourceId: machineId,
  });
};

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
  reads: ({ text }, { method, body }) => {
    if (method === 'DELETE') return {};
    const scope = parseResourceId(requestedScopeOf(body) ?? '');
    return { facts: [heartbeatKey(text)], documents: scope ? [scope.text] : [] };
  },
  load: async (context, { id }) => {
    const requestedScope = requestedScopeOf(context.request.body);
    const named = requestedScope ? parseResourceId(requestedScope) : undefined;
    const scope = named && (await context.store.get(named.text));
    return {
      tenantId: context.tenantId,
      requestedScope,
      scope: scope?.type === types.scope ? scope : undefined,
      mayNotRead: await scopeRefusal(context, id.text, named?.text),
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
