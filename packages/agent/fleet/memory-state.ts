/** An agent's state in memory: of an agent among many in one process, which ends with it. */

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { effectiveConfiguration, type Settings } from '../configuration.ts';
import type { WorkFiles, WorkState } from '../extensions/work-files.ts';
import { AgentFailure } from '../failure.ts';
import type { AgentStatus, ConnectedState, StateDirectory } from '../state-directory.ts';

/** Names no file: nothing is looked for below it, as nothing runs. */
const nowhere = join(tmpdir(), 'tombolo-no-directory');

const memoryWorkFiles = (): WorkFiles => {
  const kept = new Map<string, WorkState>();
  const keyOf = (kind: string, name: string): string => `${kind}.${name.toLowerCase()}`;
  return {
    all: async () => [...kept.values()],
    write: async (state) => void kept.set(keyOf(state.kind, state.name), state),
    forget: async (kind, name) => void kept.delete(keyOf(kind, name)),
    directoryOf: (kind, name) => join(nowhere, keyOf(kind, name)),
    // No command of the machine asks for anything: there is no directory that it could name.
    askRemoval: async () => {},
    askedRemovals: async () => [],
    doneRemoval: async () => {},
    watch: () => {},
    markerOf: keyOf,
  };
};

/**
 * The machine's settings are that it takes no extension and no run command: whoever may send one to a machine of the cloud may not
 * run programs on the host that plays it. The service gets the agent's own refusal.
 */
const settings: Settings = { 'extensions.enabled': false };

export const createMemoryState = (): StateDirectory => {
  let identity: { readonly key: string; readonly vmId: string } | undefined;
  let connected: { readonly state: ConnectedState; readonly certificate: string } | undefined;
  let status: AgentStatus | undefined;
  const work = memoryWorkFiles();
  return {
    path: nowhere,
    logFile: join(nowhere, 'agent.log'),
    readConnected: async () => connected?.state,
    readKey: async () => identity?.key,
    readVmId: async () => identity?.vmId,
    readCertificate: async () => connected?.certificate,
    readStatus: async () => status,
    readConfiguration: async () => effectiveConfiguration(settings),
    readSettings: async () => settings,
    daemon: async () => undefined,
    writeSettings: async () => {
      throw new AgentFailure(27, 'The settings of a simulated machine stand as they are.');
    },
    writeIdentity: async (key, vmId) => {
      identity = { key, vmId };
    },
    writeConnected: async (state, certificate) => {
      connected = { state, certificate };
    },
    writeStatus: async (next) => {
      status = next;
    },
    openWorkFiles: async () => work,
    forget: async () => {
      [identity, connected, status] = [undefined, undefined, undefined];
    },
    lock: async () => async () => {},
  };
};
