/** Microsoft.HybridCompute/machines/runCommands. */

import { defineResourceType } from '@tombolo/arm';
import { withValues } from '@tombolo/store/document';
import { runCommandVersions } from '../api-versions.ts';
import { removeWork } from '../machine-work/removal.ts';
import {
  isAway,
  loadWork,
  type WorkSurroundings,
  withReports,
  workReads,
} from '../machine-work/surroundings.ts';
import { hybridError } from '../refusals.ts';
import { types } from '../types.ts';
import { putRunCommand } from './model.ts';
import { type RunCommandProperties, runCommandProperties } from './schema.ts';
import { shownRunCommand } from './view.ts';

const removalMs = 10 * 60_000;

export const runCommands = defineResourceType<RunCommandProperties, WorkSurroundings | boolean>({
  type: types.runCommand,
  apiVersions: runCommandVersions,
  placement: 'tracked',
  name: {
    pattern: /^[a-zA-Z0-9\-_.]{1,36}$/,
    rule: 'a run command name has 1 to 36 letters, digits, hyphens, underscores and periods on Linux.',
  },
  properties: runCommandProperties,
  readOnly: ['instanceView'],
  reads: (id, { method }) => workReads(types.runCommand, id, method),
  load: async (context, { existing, properties, id }) => {
    const { protectedParameters, runAsPassword } = properties;
    const given = withValues({ protectedParameters, runAsPassword });
    const secret = Object.keys(given).length === 0 ? undefined : given;
    return loadWork(context, { id, existing, type: types.runCommand, secret });
  },
  put: (input) => putRunCommand({ ...input, loaded: input.loaded as WorkSurroundings }),
  patch: 'merge',
  loadForRemove: isAway,
  remove: (input) => removeWork({ ...input, loaded: input.loaded === true }, removalMs),
  deletionRank: 'with-parent',
  missing: ({ text }) => hybridError('HCRP404', [text]),
  present: ({ store }, documents) => withReports(store, documents, shownRunCommand),
  lists: ['parent'],
});
