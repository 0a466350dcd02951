/** What a command needs to speak to the running server of a state directory. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readOwnFile } from '@tombolo/store/own-file';
import type { JsonObject } from '@tombolo/store/port';
import { CommandError } from '../shell/command-error.ts';
import { type ArmClient, createArmClient } from './arm-client.ts';
import { type Installation, localOrigin, readInstallation } from './installation.ts';
import { askControl } from './internal-client.ts';
import { findStateDirectory, readJsonFile, type StateDirectory } from './state-directory.ts';

export interface ServerConnection {
  readonly state: StateDirectory;
  readonly installation: Installation;
  readonly origin: string;
  readonly credentials: Credentials;
  /** PEM. */
  readonly certificateAuthority: string;
  readonly ask: (method: 'GET' | 'POST', path: string, body?: JsonObject) => Promise<JsonObject>;
  readonly arm: () => ArmClient;
}

interface Credentials {
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Throws NotRunning where the directory has no server that is up. */
export const connectToServer = (directory: string): ServerConnection => {
  const state = findStateDirectory(directory);
  const installation = readInstallation(state);
  const credentialsFile = state.file('credentials.json');
  if (!existsSync(credentialsFile))
    throw new CommandError(
      'NotRunning',
      `The server of ${state.path} has not finished its first start.`,
      'Wait until "./tombolo up" says that it is ready.',
    );
  const credentials = readJsonFile(credentialsFile) as Credentials;
  const certificateAuthority = readOwnFile(state.file('ca.pem')).toString('utf8');
  const origin = localOrigin(installation);
  return {
    state,
    installation,
    origin,
    credentials,
    certificateAuthority,
    ask: (method, path, body) => {
      const roles = readJsonFile(state.file('roles.json')) as Record<string, string>;
      return askControl(
        { socketPath: join(state.runtime, 'control.sock'), token: roles.operator ?? '' },
        method,
        path,
        body,
      );
    },
    arm: () => createArmClient({ origin, ...credentials, certificateAuthority }),
  };
};
