/** A real agent process for a test file: connected to its installation, and running until the file ends. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childOfFile, directoryOfFile } from '@tombolo/testkit/ends-with-file';
import { until } from '@tombolo/testkit/until';
import { connectToServer } from '../apps/tombolo/installation/server-connection.ts';
import type { RawAnswer, World } from './world.ts';

const bin = fileURLToPath(new URL('../apps/agent/bin.mjs', import.meta.url));

export interface TestAgent {
  readonly directory: string;
  /** A file of its state directory. */
  readonly state: (name: string) => string;
  readonly until: typeof until;
  /** What the operation of this answer ended with. */
  readonly operation: (answer: RawAnswer) => Promise<Record<string, unknown>>;
}

/** Throws with what the agent says where it does not connect. */
export const startAgent = async (world: World, group: string, name: string): Promise<TestAgent> => {
  const directory = directoryOfFile();
  const profile = join(directory, 'profile.json');
  writeFileSync(profile, JSON.stringify(await world.installation.tombolo('profile')));
  const stateDirectory = join(directory, 'state');
  const { credentials } = connectToServer(world.installation.state);
  const env = {
    PATH: process.env.PATH,
    HOME: directory,
    AZCMAGENT_SERVICE_PRINCIPAL_SECRET: credentials.clientSecret,
  };
  const start = (...args: readonly string[]) =>
    childOfFile(
      spawn(process.execPath, [bin, ...args, '--state-dir', stateDirectory], {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  const connect = start(
    ...['connect', '--json', '--cloud-profile', profile, '-s', world.subscriptionId, '-t', world.tenantId],
    ...['-g', group, '-l', 'westeurope', '-n', name, '-i', credentials.clientId],
  );
  let said = '';
  connect.stdout.on('data', (chunk) => {
    said += chunk;
  });
  connect.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const [code] = await once(connect, 'close');
  if (code !== 0) throw new Error(`The agent did not connect: ${said}`);
  const daemon = start('run', '--heartbeat-interval', '0.2');
  daemon.stdout.resume();
  daemon.stderr.resume();
  return {
    directory: stateDirectory,
    state: (file) => readFileSync(join(stateDirectory, file), 'utf8'),
    until,
    operation: (answer) =>
      until('the operation ends', async () => {
        const address = new URL(String(answer.headers['azure-asyncoperation']));
        const { json } = await world.send({ path: `${address.pathname}${address.search}` });
        return json.status === 'InProgress' ? undefined : { ...json };
      }),
  };
};
