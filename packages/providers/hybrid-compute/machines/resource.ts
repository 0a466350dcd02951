/** Microsoft.HybridCompute/machines. */

import {
  type ArmRequest,
  defineResourceType,
  linkedRefusal,
  type OperationContext,
  sameId,
} from '@tombolo/arm';
import { isAnotherScope, linkedActions } from '@tombolo/private-link';
import { propertiesOf, textAt } from '@tombolo/store/document';
import { heartbeatKey } from '@tombolo/store/heartbeat-fact';
import { reportIdOf, reportOf, reportType } from '@tombolo/store/machine-report';
import type { Document, JsonObject, StoreReader } from '@tombolo/store/port';
import { machineVersions } from '../api-versions.ts';
import { upgradeExtensions } from '../extensions/upgrade.ts';
import { instanceViewOf } from '../extensions/view.ts';
import { types } from '../types.ts';
import { shownStatus } from './machine-status.ts';
import { associationOf, type MachineSurroundings, putMachine, requestedScopeOf } from './model.ts';
import {
  errorsOfHeartbeat,
  type MachineProperties,
  machineProperties,
  reportedByHeartbeat,
} from './schema.ts';

/** Naming the scope again that was made anew is an association with another one, and asks for the same permission. */
const askForRemade = async (
  { request, principal, store, allows }: OperationContext,
  existing: Document | undefined,
  requested: string | null | undefined,
): Promise<void> => {
  const { scopeId, scopeGuid } = associationOf(existing ? propertiesOf(existing) : {});
  if (!requested || scopeId === undefined || !sameId(scopeId, requested)) return;
  const scope = await store.get(scopeId);
  if (!isAnotherScope(scopeGuid, scope && textAt(propertiesOf(scope), 'privateLinkScopeId'))) return;
  const linked = { action: linkedActions.readScope, scope: scopeId };
  if (await allows(linked.action, scopeId)) return;
  const write = { action: `${types.machine}/write`, id: { text: existing?.id ?? request.path } };
  throw linkedRefusal(principal, write, linked);
};

const asksForInstanceView = ({ query }: Pick<ArmRequest, 'query'>): boolean =>
  (query.get('$expand') ?? '').split(',').some((part) => part.trim().toLowerCase() === 'instanceview');

const extensionsOf = (machineId: string) =>
  [types.extension, reportType].map((type) => ({ type, under: machineId }));

/** `properties.extensions`, as a machine shows them with its instance view. */
const instanceViews = async (store: StoreReader, machineId: string): Promise<JsonObject> => {
  const [extensions = [], reports = []] = await Promise.all(
    extensionsOf(machineId).map((query) => store.list(query)),
  );
  const byId = new Map(reports.map((report) => [report.id.toLowerCase(), report]));
  const views = extensions.flatMap((extension) => {
    const view = instanceViewOf(extension, reportOf(byId.get(reportIdOf(extension.id).toLowerCase())));
    return view === undefined ? [] : [view];
  });
  return { extensions: views };
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
  readOnly: ['status', 'lastStatusChange', 'errorDetails', 'networkProfile', 'extensions'],
  reads: ({ text }, request) =>
    request.method === 'DELETE'
      ? {}
      : { facts: [heartbeatKey(text)], lists: asksForInstanceView(request) ? extensionsOf(text) : [] },
  load: async (context, { existing }) => {
    const requestedScope = requestedScopeOf(context.request.body);
    await askForRemade(context, existing, requestedScope);
    return { tenantId: context.tenantId, requestedScope };
  },
  put: putMachine,
  patch: 'merge',
  // Its identity document and its extensions are below it and go with it: a deleted machine has no way in.
  remove: () => ({ status: 200 }),
  present: async ({ store, now, request }, documents) => {
    const facts = await store.facts(documents.map(({ id }) => heartbeatKey(id)));
    const [only, ...others] = documents;
    const extensions =
      only !== undefined && others.length === 0 && asksForInstanceView(request)
        ? await instanceViews(store, only.id)
        : {};
    return documents.map((document) => {
      const heartbeat = facts.get(heartbeatKey(document.id));
      const status = shownStatus(document, heartbeat, now);
      const { privateLinkScopeGuid: _, ...stored } = propertiesOf(document);
      const properties = {
        ...stored,
        ...reportedByHeartbeat(heartbeat?.value),
        ...(status.status === 'Error' ? errorsOfHeartbeat(heartbeat?.value) : {}),
        ...status,
        ...extensions,
      };
      return { ...document.body, properties };
    });
  },
  // What its agent reported is always shown; what it reported of extensions, where it is asked for.
  expands: ['instanceView'],
  lists: ['subscription', 'resourceGroup'],
  movable: true,
  actions: { upgradeExtensions },
});
