/** Starts an installation: directory, lock, ports, the four processes; and ends it. */

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readOwnFile } from '@tombolo/store/own-file';
import type { Configuration } from '../installation/configuration.ts';
import {
  cloudProfile,
  type Installation,
  localOrigin,
  prepareInstallation,
  writeRoleTokens,
} from '../installation/installation.ts';
import {
  followerNames,
  lockStateDirectory,
  makeRuntimeDirectory,
  openStateDirectory,
  type ProcessName,
  processNames,
  restoreTraces,
  type StateDirectory,
  writePrivateFile,
} from '../installation/state-directory.ts';
import type { Log } from '../shell/log.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';

/** What every process reads at its start; files of mode 0600, so that no secret is in an argument list. */
export interface ProcessConfiguration {
  readonly stateDirectory: string;
  readonly runtimeDirectory: string;
  readonly installation: Installation;
  readonly configuration: Configuration;
  /** This process's own token on the internal socket; for control, all of them by role. */
  readonly tokens: Readonly<Record<string, string>>;
}

export interface RunningServer {
  readonly state: StateDirectory;
  readonly installation: Installation;
  readonly origin: string;
  readonly supervisor: Supervisor;
  readonly stop: () => Promise<void>;
}

export interface StartOptions {
  readonly directory: string;
  readonly configuration: Configuration;
  readonly log: Log;
  /** Log files instead of this process's standard error. */
  readonly logDirectory?: string;
  readonly progress: (sentence: string) => void;
  /** Aborted while it starts, it is ended and nothing is left running. */
  readonly ending: AbortSignal;
  readonly onGiveUp: (process: ProcessName, reason: string) => void;
}

/**
 * Throws {@link CommandError} in one sentence; nothing is left running or locked then, nor where it was ended before it was ready
 * and gives undefined.
 */
export const startServer = async (options: StartOptions): Promise<RunningServer | undefined> => {
  const state = openStateDirectory(options.directory);
  const release = lockStateDirectory(state);
  let supervisor: Supervisor | undefined;
  const endEarly = (): void => void supervisor?.stop();
  options.ending.addEventListener('abort', endEarly, { once: true });
  try {
    await finishRestoreUnderWay(state);
    const installation = await prepareInstallation(state, options.configuration, options.progress);
    const runtimeDirectory = makeRuntimeDirectory(state);
    const tokens = writeRoleTokens(state);
    for (const name of processNames) {
      const own = name === 'control' ? tokens : { [name]: tokens[name] ?? '' };
      const content: ProcessConfiguration = {
        stateDirectory: state.path,
        runtimeDirectory,
        installation,
        configuration: options.configuration,
        tokens: own,
      };
      writePrivateFile(join(state.of(name), 'configuration.json'), JSON.stringify(content));
    }
    supervisor = createSupervisor({
      configurationOf: (name) => join(state.of(name), 'configuration.json'),
      ...(options.logDirectory === undefined ? {} : { logDirectory: options.logDirectory }),
      log: options.log,
      now: Date.now,
      onGiveUp: (name, reason) => {
        release();
        options.onGiveUp(name, reason);
      },
    });
    const running = supervisor;
    options.ending.throwIfAborted();
    options.progress('Starting control…');
    await running.start('control');
    writeProfile(state, installation);
    options.progress('Starting dns, gateway and hybrid…');
    await Promise.all(followerNames.map((name) => running.start(name)));
    return {
      state,
      installation,
      origin: localOrigin(installation),
      supervisor: running,
      stop: async () => {
        await running.stop();
        rmSync(runtimeDirectory, { recursive: true, force: true });
        release();
      },
    };
  } catch (error) {
    await supervisor?.stop();
    release();
    if (options.ending.aborted) return undefined;
    throw error;
  } finally {
    options.ending.removeEventListener('abort', endEarly);
  }
};

/** What a restore needs is loaded where there is one: it is more than all the rest of this process. */
const finishRestoreUnderWay = async (state: StateDirectory): Promise<void> => {
  if (!Object.values(restoreTraces).some((name) => existsSync(state.file(name)))) return;
  const { finishRestore } = await import('./restore.ts');
  finishRestore(state);
};

/** The profile of who stands outside of every virtual network: the public view. */
const writeProfile = (state: StateDirectory, installation: Installation): void => {
  const authority = readOwnFile(state.file('ca.pem')).toString('utf8');
  const profile = cloudProfile(installation, authority, [
    `${installation.addresses.dns}:${installation.ports.dns}`,
  ]);
  writePrivateFile(state.file('profile.json'), `${JSON.stringify(profile, null, 2)}\n`);
};
