/** Microsoft.HybridCompute/machines/extensions. */

import { defineResourceType, type OperationContext } from '@tombolo/arm';
import { propertiesOf, textAt } from '@tombolo/store/document';
import type { JsonObject } from '@tombolo/store/port';
import { machineVersions } from '../api-versions.ts';
import { removeWork } from '../machine-work/removal.ts';
import { isAway, loadWork, withReports, workReads } from '../machine-work/surroundings.ts';
import { hybridError } from '../refusals.ts';
import { types } from '../types.ts';
import { type ExtensionSurroundings, putExtension, runMs } from './model.ts';
import { type ExtensionProperties, extensionProperties } from './schema.ts';
import { shownExtension } from './view.ts';

/** The properties of the scope that its machine is in. */
const scopeOf = async ({ store }: OperationContext, machineId: string): Promise<JsonObject | undefined> => {
  const machine = await store.get(machineId);
  const scopeId = machine && textAt(propertiesOf(machine), 'privateLinkScopeResourceId');
  const scope = scopeId === undefined ? undefined : await store.get(scopeId);
  return scope && propertiesOf(scope);
};

export const extensions = defineResourceType<ExtensionProperties, ExtensionSurroundings | boolean>({
  type: types.extension,
  apiVersions: machineVersions,
  placement: 'tracked',
  name: {
    pattern: /^[a-zA-Z0-9\-_.]{1,80}$/,
    rule: 'an extension name has 1 to 80 letters, digits, hyphens, underscores and periods.',
  },
  properties: extensionProperties,
  readOnly: ['instanceView'],
  reads: (id, { method }) => workReads(types.extension, id, method),
  load: async (context, { existing, properties, id }) => {
    const { protectedSettings } = properties;
    const secret = protectedSettings === null ? undefined : (protectedSettings as JsonObject | undefined);
    const [work, scope] = await Promise.all([
      loadWork(context, { id, existing, type: types.extension, secret }),
      scopeOf(context, id.parent!.text),
    ]);
    return { ...work, scope };
  },
  put: (input) => putExtension({ ...input, loaded: input.loaded as ExtensionSurroundings }),
  patch: 'merge',
  loadForRemove: isAway,
  remove: (input) => removeWork({ ...input, loaded: input.loaded === true }, runMs),
  // It goes with its machine: nobody is left to remove it.
  deletionRank: 'with-parent',
  missing: ({ text }) => hybridError('HCRP404', [text]),
  explain: ({ held }, { name }) => hybridError('ExtensionHandlerInUse', [name, held.value]),
  present: ({ store }, documents) => withReports(store, documents, shownExtension),
  lists: ['parent'],
});
