/** The settings that a running daemon goes by, taken from their file without a restart. */

import { type Configuration, type ConfigurationKey, configurationKeys } from './configuration-property.ts';
import type { DaemonLog } from './daemon-log.ts';
import type { StateDirectory } from './state-directory.ts';

const differences = (before: Configuration, after: Configuration): readonly ConfigurationKey[] =>
  configurationKeys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));

/** The settings in use: those of the file, or what they last were where it cannot be used. */
export const followSettings = (state: Pick<StateDirectory, 'readConfiguration'>, log: DaemonLog) => {
  let used: Configuration | undefined;
  let complaint = '';
  return {
    /** What of them is new. @throws AgentFailure 19 where they never could be used: what they restrict is not known */
    read: async (): Promise<{
      readonly configuration: Configuration;
      readonly changed: readonly ConfigurationKey[];
    }> => {
      try {
        const configuration = await state.readConfiguration();
        const changed = used === undefined ? [] : differences(used, configuration);
        [used, complaint] = [configuration, ''];
        if (changed.length > 0) log('info', 'settings changed', { properties: changed });
        return { configuration, changed };
      } catch (error) {
        if (used === undefined) throw error;
        const { message } = error as Error;
        if (message !== complaint)
          log('error', 'the settings cannot be used; going on with what they were', { error: message });
        complaint = message;
        return { configuration: used, changed: [] };
      }
    },
  };
};

/** How the services are reached: with it, connections are made anew. */
export const isOfConnections = (key: ConfigurationKey): boolean =>
  key.startsWith('proxy.') || key === 'connection.type';
