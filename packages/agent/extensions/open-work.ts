/** The work manager of a connected machine, put together. */

import type { HttpsClient } from '../https-client.ts';
import type { MachineKey } from '../machine-key.ts';
import type { StateDirectory } from '../state-directory.ts';
import { customScript } from './custom-script.ts';
import { runCommand } from './run-command.ts';
import { openWorkManager, type WorkManager, type WorkManagerOptions } from './work-manager.ts';

/** Of one file that a script needs. */
const longestFile = 256 * 1024 * 1024;

export const openWork = async ({
  state,
  vmId,
  client,
  key,
  ...options
}: Pick<WorkManagerOptions, 'now' | 'log' | 'wake' | 'authorities'> & {
  readonly state: Pick<StateDirectory, 'openWorkFiles' | 'readConfiguration'>;
  readonly vmId: string;
  readonly client: Pick<HttpsClient, 'download'>;
  readonly key: MachineKey;
}): Promise<WorkManager> =>
  openWorkManager({
    ...options,
    vmId,
    files: await state.openWorkFiles(),
    handlers: [customScript, runCommand],
    controls: state.readConfiguration,
    unseal: key.unseal,
    download: (url, file, signal) => client.download({ url, file, longest: longestFile, signal }),
  });
